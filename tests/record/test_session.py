"""What a stored session says of itself."""

from datetime import UTC, datetime

import pytest

from lowprec.errors import HistoryError
from lowprec.record.session import SeriesKey, Session, relative_seconds, was_asked_for
from lowprec.rows.matrix import MATRIX, Pair
from tests.literals import ENVIRONMENT, session, stored_pair

SINGLE, HALF = Pair("NN-I", "single"), Pair("NN-I", "half")


def test_a_session_has_its_pairs_by_name():
    time = datetime(2026, 11, 1, tzinfo=UTC)
    single, half = stored_pair("single"), stored_pair("half")
    made = Session.of("0001_x", time, ENVIRONMENT, iter([single, half]))
    assert (made.name, made.time, made.protocol) == ("0001_x", time, "quick")
    assert made.environment == ENVIRONMENT
    assert made.pairs == {SINGLE: single, HALF: half}
    assert list(made.pairs) == [SINGLE, HALF]
    assert made.series == SeriesKey(ENVIRONMENT.key, "quick")


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([stored_pair("half"), stored_pair("half")], "NN-I half is stored twice, expected once"),
        (
            [stored_pair("half"), stored_pair(protocol="paper")],
            "has paper, quick, expected pairs of one protocol",
        ),
        ([], "has no pair, expected pairs of one protocol"),
    ],
)
def test_pairs_that_are_no_session(pairs, message):
    with pytest.raises(HistoryError, match=message):
        Session.of("0001_x", datetime(2026, 11, 1, tzinfo=UTC), ENVIRONMENT, pairs)


def test_a_session_was_asked_for_what_its_pairs_say():
    assert session(1, stored_pair("single", asked_for=(SINGLE,))).asked_for == (SINGLE,)
    assert was_asked_for(SINGLE, (SINGLE,))
    assert not was_asked_for(HALF, (SINGLE,))


def test_without_a_word_it_was_asked_for_the_matrix():
    assert session(1, stored_pair("single")).asked_for is None
    assert all(was_asked_for(pair, None) for pair in MATRIX)
    assert not was_asked_for(Pair("NN-I", "bfloat16"), None)


def test_seconds_relative_to_single():
    """Without a time of the model's own single there is nothing to set a pair against."""
    seconds = {
        SINGLE: 2.0,
        HALF: 3.0,
        Pair("NN-I", "mixed"): None,
        Pair("CNN-I", "single"): None,
        Pair("CNN-I", "half"): 1.0,
        Pair("NN-T", "half"): 1.0,
    }
    assert relative_seconds(seconds) == {SINGLE: 1.0, HALF: 1.5}
