"""How much a few nights speak for a change, on literal changes; more through test_slowdown.py."""

import math

import numpy as np
import pytest
from scipy import stats

from lowprec.judging.evidence import SLOWDOWN, Evidence, log_likelihood_ratio

NAN = float("nan")
SURELY = 0.8416
"""Deviations above which four normal values in five are not below -SURELY."""


def ratio(change, deviation, freedom=200.0):
    """What one night of one series says."""
    [[said]] = log_likelihood_ratio(
        np.array([[change]]), np.array([deviation]), np.array([freedom])
    )
    return said


def evidence(*nights, deviation=0.04, enough=6.4):
    """Of one series, with these changes, the newest night first."""
    return Evidence(
        np.array([[change] for change in nights]), np.array([deviation]), np.array([200.0]), enough
    )


def flagged(*nights, sign=1, **others):
    return bool(evidence(*nights, **others).flagged(sign)[0])


@pytest.mark.parametrize("change", [-0.2, 0.0, 0.05, SLOWDOWN])
def test_the_ratio_is_that_of_a_slowdown_to_noise_or_a_spike(change):
    """The spike: in 0.2% of the sessions, anywhere up to a logarithm of a half."""
    noise = stats.t(5, scale=0.02)
    slowdown = noise.pdf(min(change - SLOWDOWN, 0))
    none = 0.998 * noise.pdf(change) + 0.002 / 0.5
    assert ratio(change, 0.02, freedom=5.0) == pytest.approx(math.log(slowdown / none))


def test_on_a_quiet_machine_a_slowdown_counts_in_full_from_three_deviations_above_half_of_it():
    assert ratio(SLOWDOWN / 2 + 0.003, 0.001) == pytest.approx(ratio(SLOWDOWN, 0.001))
    assert ratio(SLOWDOWN / 2 + 0.002, 0.001) < ratio(SLOWDOWN, 0.001) - 0.4


def test_less_than_half_of_a_slowdown_speaks_against_one():
    assert ratio(0.4 * SLOWDOWN, 0.04) < 0 < ratio(0.6 * SLOWDOWN, 0.04)
    assert ratio(-SLOWDOWN, 0.04) < ratio(0.0, 0.04) < 0


def test_a_change_says_no_more_than_that_it_is_no_spike():
    assert ratio(0.3, 0.01) == pytest.approx(ratio(0.5, 0.01)) == pytest.approx(9.2, abs=0.1)


def test_beyond_the_range_of_spikes_a_change_says_more_the_larger_it_is():
    """By a factor of e for each half of the range, which is 0.5."""
    assert ratio(1.0, 0.01) == pytest.approx(ratio(0.5, 0.01) + 2)


def test_three_times_as_slow_is_flagged_at_once_where_noise_is_7_percent():
    assert not flagged(math.log(1.5), deviation=0.07, enough=7.4)
    assert flagged(math.log(3), deviation=0.07, enough=7.4)


def test_noise_that_is_known_badly_says_less():
    assert ratio(SLOWDOWN, 0.02, freedom=2.0) < ratio(SLOWDOWN, 0.02)


def test_a_pair_that_was_not_timed_says_nothing():
    assert math.isnan(ratio(NAN, 0.02))


def test_one_night_is_enough_where_noise_is_small():
    assert flagged(SLOWDOWN, deviation=0.02)
    assert not flagged(SLOWDOWN, deviation=0.03)


def test_evidence_adds_up_over_nights():
    assert [flagged(*[SLOWDOWN] * nights) for nights in (1, 2, 3)] == [False, False, True]


def test_a_night_without_the_pair_says_nothing_for_or_against():
    assert flagged(SLOWDOWN, NAN, SLOWDOWN, deviation=0.03)


def test_nights_before_the_change_are_left_out_of_its_sum():
    """They speak against a slowdown, and had none."""
    assert flagged(SLOWDOWN, SLOWDOWN, -0.1, deviation=0.03)
    assert not flagged(SLOWDOWN, -0.1, SLOWDOWN, deviation=0.03)


def test_a_spike_does_not_linger():
    """It would be enough alone, and counts no more than 3.5 in the nights that follow."""
    assert ratio(0.4, 0.04) > 6.4
    assert not flagged(SLOWDOWN, 0.4, enough=6.4)
    assert flagged(SLOWDOWN, 0.4, enough=6.2)


def test_a_night_that_is_back_to_normal_is_not_flagged_whatever_was_before():
    assert not flagged(0.4 * SLOWDOWN, 0.4, 0.4, enough=1.0)


def test_faster_is_slower_with_the_other_sign():
    assert flagged(-SLOWDOWN, sign=-1, deviation=0.02)
    assert not flagged(-SLOWDOWN, sign=1, deviation=0.02)
    assert not flagged(SLOWDOWN, sign=-1, deviation=0.02)


def test_series_are_judged_each_on_its_own():
    several = Evidence(
        np.array([[SLOWDOWN, SLOWDOWN, 0.0, NAN]]),
        np.array([0.02, 0.04, 0.02, NAN]),
        np.full(4, 200.0),
        6.4,
    )
    assert several.flagged(1).tolist() == [True, False, False, False]


@pytest.mark.parametrize("before", [(), (SLOWDOWN,), (-0.1,)])
def test_the_smallest_change_is_the_least_that_is_flagged_and_room_for_noise(before):
    least = evidence(0.0, *before).smallest()[0] - SURELY * 0.04
    assert flagged(least, *before)
    assert not flagged(least - 0.005, *before)


def test_earlier_nights_that_speak_for_a_slowdown_make_the_smallest_one_smaller():
    smallest = [evidence(0.0, *[SLOWDOWN] * nights).smallest()[0] for nights in range(3)]
    assert smallest == sorted(smallest, reverse=True)
    assert smallest[0] - smallest[2] > 0.03
    assert evidence(0.0, -0.1).smallest() == evidence(0.0).smallest()


def test_where_no_change_is_enough_there_is_no_smallest_one():
    assert evidence(0.0, deviation=0.5).smallest()[0] == math.inf
