"""What the progress line of a session knows of an earlier one."""

from lowprec.rows.matrix import Pair
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.suite.progress import known_s
from lowprec.training.pair import Plan
from lowprec.training.task import paper_task
from tests.literals import parted, stored_pair, summary

TASK = paper_task(MODELS["NN-I"], PROTOCOLS["quick"])


def plan(rounds, least_s=0.0):
    return Plan(TASK, SCHEMES["half"], PROTOCOLS["quick"], (12,) * rounds, 0, least_s)


STORED = summary(
    1,
    stored_pair("half", **parted(train_s=2.0, startup_s=0.5)),
    stored_pair("single", accuracies=(), fit_s=()),
)


def test_a_pair_takes_its_start_and_its_rounds():
    assert known_s(STORED, plan(4)) == {Pair("NN-I", "half"): 8.5}


def test_short_rounds_are_repeated():
    assert known_s(STORED, plan(2, least_s=6.0)) == {Pair("NN-I", "half"): 6.5}


def test_without_a_session_nothing_is_known():
    assert known_s(None, plan(4)) == {}
