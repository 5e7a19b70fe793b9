"""Rows of the expectations tried on made-up seeds."""

from dataclasses import replace

import msgspec
import pytest

from lowprec.expectations import trials
from lowprec.expectations.trials import Trial, trial
from lowprec.record.record import Unsupported
from tests.literals import expectation, one_round, record

ROW = expectation("learns", 0.79, 0.81)


def rounds(*hits, outcome="learns"):
    return [one_round(outcome, hits, seed=seed) for seed, hits in enumerate(hits)]


def test_every_set_of_three_seeds_is_a_session():
    """Four sets: 800, 800, 770 and 800, 800, 800 pass; the two with 700 do not."""
    assert trial(record(*rounds(800, 800, 800, 700)), ROW) == Trial(4, 1, 4)
    assert trial(record(*rounds(800, 800, 800, 800)), ROW).pass_rate == 1


def test_a_wide_row_does_not_notice_the_loss():
    wide = expectation("learns", 0.7, 0.9)
    assert trial(record(*rounds(800, 800, 800)), wide) == Trial(1, 1, 0)


def test_a_failure_that_was_there_before_the_loss_is_not_noticed_as_one():
    """An outcome that changed is told as such; the loss is not what failed."""
    lost = record(*rounds(100, 100, 100, outcome="chance"))
    assert trial(lost, ROW) == Trial(1, 0, 0)


@pytest.mark.parametrize("outcome", ["chance|diverged", "diverged"])
def test_a_loss_means_nothing_where_the_pair_need_not_learn(outcome):
    row = expectation(outcome, 0.0, 0.2)
    assert trial(record(*rounds(100, 100, 100, outcome="diverged")), row) == Trial(1, 1, None)


def test_a_missing_kernel_is_one_session():
    without = record(unsupported=Unsupported("Qr", "float16"))
    assert trial(without, expectation("unsupported", None, None)) == Trial(1, 1, None)
    assert trial(without, ROW) == Trial(1, 0, None)


def test_fewer_seeds_than_rounds_are_one_session_with_a_wider_band():
    assert trial(record(*rounds(785)), ROW) == Trial(1, 1, 1)


@pytest.mark.parametrize(("low", "noticed"), [(0.7701, 1), (0.77, 0)])
def test_a_score_of_ones_own_loses_as_much(low, noticed):
    scored = [msgspec.structs.replace(r, test_hits=None) for r in rounds(800, 800, 800)]
    row = expectation("learns", low, 0.81)
    assert trial(record(*scored), row) == Trial(1, 1, noticed)


def test_nobody_loses_more_than_everything():
    for hits in (20, None):
        poor = [msgspec.structs.replace(r, test_hits=hits) for r in rounds(20, 20, 20)]
        assert trial(record(*poor), expectation("learns", 0.0, 0.5)) == Trial(1, 1, 0)


def test_many_seeds_are_sampled(monkeypatch):
    monkeypatch.setattr(trials, "MAX_SESSIONS", 50)
    many = replace(record(*rounds(*[800] * 19, 700)))
    sampled = trial(many, ROW)
    assert sampled.sessions == 50
    assert 30 <= sampled.passed <= 49
