"""Each clock is judged by itself; what is measured otherwise is never a baseline."""

import msgspec
import numpy as np
import pytest

from lowprec.judging.series import SHARED_CAUTION
from lowprec.judging.track import Track
from lowprec.judging.verdict import Streak
from lowprec.record.acceptance import Acceptance
from lowprec.record.data_info import DataInfo
from tests.judging.four_schemes import NOISE, SCHEMES, judged, last, quiet, words
from tests.literals import parted, stored_pair, summary


def session(day, train_s=None, startup_s=None, cpu_s=None, shared_model=True, **environment):
    """NN-I in four schemes; seconds are given for half, the others are as ever."""
    usual = NOISE[day % len(NOISE)]
    times = dict.fromkeys(SCHEMES, (usual, usual / 4, usual))
    times["half"] = (train_s or usual, startup_s or usual / 4, cpu_s or usual)
    pairs = [
        stored_pair(scheme, accuracies=(0.8, 0.82), **parted(*seconds, shared_model=shared_model))
        for scheme, seconds in times.items()
    ]
    return summary(day, *pairs, **environment)


def parted_sessions(count=10, first_day=1, **measured):
    return [session(day, **measured) for day in range(first_day, first_day + count)]


def test_a_quiet_history():
    assert set(words(parted_sessions(11)).values()) == {("ok",)}


def test_a_slower_start_is_no_slower_training():
    pair = last([*parted_sessions(), session(11, startup_s=1.0)])["half"]
    assert pair.verdicts == ("slower start",)
    assert pair.flagged
    assert pair.startup.ratio == pytest.approx(2.0, rel=0.05)
    assert pair.timing.ratio == pytest.approx(1.0, rel=0.05)


def test_a_slower_training_is_no_slower_start():
    pair = last([*parted_sessions(), session(11, train_s=3.0)])["half"]
    assert pair.verdicts == ("slower",)
    assert pair.startup.verdict == "ok"


def test_more_work_is_slower_though_the_clock_on_the_wall_does_not_tell():
    pair = last([*parted_sessions(), session(11, cpu_s=3.0)])["half"]
    assert pair.verdicts == ("slower",)
    assert (pair.timing.verdict, pair.work.verdict) == ("ok", "slower")
    assert pair.work.ratio == pytest.approx(1.5, rel=0.05)


def test_time_asleep_is_slower_though_it_is_no_work():
    pair = last([*parted_sessions(), session(11, train_s=3.0)])["half"]
    assert (pair.timing.verdict, pair.work.verdict) == ("slower", "ok")


def test_less_work_that_takes_longer_is_slower():
    pair = last([*parted_sessions(), session(11, train_s=3.0, cpu_s=1.0)])["half"]
    assert pair.verdicts == ("slower",)
    assert pair.work.verdict == "faster"


def test_less_work_that_stays_so_is_the_baseline_of_that_clock():
    less = [session(day, cpu_s=1.0) for day in (11, 12, 13)]
    assert words([*parted_sessions(), less[0]])["half"] == ("faster",)
    pair = last([*parted_sessions(), *less, session(14, cpu_s=1.0)])["half"]
    assert pair.verdicts == ("ok",)
    assert (pair.timing.sessions, pair.work.sessions) == (13 - 2, 3)


def test_seconds_of_a_crowded_session_are_neither_judged_nor_a_baseline():
    crowded = [
        msgspec.structs.replace(session(day, train_s=9.0), crowded=True) for day in (11, 12, 13)
    ]
    verdicts = judged([*parted_sessions(), *crowded, session(14), session(15, train_s=3.0)])
    pairs = [{pair.pair.scheme: pair for pair in v.pairs}["half"] for v in verdicts[-5:]]
    assert [pair.verdicts for pair in pairs] == [*[("ok",)] * 4, ("slower",)]
    assert [pair.timing is None for pair in pairs] == [True] * 3 + [False] * 2
    assert [pair.work.sessions for pair in pairs] == [10 - 2, 11 - 2, 12 - 2, 13 - 2, 14 - 2]
    assert pairs[-1].timing.sessions == 11 - 2


def test_more_work_is_flagged_on_a_crowded_machine_too():
    crowded = msgspec.structs.replace(session(11, cpu_s=3.0), crowded=True)
    assert words([*parted_sessions(), crowded])["half"] == ("slower",)


def test_on_a_gpu_the_processors_only_wait():
    gpu = {"device": "gpu", "gpu": "H100"}
    sessions = [session(day, **gpu) for day in range(1, 11)]
    pair = last([*sessions, session(11, cpu_s=9.0, **gpu)])["half"]
    assert pair.verdicts == ("ok",)
    assert pair.work is None


def restless(factor, with_clocks):
    """A history at 4% of noise, in whose last session half takes so much longer by each clock."""
    noise = np.exp(np.random.default_rng(3).normal(0, 0.04, (13, len(SCHEMES))))
    noise[-1] = 1.0
    noise[-1, SCHEMES.index("half")] = factor
    return [
        summary(
            day,
            *(
                stored_pair(scheme, (seconds,), **(parted(seconds) if with_clocks else {}))
                for scheme, seconds in zip(SCHEMES, 2.0 * row, strict=True)
            ),
        )
        for day, row in enumerate(noise, start=1)
    ]


