"""What is remembered of a pair besides its seconds, on literal sessions."""

import pytest

from lowprec.judging.memory import PairMemory
from lowprec.judging.slowdown import WINDOW
from tests.literals import stored_pair, summary


def pair(*outcomes, accuracies=(0.8,), **others):
    """NN-I half as a session's summary has it."""
    made = stored_pair("half", accuracies=accuracies, outcomes=outcomes or ("learns",), **others)
    return summary(1, made).pairs[0]


def memory(*sessions):
    """What is remembered of sessions that count."""
    made = PairMemory("how")
    for stored in sessions:
        made.count(summary(1), stored)
    return made


def test_accuracies_are_remembered_by_seed():
    remembered = memory(pair(accuracies=(0.8, 0.7)), pair(accuracies=(0.9,), first_seed=13))
    assert remembered.accuracies == {12: [0.8], 13: [0.7, 0.9]}


def test_only_the_newest_accuracies_of_a_seed_are_remembered():
    sessions = [pair(accuracies=(number / 100,)) for number in range(WINDOW + 2)]
    assert memory(*sessions).accuracies == {12: [n / 100 for n in range(2, WINDOW + 2)]}


def test_accuracies_of_a_session_that_did_not_always_learn_are_not_remembered():
    assert memory(pair("learns", "chance", accuracies=(0.8, 0.1))).accuracies == {}


@pytest.mark.parametrize(
    ("known", "new", "lost"),
    [
        ([pair()], pair(), False),
        ([pair()], pair("chance"), True),
        ([pair()], pair("learns", "chance", accuracies=(0.8, 0.1)), True),
        ([pair()], pair("diverged"), True),
        ([pair("chance")], pair("diverged"), True),
        ([pair("chance")], pair(), False),
        ([pair("diverged")], pair("chance"), False),
        ([pair(), pair("chance")], pair("chance"), False),
        ([pair(expected="learns|chance")], pair("chance"), False),
        ([pair("diverged", expected="chance")], pair("chance"), False),
        ([pair("chance", expected="learns")], pair("diverged"), True),
        ([], pair("diverged"), False),
    ],
)
def test_an_outcome_is_lost_that_is_worse_than_all_that_came_or_was_expected(known, new, lost):
    assert memory(*known).lost_outcome(new) is lost


def test_what_was_expected_in_vain_is_not_known():
    """Half was to diverge and learnt: that it diverges later is a loss."""
    assert memory(pair(expected="diverged")).lost_outcome(pair("diverged"))


def test_other_software_inherits_accuracies_and_begins_its_own():
    before = memory(pair(accuracies=(0.8, 0.7)))
    after = before.continued()
    assert (after.accuracies, after.inherited) == ({}, {12: [0.8], 13: [0.7]})
    after.count(summary(2), pair(accuracies=(0.9,)))
    assert (after.accuracies, after.inherited) == ({12: [0.9]}, {12: [0.8], 13: [0.7]})
    assert after.continued().inherited == {12: [0.8, 0.9], 13: [0.7]}
    assert before.accuracies == {12: [0.8], 13: [0.7]}


def test_other_software_inherits_no_more_than_the_newest_accuracies():
    remembered = memory(*[pair(accuracies=(0.8,))] * WINDOW).continued()
    remembered.count(summary(2), pair(accuracies=(0.9,)))
    assert remembered.continued().inherited == {12: [0.8] * (WINDOW - 1) + [0.9]}


def test_other_software_inherits_outcomes_and_how_it_was_measured():
    before = memory(pair("chance"))
    before.trained, before.measured, before.measured_before = True, "shared", "whole"
    after = before.continued()
    assert (after.how, after.outcomes) == ("how", {"chance"})
    assert (after.measured, after.measured_before, after.trained) == ("shared", "whole", False)


def test_accuracies_that_are_as_good_as_ever_are_no_loss():
    before = memory(pair(accuracies=(0.8,))).continued()
    before.count(summary(2), pair(accuracies=(0.7,)))
    assert not memory(pair(accuracies=(0.8,))).may_have_lost({12: 0.8})
    assert memory(pair(accuracies=(0.8,))).may_have_lost({12: 0.79})
    assert before.may_have_lost({12: 0.7}), "against the software before"
    assert before.may_have_lost({12: 0.69})


def test_since_when_something_is_wrong():
    one, two, three, four = map(summary, range(1, 5))
    memory = PairMemory("how")
    memory.leave_out(one)
    assert (memory.wrong_since, memory.wrong, memory.last_good) == (one, 1, None)
    memory.count(two, pair())
    assert (memory.wrong_since, memory.wrong, memory.last_good) == (None, 0, two)
    for session in (three, four):
        memory.leave_out(session)
    assert (memory.wrong_since, memory.wrong, memory.last_good) == (three, 2, two)
    newer = memory.continued()
    assert (newer.wrong_since, newer.wrong, newer.last_good) == (three, 2, two)
