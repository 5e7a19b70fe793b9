"""Accuracies compared seed by seed, on literal pairs; more through tests/test_comparison.py."""

import math

import pytest

from lowprec.accuracy import accuracy_changes, mean_accuracy
from tests.literals import stored_pair

NN_I = ("NN-I", "single")


def test_the_change_of_common_seeds():
    before = [stored_pair(accuracies=(0.7, 0.8))]
    after = [stored_pair(accuracies=(0.8, 0.7), first_seed=13)]
    change, seeds = accuracy_changes({NN_I: (before, after)})[NN_I]
    assert (change.value, seeds) == (0.0, (13,))


def test_one_seed_takes_the_sampling_error_of_both_test_sets():
    sides = [stored_pair(accuracies=(0.8,))], [stored_pair(accuracies=(0.6,))]
    change, _ = accuracy_changes({NN_I: sides})[NN_I]
    error = math.sqrt((0.8 * 0.2 + 0.6 * 0.4) / 1000)
    assert change.high == pytest.approx(-0.2 + 2.5758 * error, abs=1e-5)


@pytest.mark.parametrize(
    "after",
    [stored_pair(first_seed=50), stored_pair(outcomes=("chance",)), stored_pair(accuracies=())],
    ids=["other seeds", "no learning", "no rounds"],
)
def test_without_a_common_seed_that_learns_there_is_no_change(after):
    assert accuracy_changes({NN_I: ([stored_pair()], [after])}) == {}


def test_the_mean_is_over_seeds_and_sessions():
    sessions = [stored_pair(accuracies=(0.6, 0.8)), stored_pair(accuracies=(0.7, 0.9))]
    assert mean_accuracy(sessions) == pytest.approx(0.75)
    assert mean_accuracy(sessions, (13,)) == pytest.approx(0.85)
    assert mean_accuracy([stored_pair(accuracies=())]) is None
