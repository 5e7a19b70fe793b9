"""Which times a pair has."""

import msgspec

from lowprec.judging.clocks import CLOCKS, clocks_of
from lowprec.judging.verdict import PairVerdict
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from tests.literals import parted, stored_pair, summary


def names(*pairs, **environment):
    return [clock.name for clock in clocks_of(summary(1, *pairs, **environment))]


def test_a_session_has_the_clocks_of_any_of_its_pairs():
    assert names(stored_pair()) == ["timing"]
    assert names(stored_pair(), stored_pair("half", **parted())) == ["timing", "work", "startup"]
    assert names(stored_pair(**parted()), device="gpu", gpu="H100") == ["timing", "startup"]
    assert names(stored_pair(accuracies=())) == []


def test_on_a_crowded_machine_the_processors_time_of_training_alone_is_judged():
    new, old = (
        msgspec.structs.replace(summary(1, stored_pair(**times)), crowded=True)
        for times in (parted(), {})
    )
    assert [clock.name for clock in clocks_of(new)] == ["work"]
    assert [clock.name for clock in clocks_of(old)] == ["timing"]


def test_each_clock_has_its_place_in_a_verdict():
    empty = PairVerdict(Pair("NN-I", "half"), (Verdict.OK,))
    assert [getattr(empty, clock.name) for clock in CLOCKS] == [None] * len(CLOCKS)
