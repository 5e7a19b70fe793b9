"""What a series makes of pairs that stay faster or drift, on literal histories."""

import pytest

from lowprec.judging.series import Series
from lowprec.record.acceptance import Acceptance
from lowprec.record.standing import Standing
from lowprec.rows.matrix import Pair
from tests.judging.four_schemes import (
    HALF,
    SCHEMES,
    across,
    drifting,
    four_schemes,
    half_of,
    judged,
    quiet,
    sessions_with_half,
    words,
)
from tests.literals import stored_pair, summary


def test_what_is_faster_for_three_sessions_is_the_baseline_from_there():
    verdicts = judged([*quiet(), *sessions_with_half(*[0.5] * 5, 1.0)])
    assert half_of(verdicts[10:]) == [("faster",)] * 3 + [("ok",)] * 2 + [("slower",)]
    assert [verdict.pairs[2].timing.sessions for verdict in verdicts[10:15]] == [8, 9, 10, 3, 4]


def test_what_is_faster_for_two_sessions_is_none():
    verdicts = judged([*quiet(), *sessions_with_half(0.5, 0.5, 1.0, 0.5, 0.5, 1.0)])
    faster, usual = ("faster",), ("ok",)
    assert half_of(verdicts[10:]) == [faster, faster, usual] * 2


def test_what_is_faster_is_left_out_until_it_stays_so():
    series = Series()
    for session in quiet():
        series.judge(session)
    for session in sessions_with_half(0.5, 0.5, 0.5):
        _, standing = series.judge(session)
        assert standing == Standing(faster={"timing": (HALF,)})
    [usual] = sessions_with_half(0.5)
    assert series.judge(usual)[1] == Standing()


def test_sessions_of_other_pairs_do_not_interrupt_what_stays_faster():
    other = summary(20, stored_pair("bfloat16", asked_for=(Pair("NN-I", "bfloat16"),)))
    first, second, third, back = sessions_with_half(0.5, 0.5, 0.5, 1.0)
    assert words([*quiet(), first, other, second, other, third, back])["half"] == ("slower",)


def test_what_is_faster_and_wrong_is_no_baseline():
    """Half is fast since it guesses."""
    fast = [
        summary(
            day,
            *(stored_pair(s, (2.0,), (0.8, 0.82)) for s in SCHEMES if s != "half"),
            stored_pair("half", (0.5,), (0.1, 0.1), outcomes=("chance",), verdict="worse"),
        )
        for day in range(11, 16)
    ]
    verdicts = judged([*quiet(), *fast, four_schemes(16)])
    assert "faster" in verdicts[14].pairs[2].verdicts
    assert half_of(verdicts[15:]) == [("ok",)]


def test_what_stays_faster_keeps_its_accuracies():
    """The fast sessions have other seeds; then it loses at those of before."""

    def session(day, factor, accuracies, first_seed):
        return summary(
            day,
            *(stored_pair(s, (2.0 * factor,), accuracies, first_seed=first_seed) for s in SCHEMES),
        )

    fast = [session(day, 0.5, (0.9, 0.92), 50) for day in (11, 12, 13)]
    verdict = judged([*quiet(), *fast, session(14, 0.5, (0.78, 0.80), 12)])[-1]
    assert {pair.verdicts for pair in verdict.pairs} == {("worse",)}


def test_a_speed_up_that_is_accepted_is_the_baseline_at_once():
    accepted = [Acceptance("0011_session", HALF, "a new kernel")]
    verdicts = judged([*quiet(), *sessions_with_half(0.5, 0.5, 0.5, 0.5, 1.0)], accepted)
    assert half_of(verdicts[10:]) == [
        *(("faster",), ("no baseline",), ("no baseline",), ("ok",), ("slower",))
    ]


def test_a_pair_that_drifts_is_slower_than_in_its_first_sessions():
    verdicts = judged(drifting(30, ("half",), by=1.005))
    [half] = [pair for pair in verdicts[-1].pairs if pair.verdicts == ("slower",)]
    assert half.pair == HALF
    assert half.timing.drift.ratio == pytest.approx(1.005**20, rel=0.02)
    assert half.timing.drift.first_s == pytest.approx(2.0 * 1.005**4.5, rel=0.02)
    assert half.timing.scope is None


def test_a_machine_that_drifts_is_slower_with_all_pairs():
    pairs = judged(drifting(30, by=1.005))[-1].pairs
    assert {pair.verdicts for pair in pairs} == {("slower",)}
    assert {pair.timing.scope for pair in pairs} == {"all pairs"}


def test_a_drift_that_was_accepted_begins_anew():
    sessions = drifting(28, ("half",), by=1.0065)
    verdicts = judged(sessions)
    first = [verdict.flagged for verdict in verdicts].index(True)
    assert verdicts[first].pairs[2].timing.drift
    assert all(verdict.flagged for verdict in verdicts[first:])
    accepted = [Acceptance(sessions[first].name, HALF, "the disk fills")]
    assert not any(verdict.flagged for verdict in judged(sessions, accepted))


def test_a_step_on_top_of_a_drift_is_named_with_the_drift():
    half = judged([*drifting(30, ("half",), by=1.005), *sessions_with_half(1.3)])[-1].pairs[2]
    assert half.verdicts == ("slower",)
    assert half.timing.ratio > 1.15
    assert half.timing.drift.first_s == pytest.approx(2.0 * 1.005**4.5, rel=0.02)


@pytest.mark.parametrize(("factor", "word"), [(1.0, "ok"), (0.9, "faster")])
def test_a_pair_that_had_drifted_and_came_back_is_not_slower(factor, word):
    half = judged([*drifting(40, ("half",), by=1.005), *sessions_with_half(factor)])[-1].pairs[2]
    assert (half.verdicts, half.timing.drift) == ((word,), None)


def test_a_drift_begins_anew_with_what_stays_faster():
    fast = [*quiet(), *sessions_with_half(0.5, 0.5, 0.5)]
    crept = [0.5 * 1.005**number for number in range(28)]
    half = judged([*fast, *sessions_with_half(*crept, first_day=1)])[-1].pairs[2]
    assert half.verdicts == ("slower",)
    assert half.timing.drift.first_s == pytest.approx(1.0, rel=0.03)


def test_a_drift_does_not_begin_with_software_of_which_too_few_sessions_are_taken_over():
    """It was twice as fast in two sessions."""
    fast = [four_schemes(day, slow="half", factor=0.5) for day in (1, 2)]
    half = across(fast, *drifting(30, ("half",), by=1.005))[-1].pairs[2]
    assert half.verdicts == ("slower",)
    assert half.timing.drift.first_s == pytest.approx(2.0 * 1.005**4.5, rel=5e-3)


def test_a_drift_begins_with_the_first_of_the_versions_that_were_taken_over_together():
    sessions = drifting(30, ("half",), by=1.005)
    series = Series()
    for session in sessions[:3]:
        series.judge(session)
        series = series.continued()
    verdicts = [series.judge(session)[0] for session in sessions[3:]]
    assert verdicts[-1].pairs[2].timing.drift.first_s == pytest.approx(2.0 * 1.005**4.5, rel=5e-3)


def test_a_step_is_no_drift_however_long_it_lasts():
    verdicts = judged([*quiet(), *sessions_with_half(*[1.3] * 15)])
    assert half_of(verdicts[10:]) == [("slower",)] * 15
    assert {verdict.pairs[2].timing.drift for verdict in verdicts} == {None}
