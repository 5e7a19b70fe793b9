"""Literal histories of one series: what is said of each session, given those before."""

import numpy as np
import pytest

from lowprec.judging.series import Series
from lowprec.record.acceptance import Acceptance
from lowprec.record.data_info import DataInfo
from lowprec.record.standing import Standing
from lowprec.rows.matrix import Pair
from lowprec.rows.models import PAPER_MODELS
from tests.judging.four_schemes import (
    HALF,
    MIXED,
    NOISE,
    SCHEMES,
    SINGLE,
    drifting,
    four_schemes,
    judged,
    last,
    quiet,
    sessions_with_half,
    with_half,
    words,
)
from tests.literals import stored_pair, summary


def test_a_quiet_history():
    verdicts = judged(quiet())
    assert [verdict.session.name for verdict in verdicts] == [
        f"{day:04}_session" for day in range(1, 11)
    ]
    assert [verdict.pairs[0].verdicts for verdict in verdicts] == [("no baseline",)] * 3 + [
        ("ok",)
    ] * 7
    assert not any(verdict.flagged for verdict in verdicts)


def test_a_pair_that_got_slower():
    pairs = last([*quiet(), four_schemes(11, slow="half", factor=1.3)])
    assert pairs["half"].verdicts == ("slower",)
    assert pairs["half"].flagged
    assert pairs["half"].timing.ratio == pytest.approx(1.3, rel=0.02)
    assert {pairs[s].verdicts for s in SCHEMES if s != "half"} == {("ok",)}


def test_a_faster_pair_is_told_and_is_not_wrong():
    pairs = last([*quiet(), four_schemes(11, slow="half", factor=0.7)])
    assert pairs["half"].verdicts == ("faster",)
    assert not pairs["half"].flagged


@pytest.mark.parametrize("scope", ["all pairs", "scheme half", "model CNN-I"])
def test_pairs_that_changed_together_are_named_with_their_group(scope):
    """Each pair alone would need more than a tenth."""
    pairs = [Pair(model, scheme) for model in PAPER_MODELS for scheme in SCHEMES]
    own = [scope in ("all pairs", f"scheme {p.scheme}", f"model {p.model}") for p in pairs]
    noise = np.exp(np.random.default_rng(8).normal(0, 0.03, (30, len(pairs))))
    slow = np.median(noise, axis=0) * np.where(own, 1.1, 1.0)

    def session(day, seconds):
        timed = zip(pairs, seconds, strict=True)
        return summary(
            1 + day % 28, *(stored_pair(p.scheme, (s,), model=p.model) for p, s in timed)
        )

    sessions = [session(day, seconds.tolist()) for day, seconds in enumerate([*noise, slow])]
    slower = [verdict for verdict in judged(sessions)[-1].pairs if "slower" in verdict.verdicts]
    assert [verdict.pair for verdict in slower] == [
        p for p, is_own in zip(pairs, own, strict=True) if is_own
    ]
    assert {verdict.timing.scope for verdict in slower} == {scope}


def test_what_was_flagged_never_becomes_normal():
    slow = [four_schemes(day, slow="half", factor=1.3) for day in range(11, 29)]
    assert words([*quiet(), *slow])["half"] == ("slower",)


def test_what_was_accepted_becomes_normal_from_there():
    slow = [four_schemes(day, NOISE[day - 11], slow="half", factor=1.3) for day in range(11, 16)]
    accepted = [Acceptance("0011_session", HALF, "a new kernel")]
    verdicts = judged([*quiet(), *slow], accepted)
    half = [verdict.pairs[2] for verdict in verdicts[10:]]
    assert half[0].verdicts == ("slower",)
    assert half[0].accepted == "a new kernel"
    assert not half[0].flagged
    assert [pair.verdicts for pair in half[1:]] == [("no baseline",)] * 2 + [("ok",)] * 2


def test_of_two_acceptances_the_later_one_is_told():
    accepted = [Acceptance("0011_session", HALF, "a"), Acceptance("0011_session", None, "b")]
    pairs = last([*quiet(), four_schemes(11, slow="half", factor=1.3)], accepted)
    assert pairs["half"].accepted == "b"
    assert pairs["single"].accepted is None


def test_back_to_normal_after_a_flag_is_ok():
    sessions = [*quiet(), four_schemes(11, slow="half", factor=1.3), four_schemes(12)]
    assert words(sessions)["half"] == ("ok",)


