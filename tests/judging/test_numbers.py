"""Every number of one literal history, as the gate whose rates docs/gate has comes to it.

Who changes one of these changes the gate, and measures its rates anew (`python -m lab.gate`).
"""

import numpy as np
import pytest

from lowprec.judging.changes import changes_of, spike_rate
from lowprec.judging.noise import common_factor, fit
from lowprec.judging.slowdown import judge_times

NAN = float("nan")
SECONDS = [
    [1.00, 2.00, 3.00, 4.00, 5.00, 6.00],
    [1.02, 2.01, 3.09, 4.10, 5.06, 6.20],
    [0.97, 1.98, 2.94, 3.86, 4.90, 5.81],
    [1.05, 2.16, 3.10, 4.21, 5.33, 6.31],
    [0.99, 1.95, 4.05, 3.97, 4.93, 5.97],  # a spike of the third
    [1.01, 2.05, 3.01, NAN, 5.11, 6.02],
    [0.98, 1.94, 2.99, 3.90, NAN, NAN],
    [NAN, NAN, 3.03, 4.02, NAN, 6.08],  # too few for a common factor
    [1.03, 2.03, 3.06, 4.07, 5.09, 6.16],
    [1.00, 2.02, 2.96, 3.96, 5.04, 5.95],
    [1.13, 2.25, 3.31, 4.48, 5.61, 6.71],  # all were slow
    [1.01, 1.99, 3.04, 4.05, 4.97, 6.11],
]
LOG_S = np.log(np.array(SECONDS))
GROUPS = {"a": [0, 1, 2], "b": [3, 4, 5], "c": [0, 3]}
BASELINE = fit(LOG_S)


def test_centres_and_noise():
    assert BASELINE.centre == pytest.approx(
        [0.0097216, 0.7027656, 1.1107046, 1.3931658, 1.6190913, 1.8016533], abs=1e-7
    )
    assert BASELINE.deviation == pytest.approx(
        [0.0060352, 0.0131184, 0.0176464, 0.0058059, 0.008414, 0.0072446], abs=1e-7
    )
    assert list(BASELINE.sessions) == [11, 11, 12, 11, 10, 11]
    assert BASELINE.freedom - BASELINE.sessions == pytest.approx(np.full(6, 2.0025284))
    assert BASELINE.common_deviation == pytest.approx(0.0383997694)
    assert BASELINE.common_freedom == 10.0


@pytest.mark.parametrize(
    ("session", "residuals"),
    [
        (0, [-0.0005192, -0.000416, -0.0028899, 0.002331, -0.0004509, -0.0006914]),
        (4, [-0.005128, -0.0202923, 0.3026562, 0.0002442, -0.0091084, -0.0002625]),
        (7, [NAN, NAN, -0.002142, -0.0018839, NAN, 0.0033514]),
        (10, [0.0105531, 0.0062216, -0.0156994, 0.0045143, 0.0035165, 0.0000027]),
    ],
)
def test_what_is_left_of_a_session(session, residuals):
    assert BASELINE.residuals[session] == pytest.approx(residuals, abs=1e-7, nan_ok=True)


def test_one_value_of_60_came_and_went():
    """Of those before the last session, and of 16 more without a spike."""
    assert spike_rate(LOG_S, BASELINE) == 1 / (60 + 16)


ALIKE = [0.2, 0.21, 0.19, 0.22, 0.18, 0.2]


