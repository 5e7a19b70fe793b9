"""Accuracies compared seed by seed, on literal pairs; more through test_comparison.py."""

import math

import pytest

from lowprec.judging.accuracy import (
    accuracy_changes,
    at_risk,
    changes_across_versions,
    changes_from_history,
    mean_accuracy,
)
from lowprec.rows.matrix import Pair
from tests.literals import stored_pair, summary

NN_I, HALF, NN_T = Pair("NN-I", "single"), Pair("NN-I", "half"), Pair("NN-T", "single")


def pair(**values):
    """NN-I single as a session's summary has it."""
    return summary(1, stored_pair(**values)).pairs[0]


def test_the_change_of_common_seeds():
    before = [pair(accuracies=(0.7, 0.8))]
    after = [pair(accuracies=(0.8, 0.7), first_seed=13)]
    change, seeds = accuracy_changes({NN_I: (before, after)})[NN_I]
    assert (change.value, seeds) == (0.0, (13,))


def test_one_seed_takes_the_sampling_error_of_both_test_sets():
    sides = [pair(accuracies=(0.8,))], [pair(accuracies=(0.6,))]
    change, _ = accuracy_changes({NN_I: sides})[NN_I]
    error = math.sqrt((0.8 * 0.2 + 0.6 * 0.4) / 1000)
    assert change.high == pytest.approx(-0.2 + 2.5758 * error, abs=1e-5)


@pytest.mark.parametrize(
    "after",
    [pair(first_seed=50), pair(outcomes=("chance",)), pair(accuracies=())],
    ids=["other seeds", "no learning", "no rounds"],
)
def test_without_a_common_seed_that_learns_there_is_no_change(after):
    assert accuracy_changes({NN_I: ([pair()], [after])}) == {}


def test_the_mean_is_over_seeds_and_sessions():
    sessions = [pair(accuracies=(0.6, 0.8)), pair(accuracies=(0.7, 0.9))]
    assert mean_accuracy(sessions) == pytest.approx(0.75)
    assert mean_accuracy(sessions, (13,)) == pytest.approx(0.85)
    assert mean_accuracy([pair(accuracies=())]) is None


def test_the_change_against_earlier_sessions_is_that_of_common_seeds():
    before = {NN_I: {12: [0.8, 0.8], 13: [0.7, 0.7], 14: [0.1]}}
    changes = changes_from_history(before, {NN_I: {12: 0.79, 13: 0.68, 15: 0.9}}, 0.99)
    assert changes[NN_I].value == pytest.approx(-0.015)


def test_accuracies_that_repeat_to_the_digit_leave_no_doubt():
    before = {NN_I: {12: [0.8, 0.8, 0.8]}}
    change = changes_from_history(before, {NN_I: {12: 0.79}}, 0.99)[NN_I]
    assert (change.low, change.value, change.high) == pytest.approx((-0.01, -0.01, -0.01))


def test_the_noise_is_that_of_a_seed_from_session_to_session():
    """Two seeds far apart, each with a standard deviation of .01 over three sessions."""
    before = {NN_I: {12: [0.79, 0.80, 0.81], 13: [0.69, 0.70, 0.71]}}
    change = changes_from_history(before, {NN_I: {12: 0.80, 13: 0.70}}, 0.99)[NN_I]
    student = 4.6041  # 99%, four degrees of freedom
    assert change.high == pytest.approx(student * 0.01 * math.sqrt((1 + 1 / 3) / 2), rel=1e-3)


def test_the_interval_is_as_wide_as_the_confidence_asks():
    before, after = {12: [0.79, 0.80, 0.81]}, {12: 0.80}
    for confidence, student in ((0.9, 2.9200), (0.99, 9.9248), (0.9994, 40.8065)):
        history = changes_from_history({NN_I: before}, {NN_I: after}, confidence)[NN_I]
        assert history.high == pytest.approx(student * 0.01 * math.sqrt(4 / 3), rel=1e-4)
    seeds = {12: [0.8], 13: [0.8], 14: [0.8]}
    change = across(seeds, pair(accuracies=(0.79, 0.80, 0.81)), confidence=0.9994)
    assert change.high == pytest.approx(40.8065 * 0.01 / math.sqrt(3), rel=1e-4)


def test_one_earlier_session_tells_nothing_of_the_noise():
    change = changes_from_history({NN_I: {12: [0.8]}}, {NN_I: {12: 0.7}}, 0.99)[NN_I]
    assert (change.value, change.low) == (pytest.approx(-0.1), None)


