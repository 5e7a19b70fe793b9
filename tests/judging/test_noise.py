"""Centre, common factor and noise of literal histories."""

import math

import numpy as np
import pytest

from lowprec.judging.noise import MIN_BASELINE, common_factor, fit
from lowprec.judging.student import LEAST_DEVIATION

NAN = float("nan")
EFFECTS = np.array([0.0, 1.0, 2.0, 3.0, 4.0])


def quiet(sessions=8, noise=0.01, drift=0.0):
    """Five pairs with centres 0 to 4."""
    rng = np.random.default_rng(3)
    common = rng.normal(0, drift, (sessions, 1)) if drift else 0
    return EFFECTS + rng.normal(0, noise, (sessions, 5)) + common


def test_without_noise_centres_and_common_factors_are_exact():
    common = np.array([0.0, 0.3, -0.3, 0.1, -0.1])
    baseline = fit(EFFECTS + common[:, None])
    assert baseline.centre == pytest.approx(EFFECTS)
    assert baseline.residuals == pytest.approx(np.zeros((5, 5)), abs=1e-5)
    # Their variance is 0.05, of five sessions; what is usual is 0.1**2 with as much weight.
    assert baseline.common_deviation == pytest.approx(math.sqrt((0.05 + 0.1**2) / 2), rel=1e-3)
    assert baseline.deviation == pytest.approx(np.full(5, LEAST_DEVIATION), rel=0.2)


@pytest.mark.parametrize(
    ("scatter", "variance", "freedom"),
    [
        # sqrt(2 / 3) of the scatter, to be believed as it is
        (0.1, 0.02 / 3, 3),
        # (4 * 0.1**2 + 3 * 0.32 / 3) / 7
        (0.4, 0.36 / 7, 7),
    ],
)
def test_a_restless_machine_is_drawn_towards_what_is_usual(scatter, variance, freedom):
    common = np.array([0.0, scatter, -scatter, 0.0])
    baseline = fit(EFFECTS + common[:, None])
    assert baseline.common_deviation**2 == pytest.approx(variance, rel=1e-3)
    assert baseline.common_freedom == freedom


def test_noise_is_that_of_the_pairs():
    """Less what the common factor, estimated from the same five pairs, takes with it."""
    baseline = fit(quiet(sessions=400, noise=0.02, drift=0.05))
    assert baseline.deviation == pytest.approx(np.full(5, 0.02 * math.sqrt(4 / 5)), rel=0.1)
    assert baseline.common_deviation == pytest.approx(0.05, rel=0.15)


def test_one_spike_moves_neither_centre_nor_noise_far():
    clean, spiked = quiet(30), quiet(30)
    spiked[7, 2] += 0.2
    before, after = fit(clean), fit(spiked)
    assert abs(after.centre[2] - before.centre[2]) < 0.003
    assert after.deviation[2] < 1.5 * before.deviation[2]


def test_without_drift_a_pairs_noise_is_all_its_own():
    baseline = fit(quiet(sessions=400, noise=0.02))
    assert baseline.deviation == pytest.approx(np.full(5, 0.02), rel=0.1)


def test_one_slow_session_is_a_common_factor_and_no_noise():
    slow = quiet(30)
    slow[4] += 0.3
    assert fit(slow).deviation == pytest.approx(fit(quiet(30)).deviation, rel=0.2)


def test_a_pair_that_jumps_between_two_speeds_is_noisy():
    two = quiet(30)
    two[::3, 1] += 0.15
    assert fit(two).deviation[1] > 0.04
    assert fit(two).deviation[0] < 0.03


def test_pairs_with_too_few_sessions_have_no_baseline():
    short = quiet(6)
    short[: 6 - MIN_BASELINE + 1, 3] = NAN
    baseline = fit(short)
    assert np.isnan(baseline.centre[3])
    assert np.isnan(baseline.deviation[3])
    assert np.isfinite(baseline.centre[[0, 1, 2, 4]]).all()
    assert list(baseline.sessions) == [6, 6, 6, MIN_BASELINE - 1, 6]


@pytest.mark.parametrize("log_s", [np.empty((0, 5)), quiet(2), np.full((9, 5), NAN)])
def test_no_baseline_at_all(log_s):
    assert np.isnan(fit(log_s).centre).all()


def test_missing_values_are_left_out():
    holes = quiet(12)
    holes[2, :] = NAN
    holes[5, 1] = NAN
    baseline = fit(holes)
    assert list(baseline.sessions) == [11, 10, 11, 11, 11]
    assert baseline.centre == pytest.approx(EFFECTS, abs=0.02)
    assert np.isnan(baseline.residuals[2]).all()


def test_few_pairs_keep_the_machines_drift_in_their_noise():
    drifting = quiet(200, noise=0.001, drift=0.05)[:, :2]
    baseline = fit(drifting)
    assert baseline.deviation == pytest.approx(np.full(2, 0.05), rel=0.2)
    assert (baseline.common_deviation, baseline.common_freedom) == (LEAST_DEVIATION, 1.0)


def test_two_sessions_tell_how_much_the_machine_scatters():
    """The others have too few pairs for a common factor."""
    whole = EFFECTS[:4]
    parts = [[0.0, 1.0, 2.0, NAN], [NAN, NAN, NAN, 3.0]]
    baseline = fit(np.array([whole, whole + 0.06, *parts]))
    assert baseline.common_freedom == 1.0
    assert baseline.common_deviation == pytest.approx(0.06 / math.sqrt(2), rel=1e-2)


BASELINE = fit(quiet(40, noise=0.01, drift=0.03))


def test_the_common_factor_of_a_session():
    assert common_factor(np.full(5, 0.05), BASELINE) == pytest.approx(0.05, abs=0.003)


def test_a_pair_that_changed_on_its_own_is_not_common():
    factor = common_factor(np.array([0.0, 0.0, 0.3, 0.0, 0.0]), BASELINE)
    assert abs(factor) < 0.002


def test_of_two_readings_the_more_usual_factor_wins():
    """Two pairs at 0, two at 0.1: a common factor of 0 is likelier than one of 0.1."""
    factor = common_factor(np.array([0.0, 0.1, 0.0, 0.1, NAN]), BASELINE)
    assert abs(factor) < 0.03


def test_few_pairs_have_no_common_factor():
    assert common_factor(np.array([0.1, 0.1, NAN, NAN, NAN]), BASELINE) == 0.0
