"""What is said of a pair and of a session, on literal measurements."""

from dataclasses import replace

import pytest

from lowprec.judging.drift import Drift
from lowprec.judging.intervals import Change
from lowprec.judging.slowdown import ALL_PAIRS, TimeVerdict
from lowprec.judging.verdict import PairVerdict, SessionVerdict, pair_verdict
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from tests.literals import parted, stored_pair, summary

SINGLE, HALF = Pair("NN-I", "single"), Pair("NN-I", "half")
OK = TimeVerdict(Verdict.OK, 2.0, 1.01, 1.0, 10, None, 1.1)
SLOWER = TimeVerdict(Verdict.SLOWER, 2.0, 1.3, 1.2, 10, "scheme half", 1.1)
NO_BASELINE = TimeVerdict(Verdict.NO_BASELINE, sessions=2)
LOSS = Change(-0.02, -0.03, -0.01)


def verdict_on(stored, timing=OK, accuracy_change=None):
    return pair_verdict(HALF, summary(1, stored).pairs[0], {"timing": timing}, accuracy_change)


def test_a_lost_outcome_is_said_before_accuracy_and_time():
    stored = summary(1, stored_pair("half", outcomes=("chance",))).pairs[0]
    verdict = pair_verdict(HALF, stored, {"timing": SLOWER}, LOSS, lost_outcome=True)
    assert verdict.verdicts == ("outcome changed", "worse", "slower")
    assert verdict.outcome == "chance"


def test_an_outcome_that_is_lost_and_not_expected_is_said_once():
    stored = summary(1, stored_pair("half", verdict="outcome changed")).pairs[0]
    assert pair_verdict(HALF, stored, {"timing": OK}, None, True).verdicts == ("outcome changed",)


BY_ITSELF = replace(SLOWER, scope=None)


@pytest.mark.parametrize(
    ("times", "by_itself"),
    [
        ({"timing": BY_ITSELF}, True),
        ({"timing": SLOWER}, True),
        ({"timing": OK, "work": BY_ITSELF}, True),
        ({"timing": OK, "startup": BY_ITSELF}, True),
        ({"timing": replace(SLOWER, scope="all pairs")}, False),
        ({"timing": replace(BY_ITSELF, drift=Drift(1.1, 2.0, shared=False))}, False),
        ({"timing": OK, "work": replace(OK, verdict=Verdict.FASTER)}, False),
        ({"timing": None}, False),
    ],
)
def test_a_pair_is_slower_by_itself_where_not_all_pairs_are_and_nothing_crept_in(times, by_itself):
    assert PairVerdict(HALF, (Verdict.OK,), **times).slower_by_itself is by_itself


WITH_ALL = TimeVerdict(Verdict.SLOWER, 2.0, 1.5, scope=ALL_PAIRS)


@pytest.mark.parametrize(
    ("words", "times", "with_all"),
    [
        ([Verdict.SLOWER], {"timing": WITH_ALL}, True),
        ([Verdict.SLOWER, Verdict.NO_BASELINE], {"timing": WITH_ALL}, True),
        ([Verdict.SLOWER], {"timing": WITH_ALL, "accepted": "a new driver"}, False),
        ([Verdict.SLOWER, Verdict.WORSE], {"timing": WITH_ALL}, False),
        ([Verdict.SLOWER], {"timing": WITH_ALL, "work": replace(WITH_ALL, scope=None)}, False),
        ([Verdict.SLOWER], {}, False),
        ([Verdict.FASTER], {"timing": replace(WITH_ALL, verdict=Verdict.FASTER)}, False),
    ],
)
def test_a_pair_is_slower_with_all_where_nothing_else_is_flagged(words, times, with_all):
    assert PairVerdict(HALF, tuple(words), **times).slower_with_all is with_all


def test_what_several_clocks_say_stands_in_the_order_of_the_table():
    stored = summary(1, stored_pair("half", **parted())).pairs[0]
    faster = replace(OK, verdict=Verdict.FASTER)
    said = pair_verdict(HALF, stored, {"timing": SLOWER, "work": OK, "startup": faster}, None)
    assert said.verdicts == ("slower", "faster start")
    assert (said.timing, said.work, said.startup) == (SLOWER, OK, faster)


def test_the_steadiest_clock_is_that_of_the_processors():
    whole = PairVerdict(HALF, (Verdict.OK,), timing=OK)
    assert whole.steadiest is OK
    assert replace(whole, work=SLOWER).steadiest is SLOWER
    assert PairVerdict(HALF, (Verdict.MISSING,)).steadiest is None