def test_without_a_common_seed_there_is_no_change_against_the_history():
    assert changes_from_history({NN_I: {12: [0.8]}}, {NN_I: {13: 0.7}}, 0.99) == {}
    assert changes_from_history({}, {NN_I: {13: 0.7}}, 0.99) == {}


def across(before, after, confidence=0.99):
    """The change of NN-I single against the accuracies of its seeds under other software."""
    return changes_across_versions({NN_I: before}, {NN_I: after}, confidence).get(NN_I)


def test_the_change_across_versions_is_that_of_common_seeds():
    before = {12: [0.8, 0.82], 13: [0.7], 14: [0.1]}
    change = across(before, pair(accuracies=(0.80, 0.68)))
    assert change.value == pytest.approx((-0.01 - 0.02) / 2)


def test_across_versions_the_noise_is_that_over_the_seeds():
    """A seed repeats to the digit, and what another rounding changes differs from seed to seed."""
    before = {12: [0.8] * 9, 13: [0.7] * 9, 14: [0.6] * 9}
    change = across(before, pair(accuracies=(0.79, 0.68, 0.57)))
    student = 9.9248  # 99%, two degrees of freedom
    assert change.value == pytest.approx(-0.02)
    assert change.high == pytest.approx(-0.02 + student * 0.01 / math.sqrt(3), abs=1e-5)


def test_across_versions_the_noise_is_drawn_towards_that_of_the_models_schemes():
    """Half differs by a hundredth from seed to seed, single not at all; NN-T is another model."""
    before = {12: [0.8], 13: [0.7], 14: [0.6]}
    same, scattered = pair(accuracies=(0.8, 0.7, 0.6)), pair(accuracies=(0.81, 0.7, 0.59))
    changes = changes_across_versions(
        {NN_I: before, HALF: before, NN_T: before},
        {NN_I: same, HALF: scattered, NN_T: same},
        0.99,
    )
    variance = 2 * (2 * 0.01**2 / 4) / (2 + 2)  # two own degrees of freedom, two of half
    student = 4.6041  # 99%, four degrees of freedom
    assert changes[NN_I].high == pytest.approx(student * math.sqrt(variance / 3), rel=1e-4)
    assert changes[NN_T].high == 0


def test_of_one_seed_across_versions_the_test_sets_tell_the_noise():
    change = across({12: [0.8]}, pair(accuracies=(0.6,)))
    error = math.sqrt((0.8 * 0.2 + 0.6 * 0.4) / 1000)
    assert change.value == pytest.approx(-0.2)
    assert change.high == pytest.approx(-0.2 + 2.5758 * error, abs=1e-5)


@pytest.mark.parametrize(
    "after",
    [pair(first_seed=50), pair(outcomes=("chance",)), pair(accuracies=())],
    ids=["other seeds", "no learning", "no rounds"],
)
def test_without_a_common_seed_that_learns_there_is_no_change_across_versions(after):
    assert across({12: [0.8]}, after) is None


def test_a_pair_that_other_software_never_had_has_no_change_across_versions():
    assert changes_across_versions({}, {NN_I: pair()}, 0.99) == {}


@pytest.mark.parametrize(
    ("accuracies", "risk"),
    [
        ({12: 0.79, 13: 0.79}, True),
        ({12: 0.79, 13: 0.81}, False),
        ({12: 0.796}, False),
        ({12: 0.794}, True),
        ({12: 0.7948, 13: 0.7953}, False),
        ({14: 0.1}, False),
        ({}, False),
    ],
)
def test_only_a_mean_loss_of_half_a_point_can_be_flagged(accuracies, risk):
    assert at_risk({12: [0.79, 0.81], 13: [0.8]}, accuracies) is risk


def test_a_loss_of_just_half_a_point_cannot_be_flagged():
    assert not at_risk({12: [0.005]}, {12: 0.0})


def test_of_one_seed_that_got_nothing_right_before_the_sampling_error_is_that_of_the_other_side():
    change, _ = accuracy_changes({NN_I: ([pair(accuracies=(0.0,))], [pair(accuracies=(0.6,))])})[
        NN_I
    ]
    assert change.low == pytest.approx(0.6 - 2.5758 * math.sqrt(0.6 * 0.4 / 1000), abs=1e-5)
