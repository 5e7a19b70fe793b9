"""What is trained in a test, and what is kept of it."""

import pytest

from lowprec.expectations.table import EXPECTATIONS_PATH
from lowprec.rows.matrix import Pair
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.suite import pair as pair_module
from lowprec.suite.options import Options
from lowprec.suite.pair import judged, plan_of
from lowprec.training.task import paper_task
from tests.literals import CONDITIONS, expectation, one_round, record

PAIR = Pair("NN-I", "half")


@pytest.mark.parametrize(
    ("option", "timed", "seeds", "warmups", "least_s"),
    [
        (Options(), True, (12, 12, 13, 14), 1, 6.0),
        (Options(), False, (12, 13, 14), 0, 0.0),
        (Options(rounds=2), True, (12, 12, 13), 1, 0.0),
        (Options("paper"), True, (12, 12, 13, 14), 1, 0.0),
        (Options("paper", rounds=1, seed=40), True, (40, 40), 1, 0.0),
    ],
)
def test_the_plan_of_a_pair(option, timed, seeds, warmups, least_s):
    task = paper_task(MODELS["NN-I"], PROTOCOLS[option.protocol])
    plan = plan_of(task, SCHEMES["half"], option, timed)
    assert (plan.task, plan.scheme, plan.pair) == (task, SCHEMES["half"], PAIR)
    assert plan.protocol == PROTOCOLS[option.protocol]
    assert (plan.seeds, plan.warmups, plan.least_training_s) == (seeds, warmups, least_s)


def test_a_judged_record_is_stored_with_what_was_expected(monkeypatch):
    row = expectation()
    monkeypatch.setattr(pair_module, "load_expectations", lambda table: {row.conditions: row})
    monkeypatch.setattr(pair_module, "conditions_of", lambda trained: CONDITIONS)
    judgement, stored = judged(record(one_round(hits=700)), EXPECTATIONS_PATH, (PAIR,))
    assert (judgement.verdict, judgement.passed) == ("worse", False)
    assert (stored.pair, stored.verdict, stored.message) == (PAIR, "worse", judgement.message)
    assert (stored.expected, stored.asked_for) == (row.stored(rounds=1), (PAIR,))


def test_a_record_without_a_row_is_stored_without_an_expectation(monkeypatch):
    monkeypatch.setattr(pair_module, "load_expectations", lambda table: {})
    monkeypatch.setattr(pair_module, "conditions_of", lambda trained: CONDITIONS)
    _, stored = judged(record(one_round()), EXPECTATIONS_PATH, None)
    assert (stored.verdict, stored.expected, stored.asked_for) == ("no evidence", None, None)
