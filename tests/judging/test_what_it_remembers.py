"""The rows of the table in docs/gate.md, "What it remembers", on generated histories."""

import math
from dataclasses import replace

import pytest

from lowprec.judging.session import judge_with_nearest
from lowprec.record.acceptance import Acceptance
from lowprec.report.end_of_session import end_of_session_text
from lowprec.report.pair_lines import pair_line
from lowprec.rows.matrix import MATRIX, Pair
from tests.judging.histories import ACCURACIES, Machine, flagged, judged, words

PAIR = Pair("CNN-I", "single")
HALF = {pair: 8.0 for pair in MATRIX if pair.scheme == "half"}
GPU = {
    **{"device": "gpu", "gpu": "NVIDIA H100", "compute_capability": "9.0"},
    **{"driver": "570.10", "cuda": "12.5.1", "cudnn": "9.3.0"},
}
OLDER = {"tensorflow": "2.15.1", "keras": "2.15.0"}

OTHER_VERSIONS = [
    ("tensorflow", "2.21.1", "tensorflow 2.21.0 -> 2.21.1"),
    ("keras", "3.15.2", "keras 3.15.1 -> 3.15.2"),
    ("driver", "570.20", "driver 570.10 -> 570.20"),
    ("cuda", "12.6.0", "cuda 12.5.1 -> 12.6.0"),
    ("python", "3.12.1", "python 3.11.7 -> 3.12.1"),
    ("numpy", "2.5.0", "numpy 2.4.6 -> 2.5.0"),
]


def change_of_version(field, version, times=1.5):
    """Twelve sessions, and six on another version."""
    machine = Machine()
    before = machine.sessions(12, **GPU)
    return before + machine.sessions(6, times=times, **{**GPU, field: version})


@pytest.mark.parametrize(("field", "version", "change"), OTHER_VERSIONS)
def test_all_that_got_slower_with_a_version_is_flagged_in_every_session(field, version, change):
    verdicts = judged(change_of_version(field, version))
    assert not any(verdict.flagged for verdict in verdicts[:12])
    for verdict in verdicts[12:]:
        lines = [pair_line(pair) for pair in flagged(verdict).values()]
        assert len(lines) == len(MATRIX)
        assert all("slower" in line and line.endswith(f"; since {change}") for line in lines)


@pytest.mark.parametrize("number", [13, 15])
def test_a_slower_version_is_flagged_until_it_is_accepted(number):
    reason = "the price of determinism"
    accepted = [Acceptance(f"{number:04}_session", None, reason)]
    verdicts = judged(change_of_version("tensorflow", "2.21.1"), accepted)
    flagged_before, [first, *later] = verdicts[12 : number - 1], verdicts[number - 1 :]
    assert all(verdict.flagged for verdict in flagged_before)
    assert {pair.accepted for pair in first.pairs} == {reason}
    assert not first.flagged
    assert [words(verdict) for verdict in later[:2]] == [{"no baseline"}] * 2
    assert [words(verdict) for verdict in later[2:]] == [{"ok"}] * (16 - number)


def timings(verdicts):
    """All that is said of the times of each session, but for what other software had before."""
    return [
        [pair.timing and replace(pair.timing, recent_s=()) for pair in verdict.pairs]
        for verdict in verdicts
    ]


def one_pair_slower(factor, **software):
    """Twelve sessions, and six of other software in which one pair is slower."""
    machine = Machine(noise=0.02)
    return machine.sessions(12) + machine.sessions(6, times={PAIR: factor}, **software)


@pytest.mark.parametrize("factor", [1.0, 1.1])
def test_a_new_version_is_judged_as_if_it_were_the_old_one(factor):
    """To the last digit, so as much is found and as much is false."""
    new = judged(one_pair_slower(factor, tensorflow="2.21.1"))
    old = judged(one_pair_slower(factor))
    assert timings(new) == timings(old)
    assert [[*flagged(verdict)] for verdict in new] == [[*flagged(verdict)] for verdict in old]
    assert [*flagged(new[14])] == ([PAIR] if factor > 1 else [])


def test_a_version_as_fast_is_ok_in_its_first_session():
    first = judged(one_pair_slower(1.0, tensorflow="2.21.1"))[12]
    assert words(first) == {"ok"}
    text = " ".join(end_of_session_text(first).split())
    assert text.startswith("Against 10 earlier sessions")  # the two newest are no part of it yet
    assert "tensorflow 2.21.0 -> 2.21.1" in text


