"""Literal histories before the gate: what it says of each session, given those before."""

import numpy as np
import pytest

from lowprec.datasets import DataInfo
from lowprec.gate import replay as replay_nights
from lowprec.gate_verdicts import Acceptance
from lowprec.nights import nights_of
from lowprec.slowdown import NIGHTS, WINDOW
from tests.literals import session, stored_pair

SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01, 1.99, 2.0, 2.03, 1.97, 2.0, 2.01)


def replay(sessions, accepted=()):
    return replay_nights(nights_of(sessions), accepted)


def night(day, fit_s=2.0, slow=None, factor=1.0, **environment):
    """A session of NN-I in four schemes; `slow` takes `factor` times as long."""
    pairs = [
        stored_pair(scheme, (fit_s * (factor if scheme == slow else 1),), (0.8, 0.82))
        for scheme in SCHEMES
    ]
    return session(day, *pairs, **environment)


def nights(count=10, **environment):
    return [night(day, NOISE[day - 1], **environment) for day in range(1, count + 1)]


def last(sessions, accepted=()):
    *_, found = replay(sessions, accepted)
    return {pair.scheme: pair for pair in found.pairs}


def verdicts(sessions, accepted=()):
    return {scheme: pair.verdicts for scheme, pair in last(sessions, accepted).items()}


def test_a_quiet_history():
    found = list(replay(nights()))
    assert [one.night.name for one in found] == [f"{day:04}_session" for day in range(1, 11)]
    assert [one.pairs[0].verdicts for one in found] == [("no baseline",)] * 3 + [("ok",)] * 7
    assert not any(pair.flagged for one in found for pair in one.pairs)


def test_a_pair_that_got_slower():
    found = last([*nights(), night(11, slow="half", factor=1.3)])
    assert found["half"].verdicts == ("slower",)
    assert found["half"].flagged
    assert found["half"].time.ratio == pytest.approx(1.3, rel=0.02)
    assert {found[s].verdicts for s in SCHEMES if s != "half"} == {("ok",)}


def test_a_faster_pair_is_told_and_is_not_wrong():
    found = last([*nights(), night(11, slow="half", factor=0.7)])
    assert found["half"].verdicts == ("faster",)
    assert not found["half"].flagged


def test_what_was_flagged_never_becomes_normal():
    slow = [night(day, slow="half", factor=1.3) for day in range(11, 29)]
    assert verdicts([*nights(), *slow])["half"] == ("slower",)


def test_what_was_accepted_becomes_normal_from_there():
    slow = [night(day, NOISE[day - 11], slow="half", factor=1.3) for day in range(11, 16)]
    accepted = [Acceptance("0011_session", ("NN-I", "half"), "a new kernel")]
    found = list(replay([*nights(), *slow], accepted))
    half = [one.pairs[2] for one in found[10:]]
    assert half[0].verdicts == ("slower",)
    assert half[0].accepted == "a new kernel"
    assert not half[0].flagged
    assert [pair.verdicts for pair in half[1:]] == [("no baseline",)] * 2 + [("ok",)] * 2


def test_back_to_normal_after_a_flag_is_ok():
    assert verdicts([*nights(), night(11, slow="half", factor=1.3), night(12)])["half"] == ("ok",)


def test_another_environment_and_another_protocol_have_their_own_baseline():
    other = [night(11, 9.0, tensorflow="2.22.0"), night(12)]
    found = list(replay([*nights(), *other]))
    assert {pair.verdicts for pair in found[10].pairs} == {("no baseline",)}
    assert {pair.verdicts for pair in found[11].pairs} == {("ok",)}


def test_a_failed_pair_is_no_baseline_for_later_ones():
    """Ten fast sessions of a broken half: the first good one is not slower than them."""
    broken = []
    for one in nights():
        half = stored_pair("half", (0.5,), (0.1, 0.1), outcomes=("chance",), verdict="worse")
        others = [pair for name, pair in one.pairs.items() if name[1] != "half"]
        broken.append(session(one.time.day, *others, half))
    found = list(replay([*broken, night(11)]))
    assert found[9].pairs[2].verdicts == ("worse", "no baseline")
    assert found[10].pairs[2].verdicts == ("no baseline",)


def test_a_pair_without_evidence_is_not_judged():
    found = last([*nights(), session(11, stored_pair("half", verdict="no evidence"))])
    assert "no evidence" in found["half"].verdicts
    assert not found["half"].judged


def test_pairs_without_evidence_are_no_baseline():
    unknown = [
        session(d, *(stored_pair(s, (f,), (0.8,), verdict="no evidence") for s in SCHEMES))
        for d, f in enumerate(NOISE, start=1)
    ]
    assert verdicts([*unknown, night(11)])["half"] == ("no baseline",)


def test_a_missing_pair_is_named():
    some = session(11, *(stored_pair(scheme) for scheme in SCHEMES if scheme != "half"))
    found = last([*nights(), some])
    assert found["half"].verdicts == ("missing",)
    assert found["half"].flagged