def test_a_failed_pair_is_no_baseline_for_later_ones():
    """Ten fast sessions of a broken half: the first good one is not slower than them."""
    broken = [
        summary(
            day,
            *(stored_pair(s, (fit_s,), (0.8, 0.82)) for s in SCHEMES if s != "half"),
            stored_pair("half", (0.5,), (0.1, 0.1), outcomes=("chance",), verdict="worse"),
        )
        for day, fit_s in enumerate(NOISE, start=1)
    ]
    verdicts = judged([*broken, four_schemes(11)])
    assert verdicts[9].pairs[2].verdicts == ("worse", "no baseline")
    assert verdicts[10].pairs[2].verdicts == ("no baseline",)


def test_a_pair_without_evidence_is_not_judged():
    half = last([*quiet(), summary(11, stored_pair("half", verdict="no evidence"))])["half"]
    assert "no evidence" in half.verdicts
    assert not half.judged


def test_pairs_without_evidence_are_no_baseline():
    unknown = [
        summary(d, *(stored_pair(s, (f,), (0.8,), verdict="no evidence") for s in SCHEMES))
        for d, f in enumerate(NOISE, start=1)
    ]
    assert words([*unknown, four_schemes(11)])["half"] == ("no baseline",)


def test_a_missing_pair_is_named():
    some = summary(11, *(stored_pair(scheme) for scheme in SCHEMES if scheme != "half"))
    pairs = last([*quiet(), some])
    assert pairs["half"].verdicts == ("missing",)
    assert pairs["half"].flagged


def test_a_pair_that_was_not_asked_for_is_not_missing():
    some = summary(11, stored_pair("single", asked_for=(SINGLE, MIXED)))
    verdict = judged([*quiet(), some])[-1]
    assert {pair.pair: pair.verdicts for pair in verdict.pairs} == {
        SINGLE: ("ok",),
        MIXED: ("missing",),
    }
    assert verdict.not_asked_for == 2


def test_a_pair_asked_for_once_is_not_missing_in_the_matrix_later():
    once = summary(11, stored_pair("bfloat16", asked_for=(Pair("NN-I", "bfloat16"),)))
    verdict = judged([*quiet(), once, four_schemes(12)])[-1]
    assert [pair.pair.scheme for pair in verdict.pairs] == list(SCHEMES)
    assert verdict.not_asked_for == 1


def test_a_pair_that_was_asked_for_and_never_trained_is_missing():
    days = [summary(d, stored_pair("single", asked_for=(SINGLE, HALF))) for d in (1, 2)]
    accepted = [Acceptance("0001_session", HALF, "no memory for it")]
    first, second = judged(days, accepted)
    assert [pair.accepted for pair in first.pairs] == [None, "no memory for it"]
    assert [pair.flagged for pair in second.pairs] == [False, True]


def test_an_accepted_absence_is_no_longer_missing():
    some = [
        summary(day, *(stored_pair(s, accuracies=(0.8, 0.82)) for s in SCHEMES if s != "half"))
        for day in (11, 12)
    ]
    accepted = [Acceptance("0011_session", HALF, "dropped")]
    assert "half" not in words([*quiet(), *some], accepted)


def test_accuracy_that_falls_against_its_own_history():
    pairs = [
        stored_pair(s, accuracies=(0.78, 0.80) if s == "half" else (0.8, 0.82)) for s in SCHEMES
    ]
    verdicts = last([*quiet(), summary(11, *pairs)])
    assert verdicts["half"].verdicts == ("worse",)
    assert verdicts["half"].accuracy_change.value == pytest.approx(-0.02)
    assert verdicts["single"].verdicts == ("ok",)


def test_accuracies_of_a_session_that_did_not_always_learn_are_not_compared():
    pairs = [stored_pair(s, accuracies=(0.8, 0.1), outcomes=("learns", "chance")) for s in SCHEMES]
    assert last([*quiet(), summary(11, *pairs)])["half"].accuracy_change is None
    later = last([*quiet(), summary(11, *pairs), four_schemes(12)])
    assert later["half"].accuracy_change.value == pytest.approx(0.0)


def test_accuracies_of_long_ago_no_longer_count():
    def session(day, accuracy):
        pairs = (stored_pair(s, (NOISE[day % 10],), (accuracy,)) for s in SCHEMES)
        return summary(1 + day % 28, *pairs)

    before = [session(day, 0.78) for day in range(5)] + [session(day, 0.8) for day in range(40)]
    pairs = last([*before, session(1, 0.8)])
    assert pairs["half"].accuracy_change.value == pytest.approx(0.0)