def test_nightly_builds_are_judged_by_those_of_the_nights_before():
    """Each has a version of its own."""
    machine = Machine()
    builds = [
        machine.session(2.0 if night >= 12 else 1.0, tensorflow=f"2.22.0.dev202601{night:02}")
        for night in range(1, 16)
    ]
    verdicts = judged(builds)
    assert [words(verdict) for verdict in verdicts[:11]] == [{"no baseline"}] * 3 + [{"ok"}] * 8
    assert [len(flagged(verdict)) for verdict in verdicts[11:]] == [len(MATRIX)] * 4


@pytest.mark.parametrize("python", ["3.10.4", "3.12.1"])
def test_nightly_builds_on_two_pythons_are_two_histories(python):
    """One Python is a fifth slower."""
    machine = Machine()
    builds = [
        machine.session(times, tensorflow=f"2.22.0.dev202601{night:02}", **other)
        for night in range(1, 11)
        for times, other in ((1.0, {}), (1.2, {"python": python}))
    ]
    verdicts = judged(builds)
    assert [words(verdict) for verdict in verdicts[8:]] == [{"ok"}] * 12


@pytest.mark.parametrize("older_is_slow", [True, False])
@pytest.mark.parametrize("older_first", [True, False])
def test_lanes_that_alternate_from_the_beginning_are_each_their_own(older_first, older_is_slow):
    """Half precision is eight times slower in one of them."""
    machine = Machine()
    lanes = [
        {"times": HALF if older_is_slow else 1.0, **OLDER},
        {"times": 1.0 if older_is_slow else HALF},
    ]
    order = lanes if older_first else lanes[::-1]
    sessions = [machine.session(**order[turn % 2]) for turn in range(20)]
    verdicts = judged(sessions)
    assert [words(verdict) for verdict in verdicts] == [{"no baseline"}] * 6 + [{"ok"}] * 14
    for lane in (slice(0, None, 2), slice(1, None, 2)):
        assert timings(verdicts[lane]) == timings(judged(sessions[lane]))


def test_a_lane_of_older_software_that_joins_is_told_and_not_flagged():
    machine = Machine()
    sessions = machine.sessions(12)
    for _ in range(5):
        sessions += [machine.session(HALF, **OLDER), machine.session()]
    verdicts = judged(sessions)
    assert not any(verdict.flagged for verdict in verdicts)
    older, newer = verdicts[12::2], verdicts[13::2]
    assert [words(verdict) for verdict in older] == [{"no baseline"}] * 3 + [{"ok"}] * 2
    assert [words(verdict) for verdict in newer] == [{"ok"}] * 5
    nearest = judge_with_nearest(sessions[12], sessions, (), {}).nearest
    assert nearest.before.environment.tensorflow == "2.21.0"
    assert {pair.pair for pair in nearest.pairs if "slower" in pair.verdicts} == {*HALF}


def test_a_lane_of_newer_software_that_joins_is_faster_and_then_its_own():
    machine = Machine()
    sessions = machine.sessions(12, times=HALF, **OLDER)
    for _ in range(5):
        sessions += [machine.session(), machine.session(HALF, **OLDER)]
    verdicts = judged(sessions)
    assert not any(verdict.flagged for verdict in verdicts)
    newer, older = verdicts[12::2], verdicts[13::2]
    assert ["faster" in words(verdict) for verdict in newer] == [True] * 3 + [False] * 2
    assert [words(verdict) for verdict in older] == [{"ok"}] * 5


def test_a_version_that_was_tried_long_ago_is_no_baseline_for_the_next():
    """Since then all became twice as fast; the next version takes that back."""
    machine = Machine()
    sessions = [*machine.sessions(12), machine.session(tensorflow="2.22.0rc1")]
    sessions += machine.sessions(40, times=0.5)
    sessions += machine.sessions(2, tensorflow="2.22.0")
    assert [{*flagged(verdict)} for verdict in judged(sessions)[-2:]] == [{*MATRIX}] * 2


LOSER, GUESSER = Pair("NN-T", "single"), Pair("NN-I", "half")


def keras_3_15(**others):
    """Sessions on Keras 3.14, and four on 3.15, on which one pair loses and one only guesses."""
    machine = Machine()
    lost = {seed: accuracy - 0.03 for seed, accuracy in ACCURACIES.items()}
    changed = {
        LOSER: {"accuracies": lost},
        GUESSER: {"outcome": "chance", "accuracies": dict.fromkeys(ACCURACIES, 0.1)},
    }
    before = machine.sessions(12, keras="3.14.0")
    return before + machine.sessions(4, changed=changed, keras="3.15.0")


