"""How far a session is and what is left of it, on literal seconds."""

import pytest

from lowprec.rows.matrix import Pair
from lowprec.training.forecast import Forecast

A, B, C, D = (Pair("NN-I", scheme) for scheme in ("double", "single", "half", "mixed"))


def test_nothing_is_known_in_the_first_pair():
    assert Forecast([A, B], 2).left_s(A, elapsed_s=5.0, share=0.5) is None


def test_one_pair_alone_tells_by_its_epochs():
    assert Forecast([A], 1).left_s(A, elapsed_s=6.0, share=0.75) == 2.0
    assert Forecast([A], 1).left_s(A, elapsed_s=6.0, share=0.0) is None


def test_pairs_that_are_done_stand_for_those_to_come():
    forecast = Forecast([A, B, C, D], 4, took_s={A: 10.0, B: 20.0})
    assert forecast.left_s(C, elapsed_s=5.0, share=0.1) == 15.0 - 5.0 + 15.0


def test_a_pair_that_takes_longer_than_it_should_has_nothing_left():
    assert Forecast([A, B], 2, took_s={A: 10.0}).left_s(B, elapsed_s=60.0, share=0.1) == 0.0


def test_from_halfway_on_a_pair_tells_its_own_time():
    """Of a pair ten times as long as the one before it."""
    assert Forecast([A, B], 2, took_s={A: 10.0}).left_s(B, elapsed_s=60.0, share=0.6) == 40.0
    forecast = Forecast([A, B], 2, known_s={A: 10.0, B: 100.0}, took_s={A: 10.0})
    assert forecast.left_s(B, elapsed_s=60.0, share=0.9) == 40.0  # what it took before is better


def test_an_earlier_session_tells_each_pairs_own_time():
    forecast = Forecast([A, B], 2, known_s={A: 10.0, B: 30.0})
    assert forecast.left_s(A, elapsed_s=4.0, share=0.1) == 36.0


def test_todays_pace_counts():
    """A took twice as long as it did."""
    forecast = Forecast([A, B, C], 3, known_s={A: 10.0, B: 30.0, C: 5.0}, took_s={A: 20.0})
    assert forecast.left_s(B, elapsed_s=10.0, share=0.5) == 50.0 + 10.0


def test_a_pair_that_the_earlier_session_has_not_takes_as_long_as_others():
    forecast = Forecast([A, B], 2, known_s={A: 10.0}, took_s={A: 20.0})
    assert forecast.left_s(B, elapsed_s=5.0, share=0.1) == 15.0


@pytest.mark.parametrize(("took", "left"), [({}, None), ({A: 8.0}, 7.0 + 2 * 8.0)])
def test_pairs_without_a_name_count(took, left):
    assert Forecast([], 4, took_s=took).left_s(B, elapsed_s=1.0, share=0.1) == left


def test_a_pair_has_a_number_by_which_came_before():
    forecast = Forecast([A, B], 2)
    assert forecast.number(B) == 1
    forecast.took_s[B] = 1.0
    assert forecast.number(A) == 2
    assert forecast.number(B) == 1  # trained again, as after a failure
