"""What is trained in a test, and what is kept of it."""

import argparse

import pytest

from lowprec.rows.matrix import Pair
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.suite import pair as pair_module
from lowprec.suite.pair import judged, plan_of
from tests.literals import CONDITIONS, expectation, one_round, record

PAIR = Pair("NN-I", "half")


def options(protocol="quick", rounds=None, seed=12):
    return argparse.Namespace(protocol=protocol, rounds=rounds, seed=seed)


@pytest.mark.parametrize(
    ("option", "timed", "seeds", "warmups", "least_s"),
    [
        (options(), True, (12, 12, 13, 14), 1, 6.0),
        (options(), False, (12, 13, 14), 0, 0.0),
        (options(rounds=2), True, (12, 12, 13), 1, 0.0),
        (options("paper"), True, (12, 12, 13, 14), 1, 0.0),
        (options("paper", rounds=1, seed=40), True, (40, 40), 1, 0.0),
    ],
)
def test_the_plan_of_a_pair(option, timed, seeds, warmups, least_s):
    plan = plan_of(PAIR, option, timed)
    assert (plan.model, plan.scheme) == (MODELS["NN-I"], SCHEMES["half"])
    assert plan.protocol == PROTOCOLS[option.protocol]
    assert (plan.seeds, plan.warmups, plan.least_training_s) == (seeds, warmups, least_s)


def test_a_judged_record_is_stored_with_what_was_expected(monkeypatch):
    row = expectation()
    monkeypatch.setattr(pair_module, "load_expectations", lambda: {row.conditions: row})
    monkeypatch.setattr(pair_module, "conditions_of", lambda trained: CONDITIONS)
    judgement, stored = judged(record(one_round(hits=700)), (PAIR,))
    assert (judgement.verdict, judgement.passed) == ("worse", False)
    assert (stored.pair, stored.verdict, stored.message) == (PAIR, "worse", judgement.message)
    assert (stored.expected, stored.asked_for) == (row.stored(rounds=1), (PAIR,))


def test_a_record_without_a_row_is_stored_without_an_expectation(monkeypatch):
    monkeypatch.setattr(pair_module, "load_expectations", dict)
    monkeypatch.setattr(pair_module, "conditions_of", lambda trained: CONDITIONS)
    _, stored = judged(record(one_round()), None)
    assert (stored.verdict, stored.expected, stored.asked_for) == ("no evidence", None, None)