def test_a_loss_and_an_outcome_that_a_new_keras_brings_are_flagged():
    """The table of expectations allows the new one to guess."""
    verdicts = judged(keras_3_15())
    assert not any(verdict.flagged for verdict in verdicts[:12])
    for verdict in verdicts[12:]:
        pairs = flagged(verdict)
        assert {name: pair.verdicts for name, pair in pairs.items()} == {
            LOSER: ("worse",),
            GUESSER: ("outcome changed",),
        }
        assert pair_line(pairs[LOSER]) == (
            "NN-T single: worse; accuracy -0.0300 at equal seeds; last good in 0012; since keras "
            "3.14.0 -> 3.15.0"
        )
        assert pair_line(pairs[GUESSER]) == (
            "NN-I half: outcome changed; last good in 0012; since keras 3.14.0 -> 3.15.0"
        )


def test_a_loss_and_an_outcome_are_flagged_until_they_are_accepted():
    accepted = [
        Acceptance("0013_session", LOSER, "another rounding"),
        Acceptance("0014_session", GUESSER, "it always guesses there"),
    ]
    verdicts = judged(keras_3_15(), accepted)
    assert [[*flagged(verdict)] for verdict in verdicts[12:]] == [[GUESSER], [], [], []]
    assert words(verdicts[15]) == {"ok", "no baseline"}  # of two sessions since it was accepted


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"cpu": "Epyc"}),
        (GPU, {**GPU, "gpu": "NVIDIA A100"}),
        (GPU, {**GPU, "gpu": "NVIDIA A100", "compute_capability": "8.0", "tensorflow": "2.22.0"}),
    ],
)
def test_another_machine_is_told_beside_the_nearest_and_not_flagged(before, after):
    machine = Machine()
    sessions = machine.sessions(12, **before) + machine.sessions(4, times=1.5, **after)
    verdicts = judged(sessions)
    assert [words(verdict) for verdict in verdicts[12:]] == [{"no baseline"}] * 3 + [{"ok"}]
    nearest = judge_with_nearest(sessions[12], sessions, (), {}).nearest
    assert len(nearest.before.sessions) == 12
    assert {pair.verdicts for pair in nearest.pairs} == {("ok",)}  # its seconds are no news
    assert not nearest.with_times


FIRST = 4.5
"""The first level is that of ten sessions: of the one between the fifth and the sixth."""


def sessions_to(level, a_session):
    """How many sessions a drift of so much a session takes to this ratio to the first level."""
    return math.ceil(FIRST + math.log(level) / math.log(a_session)) + 1


def drift_named(verdicts):
    """The pairs that are flagged with their drift in any session, and their lines."""
    pairs = [pair for verdict in verdicts for pair in flagged(verdict).values()]
    return {pair.pair: line for pair in pairs if "; drifted to " in (line := pair_line(pair))}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_pair_that_drifts_by_a_tenth_of_a_percent_is_named_before_it_is_at_115(seed):
    machine = Machine(seed)
    count = sessions_to(1.15, 1.001)
    lines = drift_named(judged([machine.session({PAIR: 1.001**n}) for n in range(count)]))
    assert [*lines] == [PAIR]
    assert "slower" in lines[PAIR]
    assert "s of its first sessions" in lines[PAIR]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_machine_that_drifts_by_a_fifth_of_a_percent_is_named_before_it_is_at_115(seed):
    machine = Machine(seed)
    count = sessions_to(1.15, 1.002)
    lines = drift_named(judged([machine.session(1.002**n) for n in range(count)]))
    assert {*lines} == {*MATRIX}
    assert all("with all pairs" in line for line in lines.values())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_noisy_machine_that_drifts_is_flagged_before_it_is_at_125(seed):
    machine = Machine(seed, noise=0.06, drift=0.09)
    count = sessions_to(1.25, 1.005)
    lines = drift_named(judged([machine.session(1.005**n) for n in range(count)]))
    assert len(lines) >= len(MATRIX) / 2


@pytest.mark.parametrize("times", [1.3, {PAIR: 1.3}])
def test_a_step_is_not_named_a_drift(times):
    machine = Machine()
    verdicts = judged(machine.sessions(12) + machine.sessions(15, times=times))
    assert [*flagged(verdicts[-1])] == ([PAIR] if isinstance(times, dict) else list(MATRIX))
    assert drift_named(verdicts) == {}


@pytest.mark.parametrize("times", [0.5, {PAIR: 0.5}], ids=["all", "one pair"])
@pytest.mark.parametrize("fast", [5, 8, 10, 15, 20, 30, 31])
def test_the_way_back_from_a_speed_up_that_nobody_accepted_is_flagged(fast, times):
    """Of a change that is taken back, or of the sessions of a branch in the same folder."""
    machine = Machine()
    before, between = machine.sessions(12), machine.sessions(fast, times=times)
    verdicts = judged([*before, *between, *machine.sessions(3)])
    assert not any(verdict.flagged for verdict in verdicts[:-3])
    back = {pair for verdict in verdicts[-3:] for pair in flagged(verdict)}
    assert back == ({PAIR} if isinstance(times, dict) else {*MATRIX})