def test_a_pair_that_was_not_asked_for_is_not_missing():
    asked_for = (("NN-I", "single"), ("NN-I", "mixed"))
    some = session(11, stored_pair("single", asked_for=asked_for))
    *_, found = replay([*nights(), some])
    assert {pair.scheme: pair.verdicts for pair in found.pairs} == {
        "single": ("ok",),
        "mixed": ("missing",),
    }
    assert found.not_asked_for == 2


def test_a_pair_asked_for_once_is_not_missing_in_the_matrix_later():
    once = session(11, stored_pair("bfloat16", asked_for=(("NN-I", "bfloat16"),)))
    *_, found = replay([*nights(), once, night(12)])
    assert [pair.scheme for pair in found.pairs] == list(SCHEMES)
    assert found.not_asked_for == 1


def test_a_pair_that_was_asked_for_and_never_trained_is_missing():
    asked_for = (("NN-I", "single"), ("NN-I", "half"))
    days = [session(d, stored_pair("single", asked_for=asked_for)) for d in (1, 2)]
    accepted = [Acceptance("0001_session", ("NN-I", "half"), "no memory for it")]
    first, second = replay(days, accepted)
    assert [pair.accepted for pair in first.pairs] == [None, "no memory for it"]
    assert [pair.flagged for pair in second.pairs] == [False, True]


def test_sessions_of_other_pairs_do_not_interrupt_the_evidence():
    """Half is slower by too little for one night; the models are trained one by one."""
    noise = np.exp(np.random.default_rng(4).normal(0, 0.03, (20, 4)))
    quiet, usual = noise.tolist(), [1.0] * 4
    slow = [1.0, 1.0, 1.09, 1.0]

    def verdict(*nights):
        sessions = [
            session(
                1 + day % 28,
                *(stored_pair(s, (t,), model=m) for s, t in zip(SCHEMES, times, strict=True)),
            )
            for day, (m, times) in enumerate(nights)
        ]
        *_, found = replay(sessions)
        return next(p.verdicts for p in found.pairs if p.pair == ("NN-I", "half"))

    before = [("NN-I", times) for times in quiet]
    other = ("CNN-I", usual)
    assert verdict(*before, ("NN-I", slow)) == ("ok",)
    assert verdict(*before, *[("NN-I", slow)] * 3) == ("slower",)
    assert verdict(*before, *[other, other, ("NN-I", slow)] * 3) == ("slower",)


def test_a_long_history_is_pruned_and_the_baseline_stays_as_long():
    days = [night(1 + day % 28, NOISE[day % 10]) for day in range(4 * WINDOW)]
    found = list(replay(days))
    counts = [one.pairs[0].time.sessions for one in found[WINDOW + NIGHTS :]]
    assert set(counts) == {WINDOW}


def test_an_accepted_absence_is_no_longer_missing():
    some = [
        session(day, *(stored_pair(s, accuracies=(0.8, 0.82)) for s in SCHEMES if s != "half"))
        for day in (11, 12)
    ]
    accepted = [Acceptance("0011_session", ("NN-I", "half"), "dropped")]
    assert "half" not in verdicts([*nights(), *some], accepted)


def test_accuracy_that_falls_against_its_own_history():
    pairs = [
        stored_pair(s, accuracies=(0.78, 0.80) if s == "half" else (0.8, 0.82)) for s in SCHEMES
    ]
    found = last([*nights(), session(11, *pairs)])
    assert found["half"].verdicts == ("worse",)
    assert found["half"].accuracy.value == pytest.approx(-0.02)
    assert found["single"].verdicts == ("ok",)


def test_accuracies_of_long_ago_no_longer_count():
    def night_of(day, accuracy):
        pairs = (stored_pair(s, (NOISE[day % 10],), (accuracy,)) for s in SCHEMES)
        return session(1 + day % 28, *pairs)

    before = [night_of(day, 0.78) for day in range(5)] + [night_of(day, 0.8) for day in range(40)]
    assert last([*before, night_of(1, 0.8)])["half"].accuracy.value == pytest.approx(0.0)


def test_other_seeds_are_not_compared():
    pairs = [stored_pair(s, accuracies=(0.7, 0.7), first_seed=50) for s in SCHEMES]
    assert last([*nights(), session(11, *pairs)])["half"].accuracy is None


def test_other_data_start_a_new_baseline():
    data = DataInfo("fashion_mnist", "sample", 9999, 1000, "1" * 64)
    pairs = [stored_pair(s, (8.0,), (0.8, 0.82), data=data) for s in SCHEMES]
    assert set(verdicts([*nights(), session(11, *pairs)]).values()) == {("no baseline",)}


def test_a_long_history_is_pruned_and_keeps_the_baseline_of_a_pair_that_is_flagged_for_long():
    days = [night(1 + day % 28, NOISE[day % 10]) for day in range(60)]
    slow = [night(1 + day % 28, NOISE[day % 10], slow="half", factor=1.3) for day in range(200)]
    found = list(replay([*days, *slow]))
    assert {one.pairs[2].verdicts for one in found[60:]} == {("slower",)}
    assert {one.pairs[1].verdicts for one in found[60:]} == {("ok",)}
