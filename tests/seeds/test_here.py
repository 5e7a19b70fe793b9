"""Rounds in this process: kept one by one, yielded by pair, shown by their true number."""

from contextlib import contextmanager

import pytest

from lowprec.rows.matrix import Pair
from lowprec.seeds import here as module
from lowprec.seeds.here import Here
from tests.seeds.rounds import finished, without_kernel, works

HALF, SINGLE = works(2), works(2, scheme="single")


@pytest.fixture
def told(monkeypatch):
    """What happens, in its order; nothing is trained, and `mixed` has no kernel."""
    told = []

    @contextmanager
    def shown(line, plan, column):
        told.append((str(plan.pair), plan.seeds, line))
        yield lambda number, epoch: told.append((number, epoch))
        told.append("closed")

    def train_round(work, on_epoch):
        on_epoch(1, 3)
        return without_kernel(work) if work.scheme == "mixed" else finished(work)

    for name, stand_in in (
        ("shown", shown),
        ("train_round", train_round),
        ("real_terminal", lambda: None),
    ):
        monkeypatch.setattr(module, name, stand_in)
    return told


def test_each_round_is_kept_at_once_and_a_pair_yielded_when_its_line_is_closed(told):
    rounds = Here("quick").train([*HALF, *SINGLE], lambda one: told.append(one.work.seed))
    assert next(rounds) == finished(HALF[0])
    assert told == [("NN-I half", (1000, 1001), None), (1, 3), 1000, (2, 3), 1001, "closed"]
    assert list(rounds) == [finished(work) for work in (HALF[1], *SINGLE)]


def test_after_a_missing_kernel_the_next_pair_is_trained(told):
    mixed = works(2, scheme="mixed")
    rounds = list(Here("quick").train([*mixed, *HALF], lambda one: None))
    assert rounds == [without_kernel(mixed[0]), *map(finished, HALF)]


def test_the_line_knows_all_pairs_that_are_to_be_trained(told, monkeypatch):
    monkeypatch.setattr(module, "real_terminal", lambda: "terminal")
    monkeypatch.setattr(module, "ProgressLine", lambda terminal, forecast: (terminal, forecast))
    list(Here("quick").train([*HALF, *SINGLE], lambda one: None))
    terminal, forecast = told[0][2]
    assert terminal == "terminal"
    assert (forecast.pairs, forecast.count) == ([Pair("NN-I", "half"), Pair("NN-I", "single")], 2)