def test_of_several_clocks_each_asks_for_more_evidence():
    """Each could raise as many false alarms as one."""
    assert words(restless(1.25, with_clocks=False))["half"] == ("slower",)
    assert words(restless(1.25, with_clocks=True))["half"] == ("ok",)


def test_the_one_clock_that_is_judged_of_a_crowded_session_asks_for_as_much():
    *before, last_one = restless(1.25, with_clocks=True)
    crowded = msgspec.structs.replace(last_one, crowded=True)
    assert words([*before, crowded])["half"] == ("ok",)


def test_a_slower_start_on_a_crowded_machine_is_none():
    crowded = msgspec.structs.replace(session(11, startup_s=5.0), crowded=True)
    assert words([*parted_sessions(), crowded])["half"] == ("ok",)


def test_where_several_clocks_are_judged_each_asks_for_more_evidence(monkeypatch):
    asked = []
    verdicts = Track.verdicts

    def noting(track, pairs, brief, caution):
        asked.append(caution)
        return verdicts(track, pairs, brief, caution)

    monkeypatch.setattr(Track, "verdicts", noting)
    judged([*quiet(1), session(2)])
    assert asked == [0.0, *[SHARED_CAUTION] * 3]


def test_what_is_accepted_is_still_known_by_how_it_was_measured():
    slow = [*quiet(), summary(11, stored_pair("half", (9.0,)))]
    pair = last([*slow, session(12)], [Acceptance("0011_session", None, "a new kernel")])["half"]
    assert pair.since == {"measured": ("whole", "shared")}


def test_what_is_trained_otherwise_is_not_new_to_its_machine():
    other = DataInfo("fashion_mnist", "full", 60_000, 10_000, "1" * 64)
    verdict = judged([*quiet(), summary(11, stored_pair("half", data=other))])[-1]
    assert verdict.pairs[2].verdicts == ("no baseline",)
    assert verdict.first == frozenset()


def test_both_are_said():
    pair = last([*parted_sessions(), session(11, train_s=3.0, startup_s=1.0)])["half"]
    assert pair.verdicts == ("slower", "slower start")


def test_a_start_that_stays_faster_is_the_baseline_by_itself():
    fast = [session(day, startup_s=0.25) for day in (11, 12, 13)]
    assert words([*parted_sessions(), fast[0]])["half"] == ("faster start",)
    back = words([*parted_sessions(), *fast, session(14)])["half"]
    assert back == ("slower start",)
    assert words([*parted_sessions(), *fast[:2], session(14)])["half"] == ("ok",)


@pytest.mark.parametrize("measured", [{"shared_model": True}, {"shared_model": False}])
def test_what_is_measured_otherwise_has_no_baseline_and_says_so(measured):
    pairs = last([*quiet(), session(11, **measured)])
    now = "shared" if measured["shared_model"] else "fresh"
    assert {pair.verdicts for pair in pairs.values()} == {("no baseline",)}
    assert {pair.timing.verdict for pair in pairs.values()} == {"no baseline"}
    assert {pair.since["measured"] for pair in pairs.values()} == {("whole", now)}


def test_accuracies_have_a_baseline_however_the_seconds_are_measured():
    worse = stored_pair("half", accuracies=(0.7, 0.72), **parted())
    pair = last([*quiet(), summary(11, worse)])["half"]
    assert pair.verdicts == ("worse", "no baseline")


def test_three_sessions_that_are_measured_alike_are_a_baseline():
    verdicts = judged([*quiet(), *parted_sessions(4, first_day=11)])
    assert [verdict.pairs[0].verdicts for verdict in verdicts[-4:]] == [
        *[("no baseline",)] * 3,
        ("ok",),
    ]
    assert verdicts[-1].pairs[0].since == {}


def test_a_pair_that_nothing_timed_was_not_measured_otherwise():
    unsupported = summary(11, *(stored_pair(s, accuracies=()) for s in SCHEMES))
    assert words([*parted_sessions(), unsupported, session(12)])["half"] == ("ok",)


def test_since_when_a_pair_is_slower():
    slow = [session(day, train_s=3.0) for day in (11, 12, 13)]
    made = [*parted_sessions(), *slow]
    first, _, third = judged(made)[-3:]
    streaks = [{p.pair.scheme: p for p in v.pairs}["half"].streak for v in (first, third)]
    assert streaks == [Streak(1, made[10], made[9]), Streak(3, made[10], made[9])]
    back = judged([*parted_sessions(), *slow[:2], session(13), session(14, train_s=3.0)])[-2:]
    halves = [{p.pair.scheme: p for p in v.pairs}["half"].streak for v in back]
    assert halves[0] is None
    assert (halves[1].sessions, halves[1].last_good) == (1, session(13))
