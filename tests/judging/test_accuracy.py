"""Accuracies compared seed by seed, on literal pairs; more through test_comparison.py."""

import math

import pytest

from lowprec.judging.accuracy import accuracy_changes, changes_from_history, mean_accuracy
from lowprec.rows.matrix import Pair
from tests.literals import stored_pair, summary

NN_I = Pair("NN-I", "single")


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


def test_one_earlier_session_tells_nothing_of_the_noise():
    change = changes_from_history({NN_I: {12: [0.8]}}, {NN_I: {12: 0.7}}, 0.99)[NN_I]
    assert (change.value, change.low) == (pytest.approx(-0.1), None)


def test_without_a_common_seed_there_is_no_change_against_the_history():
    assert changes_from_history({NN_I: {12: [0.8]}}, {NN_I: {13: 0.7}}, 0.99) == {}
    assert changes_from_history({}, {NN_I: {13: 0.7}}, 0.99) == {}
