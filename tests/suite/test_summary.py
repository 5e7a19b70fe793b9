"""What a session says at its end, part by part, and where it stands on the terminal."""

from types import SimpleNamespace

import pytest

from lowprec.judging.verdict import PairVerdict
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import MATRIX, Pair
from lowprec.suite.results import Results
from lowprec.suite.summary import End, write_summary
from tests.literals import stored_pair
from tests.suite.sessions import flat, stored_files


class Terminal:
    """Keeps what is written on it, with its markup."""

    def __init__(self):
        self.written = []
        writer = SimpleNamespace(markup=lambda text, **colours: f"<{'+'.join(colours)} {text}>")
        self.config = SimpleNamespace(get_terminal_writer=lambda: writer)

    def section(self, title):
        self.written.append((f"== {title}", {}))

    def write_line(self, text, **markup):
        self.written.append((text, markup))


def written(*pairs, broken=(), **end):
    """What is written of a session that trained these pairs."""
    results, terminal = Results(), Terminal()
    for stored in pairs:
        results.stored[stored.pair] = stored
    results.broken.extend(broken)
    write_summary(terminal, End("quick", results, MATRIX, **end))
    return terminal.written


def test_pairs_stand_in_the_order_that_was_asked_for():
    title, (table, markup), _ = written(stored_pair("half"), stored_pair("double"))
    assert title == ("== lowprec: quick protocol", {})
    assert [line.split()[:3] for line in table.splitlines()[1:]] == [
        ["NN-I", "double", "2.00"],
        ["NN-I", "half", "2.00"],
    ]
    assert markup == {}


def test_the_title_says_over_how_many_devices():
    title, *_ = written(stored_pair("half"), devices=2)
    assert title == ("== lowprec: quick protocol over 2 devices", {})


def test_a_verdict_has_the_colour_of_its_worst_word():
    def said(scheme, *words):
        pair = Pair("NN-I", scheme)
        return PairVerdict(pair, tuple(map(Verdict, words)))

    verdicts = (
        said("double", "no baseline"),
        said("single", "faster"),
        said("half", "no evidence", "no baseline"),
        said("mixed", "faster", "worse"),
    )
    judged = SimpleNamespace(verdict=SimpleNamespace(pairs=verdicts))
    pairs = map(stored_pair, ("double", "single", "half", "mixed"))
    table = written(*pairs, judged=judged)[1][0]
    assert [line[line.index("<") :] for line in table.splitlines()[1:]] == [
        "<green ok>",
        "<green faster>",
        "<yellow no evidence>",
        "<red faster, worse>",
    ]


def test_without_a_history_a_verdict_is_that_on_the_expectation():
    table = written(stored_pair(verdict="improved"))[1][0]
    assert table.endswith("<red improved>")


def test_what_was_not_trained_to_its_end_is_named():
    [_, line] = written(broken=["test_training[NN-I-half]"])
    assert line == ("not trained to the end: test_training[NN-I-half]", {"red": True})


def test_without_anything_to_tell_there_is_no_section():
    assert written() == []


def test_where_pairs_are_examined_they_have_no_table():
    assert written(broken=["test_coder[half]"], examines=True) == []


@pytest.mark.parametrize(
    ("end", "line"),
    [
        ({}, "1 pair not judged: no baseline yet. Run * 4 more times"),
        ({"stored": True, "lacking": True}, "1 pair skipped: no baseline yet. Run * 3 more times"),
    ],
)
def test_without_a_history_it_says_how_to_get_one(end, line):
    text = " ".join(written(stored_pair(), **end)[-1][0].split())
    assert text.startswith(line.partition(" *")[0])
    assert line.partition("* ")[2] in text


def test_each_reason_for_a_skip_is_told_once():
    *_, first, second = written(skipped=["not trained", "no row", "not trained"])
    assert first == ("2 pairs skipped: not trained", {"yellow": True})
    assert second == ("1 pair skipped: no row", {"yellow": True})


def test_without_timing_the_end_says_so(session, pytester):
    result = session("--models=NN-I", "--benchmark-disable", "--benchmark-autosave")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["4 pairs checked with timing off: no timing was stored"])
    assert not stored_files(pytester)


def test_it_stands_above_pytest_benchmarks_tables_and_below_the_failures(session):
    session.expect("NN-I", "single", "diverged", 0.05, 0.15)
    result = session("--models=NN-I", "--schemes=single,mixed")
    result.stdout.fnmatch_lines(
        [
            "*= FAILURES =*",
            "*= lowprec: quick protocol =*",
            "*- benchmark 'NN-I': 2 tests -*",
            "*= short test summary info =*",
        ]
    )


@pytest.mark.parametrize(
    ("color", "no_color", "word"),
    [
        ("yes", None, "\x1b[32mok\x1b[0m"),
        ("no", None, "ok"),
        ("auto", "1", "ok"),
    ],
)
def test_verdicts_have_colours_where_the_terminal_has(session, monkeypatch, color, no_color, word):
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
        monkeypatch.setenv("FORCE_COLOR", "1")
    result = session("--models=NN-I", "--schemes=single", f"--color={color}")
    [line] = [line for line in result.outlines if line.startswith("NN-I ")]
    assert line.endswith(f"  {word}")


def test_a_skip_is_told_once(session):
    text = flat(session("--models=NN-I", slowdown="warn"))
    assert text.count("skipped:") == 1
