"""Intervals from few values, with literal numbers."""

import math

import pytest
from scipy import stats

from lowprec.judging.intervals import Change, interval, moderated, spread


def test_spread_is_within_groups():
    assert spread([[1.0, 3.0], [10.0, 10.0, 13.0]]) == (2.0 + 6.0, 3)


@pytest.mark.parametrize("groups", [[], [[]], [[5.0]], [[5.0], [7.0]]])
def test_single_values_have_no_spread(groups):
    assert spread(groups) == (0, 0)


def test_noise_is_drawn_to_the_common_one():
    """Common variance (8 + 2) / 5 = 2; `a` has its own 8 over 2 degrees, weighed against 3 more."""
    noise = moderated({"a": (8.0, 2), "b": (2.0, 3)})
    assert noise["a"] == (math.sqrt((3 * 2 + 8) / 5), 5)
    assert noise["b"] == (math.sqrt((2 * 2 + 2) / 5), 5)


def test_the_common_noise_has_at_most_its_weight():
    noise = moderated({"a": (8.0, 2), "b": (0.0, 100)})
    assert noise["a"][1] == 4 + 2


def test_one_series_keeps_its_own_noise():
    assert moderated({"a": (8.0, 2)}) == {"a": (2.0, 2)}


def test_a_series_without_noise_of_its_own_takes_the_common_one():
    assert moderated({"a": (0.0, 0), "b": (8.0, 2)})["a"] == (2.0, 2)


def test_no_noise_is_known_from_single_values():
    assert moderated({"a": (0.0, 0), "b": (0.0, 0)}) == {}


def test_the_interval_is_students():
    half_width = stats.t.ppf(0.995, 4) * 0.5 * 2
    change = interval(1.0, (0.5, 4), weight=2)
    assert (change.value, change.low, change.high) == (1.0, 1.0 - half_width, 1.0 + half_width)


def test_without_noise_there_is_no_interval():
    assert interval(1.0, None, 1.0) == Change(1.0)


@pytest.mark.parametrize(
    ("change", "beyond"),
    [
        (Change(0.3, 0.2, 0.4), 1),
        (Change(0.3, 0.05, 0.4), 0),
        (Change(0.0, -0.05, 0.05), 0),
        (Change(-0.3, -0.4, -0.2), -1),
        (Change(-0.3, -0.4, -0.05), 0),
        (Change(0.3, 0.1, 0.4), 0),
        (Change(-0.3, -0.4, -0.1), 0),
        (Change(9.0), 0),
    ],
)
def test_beyond_the_least_change(change, beyond):
    assert change.beyond(0.1) == beyond