def test_the_smallest_slowdown_is_that_of_the_clock_that_sees_most():
    seen = [replace(OK, smallest=ratio) for ratio in (1.2, 1.1, 1.05)]
    pair = PairVerdict(HALF, (Verdict.OK,), timing=seen[0], work=seen[1], startup=seen[2])
    assert pair.smallest == 1.1
    assert replace(pair, work=replace(OK, smallest=None)).smallest == 1.2
    assert PairVerdict(HALF, (Verdict.OK,)).smallest is None


def saying(*words, accepted=None):
    return PairVerdict(HALF, tuple(map(Verdict, words)), accepted=accepted)


def test_nothing_to_report_is_said_alone():
    assert verdict_on(stored_pair("half")) == PairVerdict(
        HALF, (Verdict.OK,), outcome="learns", timing=OK
    )


def test_a_pair_that_the_session_lacks_is_missing():
    assert pair_verdict(HALF, None, {}, None) == PairVerdict(HALF, (Verdict.MISSING,))


def test_expectation_accuracy_and_time_are_said_in_this_order():
    stored = stored_pair("half", verdict="improved")
    verdict = verdict_on(stored, SLOWER, LOSS)
    assert verdict.verdicts == ("improved", "worse", "slower")
    assert (verdict.timing, verdict.accuracy_change) == (SLOWER, LOSS)


def test_what_two_say_is_said_once():
    assert verdict_on(stored_pair("half", verdict="worse"), OK, LOSS).verdicts == ("worse",)


@pytest.mark.parametrize(
    "change",
    [
        Change(-0.2),
        Change(-0.02, -0.03, -0.004),
        Change(-0.004, -0.004, -0.004),
        Change(0.2, 0.1, 0.3),
    ],
    ids=["no bounds", "perhaps small", "small", "a gain"],
)
def test_only_a_sure_loss_of_half_a_point_is_worse(change):
    verdict = verdict_on(stored_pair("half"), OK, change)
    assert verdict.verdicts == ("ok",)
    assert verdict.accuracy_change == change


def test_no_baseline_is_said_beside_the_rest():
    stored = stored_pair("half", verdict="no evidence")
    assert verdict_on(stored, NO_BASELINE).verdicts == ("no evidence", "no baseline")


def test_of_a_pair_that_was_not_timed_nothing_is_said_of_its_time():
    verdict = verdict_on(stored_pair("half", accuracies=(), expected="unsupported"), NO_BASELINE)
    assert verdict == PairVerdict(HALF, (Verdict.OK,), outcome="unsupported")


@pytest.mark.parametrize(
    ("words", "flagged", "acceptable", "expected", "judged"),
    [
        (["ok"], False, False, True, True),
        (["outcome changed"], True, True, True, True),
        (["worse"], True, True, True, True),
        (["improved"], True, True, True, True),
        (["slower"], True, True, True, True),
        (["missing"], True, True, True, True),
        (["faster"], False, True, True, True),
        (["no evidence"], False, False, False, False),
        (["no baseline"], False, False, True, False),
        (["no evidence", "slower"], True, True, False, False),
        (["worse", "no baseline"], True, True, True, False),
    ],
)
def test_what_follows_from_the_words(words, flagged, acceptable, expected, judged):
    verdict = saying(*words)
    assert (verdict.flagged, verdict.acceptable) == (flagged, acceptable)
    assert (verdict.expected, verdict.judged) == (expected, judged)


@pytest.mark.parametrize("word", ["slower", "faster"])
def test_what_was_accepted_is_not_flagged_and_cannot_be_accepted_again(word):
    verdict = saying(word, accepted="a new kernel")
    assert not verdict.flagged
    assert not verdict.acceptable
    assert verdict.judged


def test_a_session_is_flagged_where_a_pair_is_and_judged_where_all_pairs_are():
    session = summary(1, stored_pair("single"), stored_pair("half"))
    verdict = SessionVerdict(session, (saying("ok"), saying("ok")))
    assert (verdict.flagged, verdict.judged) == (False, True)
    verdict = replace(verdict, pairs=(saying("slower"), saying("no baseline")))
    assert (verdict.flagged, verdict.judged) == (True, False)
    verdict = replace(verdict, pairs=(saying("slower", accepted="why"), saying("ok")))
    assert (verdict.flagged, verdict.judged) == (False, True)


def test_the_measured_pairs_are_those_that_the_session_has():
    session = summary(1, stored_pair("single"))
    verdict = SessionVerdict(session, (saying("ok"), saying("missing")))
    assert verdict.measured == {SINGLE: session.pairs[0]}