@pytest.mark.parametrize(
    ("change", "common"),
    [
        ([0.01, 0.02, 0.0, 0.01, -0.01, 0.0], 0.005449888546),
        ([0.1, 0.12, 0.0, 0.01, -0.01, 0.0], 0.002320909070),
        ([0.1, 0.12, 0.11, 0.01, -0.01, 0.0], 0.002440466848),
        (ALIKE, 0.203208905730),
        ([-0.2, 0.21, 0.19, NAN, NAN, 0.2], 0.200285188297),
        ([0.2, 0.21, 0.19, NAN, NAN, NAN], 0.0),
        ([0.5, 0.5, 0.5, 0.0, 0.0, 0.0], 0.0),
        # Three agree to the digit, and the other three are more usual.
        ([0.3, 0.3, 0.01, -0.04, 0.3, -0.04], -0.036421686444),
        # No pair is at 0, and it is the likeliest start.
        ([0.15, -0.04, 0.02, 0.3, 0.3, NAN], -0.017041876797),
    ],
)
def test_what_all_pairs_share(change, common):
    assert common_factor(np.array(change), BASELINE) == pytest.approx(common, abs=1e-11)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            [0.1, 0.12, 0.0, 0.01, -0.01, 0.0],
            [
                ("slower", None, 1.113028, 1.104782, 1.065682),
                ("slower", None, 1.133094, 1.124699, 1.100174),
                ("ok", None, 1.003309, 0.995876, 1.114071),
                ("ok", None, 1.016524, 1.008992, 1.065822),
                ("ok", None, 0.99437, 0.987003, 1.075658),
                ("ok", None, 1.00616, 0.998705, 1.071177),
            ],
        ),
        (
            ALIKE,
            [
                ("slower", "all pairs", 1.230086, 0.998409, 1.065682),
                ("slower", "all pairs", 1.239802, 1.006295, 1.100174),
                ("slower", "all pairs", 1.213251, 0.984745, 1.114071),
                ("slower", "all pairs", 1.254063, 1.01787, 1.065822),
                ("slower", "all pairs", 1.202442, 0.975971, 1.075658),
                ("slower", "all pairs", 1.228926, 0.997468, 1.071177),
            ],
        ),
        (
            [-0.2, 0.21, 0.19, NAN, NAN, 0.2],
            [
                ("faster", None, 0.824551, 0.671558, 1.065682),
                ("slower", "all pairs", 1.239802, 1.00976, 1.100174),
                ("slower", "all pairs", 1.213251, 0.988136, 1.114071),
                ("no baseline", None, None, None, None),
                ("no baseline", None, None, None, None),
                ("slower", "all pairs", 1.228926, 1.000902, 1.071177),
            ],
        ),
        (
            [0.2, 0.21, 0.19, NAN, NAN, NAN],
            [
                ("slower", None, 1.230086, 1.230086, 1.180979),
                ("slower", "a", 1.239802, 1.239802, 1.707284),
                ("slower", "a", 1.213251, 1.213251, 1.727368),
                *[("no baseline", None, None, None, None)] * 3,
            ],
        ),
    ],
    ids=["two pairs", "all pairs", "all but one", "three pairs"],
)
def test_what_is_said_of_a_session(change, said):
    """The two sessions before it are judged with it, and are no part of the baseline."""
    log_s = np.vstack([LOG_S, BASELINE.centre + np.array(change)])
    found = judge_times(log_s, np.isfinite(log_s), GROUPS)
    assert [(t.verdict, t.scope) for t in found] == [row[:2] for row in said]
    for timing, (_, _, *numbers) in zip(found, said, strict=True):
        seen = [timing.ratio, timing.own_ratio, timing.smallest]
        assert seen == [n and pytest.approx(n, abs=1e-6) for n in numbers]
    assert [timing.sessions for timing in found] == [9, 9, 10, 9, 8, 9]


def test_the_baseline_is_told_in_seconds():
    log_s = np.vstack([LOG_S, BASELINE.centre])
    found = judge_times(log_s, np.isfinite(log_s), GROUPS)
    assert [timing.baseline_s for timing in found] == pytest.approx(
        [1.002641, 2.009355, 3.026482, 4.001932, 5.026565, 6.022561], abs=1e-6
    )


def test_the_evidence_of_pairs_groups_and_the_machine():
    """A night in which all are slow, and the one before it, which lacks a pair."""
    nights = np.array([ALIKE, [0.01, 0.02, NAN, 0.01, -0.01, 0.0]])
    changes = changes_of(nights, BASELINE, GROUPS, caution=0.5, spikes=0.0125)
    own, grouped, machine = changes.own, changes.grouped, changes.machine
    assert changes.total.tolist() == ALIKE
    assert own.change[0] == pytest.approx(np.array(ALIKE) - 0.203208906, abs=1e-9)
    assert own.deviation == pytest.approx(
        [0.006303542, 0.013701702, 0.018367007, 0.006064098, 0.008824641, 0.007566788], abs=1e-9
    )
    assert grouped.change == pytest.approx(
        np.array([[-0.003208906, -0.003208906, NAN], [NAN, -0.005630338, NAN]]),
        abs=1e-9,
        nan_ok=True,
    )
    assert grouped.deviation == pytest.approx(
        [0.004312767, 0.004936003, NAN], abs=1e-9, nan_ok=True
    )
    assert grouped.freedom[:2] == pytest.approx([29.458211937, 27.458211937])
    assert machine.change[:, 0] == pytest.approx([0.203208906, 0.005630338], abs=1e-9)
    assert (machine.deviation, machine.freedom) == (pytest.approx([0.040340977]), [10.0])
    assert (own.enough, grouped.enough, machine.enough) == (6.9, 6.3, 5.5)
    assert (own.spike_rate, grouped.spike_rate, machine.spike_rate) == (0.0125, 0.0125, 0.002)
    assert changes.members == GROUPS


def test_of_too_few_pairs_what_the_machine_shares_is_noise():
    night = np.array([[0.2, 0.21, 0.19, NAN, NAN, NAN]])
    changes = changes_of(night, BASELINE, GROUPS, caution=0.0, spikes=0.0125)
    assert changes.own.change[0, :3].tolist() == [0.2, 0.21, 0.19]
    assert changes.own.deviation[:3] == pytest.approx(
        [0.038913711, 0.040771055, 0.042566292], abs=1e-9
    )
    assert changes.grouped.deviation[:2] == pytest.approx([0.038641199, 0.038715713], abs=1e-9)


@pytest.mark.parametrize(
    ("enough", "smallest"),
    [
        (6.9, [0.063504872, 0.097850419, 0.555199746]),
        (5.9, [0.059989965, 0.083790791, 0.101776740]),
    ],
)
def test_the_smallest_change(enough, smallest):
    nights = np.array([ALIKE, [0.01, 0.02, NAN, 0.01, -0.01, 0.0]])
    own = changes_of(nights, BASELINE, GROUPS, caution=enough - 6.4, spikes=0.0125).own
    assert own.smallest()[:3] == pytest.approx(smallest, abs=1e-6)
