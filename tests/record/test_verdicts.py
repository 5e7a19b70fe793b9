"""The table of words: each once, and what follows from it."""

from collections import Counter

import msgspec
import pytest

from lowprec.record.verdicts import EXPECTATION, GATE, VERSUS, Verdict


def words(said_by, holds=lambda row: True):
    """The words that one of the three says and of which something holds."""
    return {v.row.word for v in Verdict if said_by in v.row.said_by and holds(v.row)}


def test_each_word_is_there_once():
    """An enumeration makes two rows of one word into one member with two names."""
    assert Counter(Verdict.__members__.values()) == Counter(Verdict)
    assert [verdict.row.word for verdict in Verdict] == [
        *("ok", "outcome changed", "worse", "improved", "slower", "faster"),
        *("slower start", "faster start", "measured otherwise", "missing"),
        *("no evidence", "no baseline"),
        *("time not judged", "accuracy not judged", "trained otherwise"),
        *("new", "not asked for"),
    ]


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_is_its_word(verdict):
    assert verdict == verdict.row.word == str(verdict) == f"{verdict}" == verdict.value
    assert Verdict(verdict.row.word) is verdict
    assert hash(verdict) == hash(verdict.row.word)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_row_has_a_meaning_and_is_said_by_someone(verdict):
    assert verdict.row.meaning.strip()
    assert verdict.row.said_by
    assert set(verdict.row.said_by) <= {EXPECTATION, GATE, VERSUS}


def test_who_says_what():
    assert words(EXPECTATION) == {"ok", "outcome changed", "worse", "improved", "no evidence"}
    assert words(GATE) == words(EXPECTATION) | {
        *("slower", "faster", "slower start", "faster start", "missing", "no baseline")
    }
    assert words(VERSUS) == {
        *("ok", "outcome changed", "worse", "improved", "slower", "faster", "missing"),
        *("time not judged", "accuracy not judged", "trained otherwise", "measured otherwise"),
        *("new", "not asked for"),
    }


def test_the_words_of_the_gate_that_flag():
    """Of "improved" the expectation is wrong by then."""
    assert words(GATE, lambda row: row.flags) == {
        *("outcome changed", "worse", "improved", "slower", "slower start", "missing")
    }


def test_the_words_that_are_no_judgement():
    assert words(GATE, lambda row: not row.judged) == {"no evidence", "no baseline"}
    assert words(VERSUS, lambda row: not row.judged) == {
        *("time not judged", "accuracy not judged", "trained otherwise", "measured otherwise")
    }


def test_the_words_that_tell_of_something_worse():
    assert words(VERSUS, lambda row: row.worse) == {
        *("outcome changed", "worse", "slower", "missing")
    }


@pytest.mark.parametrize("verdict", Verdict)
def test_the_words_are_apart(verdict):
    """What was not judged is neither flagged nor worse, and what is worse is flagged."""
    row = verdict.row
    assert row.judged or not (row.flags or row.worse)
    assert row.flags or not row.worse


@pytest.mark.parametrize("verdict", Verdict)
def test_what_is_flagged_or_not_judged_says_what_to_do(verdict):
    assert verdict.row.remedy.strip() or not verdict.row.flags
    assert verdict.row.remedy.strip() or verdict.row.judged


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("form", [msgspec.json, msgspec.msgpack])
def test_a_stored_verdict_is_read_back(verdict, form):
    assert form.decode(form.encode(verdict)) == verdict.row.word
    assert form.decode(form.encode(verdict), type=Verdict) is verdict


def test_a_word_that_is_none_is_refused():
    with pytest.raises(msgspec.ValidationError, match="Invalid enum value 'fine'"):
        msgspec.json.decode(b'"fine"', type=Verdict)