def test_other_seeds_are_not_compared():
    pairs = [stored_pair(s, accuracies=(0.7, 0.7), first_seed=50) for s in SCHEMES]
    assert last([*quiet(), summary(11, *pairs)])["half"].accuracy_change is None


def test_other_data_start_a_new_baseline():
    data = DataInfo("fashion_mnist", "sample", 9999, 1000, "1" * 64)
    pairs = [stored_pair(s, (8.0,), (0.8, 0.82), data=data) for s in SCHEMES]
    assert set(words([*quiet(), summary(11, *pairs)]).values()) == {("no baseline",)}


def test_a_long_history_is_pruned_and_keeps_the_baseline_of_a_pair_that_is_flagged_for_long():
    days = [four_schemes(1 + day % 28, NOISE[day % 10]) for day in range(60)]
    slow = [
        four_schemes(1 + day % 28, NOISE[day % 10], slow="half", factor=1.3) for day in range(200)
    ]
    verdicts = judged([*days, *slow])
    assert {verdict.pairs[2].verdicts for verdict in verdicts[60:]} == {("slower",)}
    assert {verdict.pairs[1].verdicts for verdict in verdicts[60:]} == {("ok",)}


def test_a_quiet_session_leaves_nothing_out():
    series = Series()
    assert all(series.judge(session)[1] == Standing() for session in quiet())


def test_what_is_flagged_or_not_expected_is_left_out_and_what_is_accepted_starts_anew():
    series = Series()
    for session in quiet():
        series.judge(session)
    session = summary(
        11,
        stored_pair("double", (9.0,), (0.8, 0.82)),
        stored_pair("single", (2.0,), (0.8, 0.82), verdict="no evidence"),
        stored_pair("half", (9.0,), (0.8, 0.82)),
    )
    accepted = [Acceptance("0011_session", pair, "new") for pair in (HALF, MIXED)]
    _, standing = series.judge(session, accepted)
    assert standing == Standing(
        left_out=(Pair("NN-I", "double"), SINGLE), renewed=(HALF,), given_up=(MIXED,)
    )


def eventful():
    """A history in which all happens that a series remembers."""
    return [
        *quiet(),
        *sessions_with_half(1.3, 1.3, 1.3),
        with_half(14, (0.1, 0.1), "chance", "chance"),
        *sessions_with_half(0.5, 0.5, 0.5, 0.5, first_day=15),
        summary(19, stored_pair("single", (2.0,), (0.8, 0.82), verdict="no evidence")),
        with_half(20, (0.7, 0.72)),
        *drifting(30),
    ]


ACCEPTED = [
    Acceptance("0012_session", HALF, "a new kernel"),
    Acceptance("0019_session", MIXED, "dropped"),
]


@pytest.mark.parametrize("taken", [5, 12, 17, 25, 45])
def test_a_series_that_recalls_its_sessions_judges_all_later_ones_alike(taken):
    judging, recalling, sessions = Series(), Series(), eventful()
    for session in sessions[:taken]:
        _, standing = judging.judge(session, ACCEPTED)
        recalling.recall(session, standing)
    newer = four_schemes(12, slow="half", factor=1.3, tensorflow="2.22.0")
    assert recalling.continued().judge(newer) == judging.continued().judge(newer)
    for session in sessions[taken:]:
        assert recalling.judge(session, ACCEPTED) == judging.judge(session, ACCEPTED)


@pytest.mark.parametrize("version", ["2.21.0", "2.22.0"])
def test_a_loss_of_accuracy_is_left_out_in_brief_too(version):
    series = Series()
    for session in quiet():
        series.judge(session)
    series = series if version == "2.21.0" else series.continued()
    lower = with_half(11, (0.77, 0.79), tensorflow=version)
    assert series.judge(lower, brief=True)[1] == Standing(left_out=(HALF,))


def test_what_is_left_out_in_brief_leaves_the_same():
    whole, brief = Series(), Series()
    for session in eventful():
        _, standing = whole.judge(session, ACCEPTED)
        assert brief.judge(session, ACCEPTED, brief=True)[1] == standing


def test_a_series_that_recalls_its_sessions_judges_the_next_one_alike():
    slow = [four_schemes(day, slow="half", factor=1.3) for day in range(11, 14)]
    accepted = [Acceptance("0012_session", HALF, "a new kernel")]
    judging, recalling = Series(), Series()
    for session in [*quiet(), *slow]:
        _, standing = judging.judge(session, accepted)
        recalling.recall(session, standing)
    newest = four_schemes(14, slow="half", factor=1.3)
    assert recalling.judge(newest) == judging.judge(newest)
