"""Student's density, and variances drawn together, with literal numbers."""

import numpy as np
import pytest
from scipy import stats

from lowprec.judging.student import log_density, moderated_variance


def test_variances_that_differ_by_chance_only_become_one():
    variance, freedom = moderated_variance(np.array([0.9, 1.0, 1.1]), np.full(3, 10.0))
    assert variance == pytest.approx(np.full(3, variance.mean()), rel=0.02)
    assert (freedom > 100).all()


def test_variances_that_differ_in_truth_are_kept_apart():
    variance, freedom = moderated_variance(np.array([1e-4, 1e-2, 1.0]), np.full(3, 30.0))
    assert variance == pytest.approx([1e-4, 1e-2, 1.0], rel=0.2)
    assert (freedom < 40).all()


@pytest.mark.parametrize(
    ("own", "freedom", "prior", "expected"),
    [
        ([1.0, 9.0], [4.0, 10.0], 2.014485, [1.348284, 7.832981]),
        (
            [0.5, 1.0, 2.0, 8.0],
            [4.0, 6.0, 4.0, 10.0],
            3.409232,
            [0.958910, 1.180201, 1.768711, 6.346731],
        ),
        (
            [1e-4, 1.0, 100.0, 3.0],
            [4.0, 6.0, 4.0, 10.0],
            0.349893,
            [0.000652854, 0.945282, 91.95684, 2.898816],
        ),
        ([1.0, 1.01, 1.02], [4.0, 6.0, 4.0], 200.0, [1.270626, 1.268290, 1.271018]),
    ],
)
def test_the_prior_is_smyths(own, freedom, prior, expected):
    """Numbers of section 6.2, its trigamma inverted by bisection; the last one has no such root."""
    variance, total = moderated_variance(np.array(own), np.array(freedom))
    assert variance == pytest.approx(expected, rel=1e-5)
    assert total - freedom == pytest.approx(np.full(len(own), prior), rel=1e-5)


def test_a_series_without_any_noise_has_that_of_a_tenth_of_a_per_cent_for_the_others():
    freedom = np.full(3, 9.0)
    silent, total = moderated_variance(np.array([0.0, 1e-6, 4e-6]), freedom)
    quiet, expected = moderated_variance(np.array([1e-6, 1e-6, 4e-6]), freedom)
    assert total == pytest.approx(expected)
    assert silent[1:] == pytest.approx(quiet[1:])
    assert silent[0] < quiet[0]


def test_one_variance_is_kept():
    variance, freedom = moderated_variance(np.array([0.5]), np.array([4.0]))
    assert (variance[0], freedom[0]) == (0.5, 4.0)


@pytest.mark.parametrize(("x", "freedom"), [(0.0, 5.0), (0.03, 5.0), (-0.3, 1.0), (0.02, 200.0)])
def test_the_density_is_students(x, freedom):
    density = log_density(np.array([x]), np.array([0.01]), np.array([freedom]))
    assert density[0] == pytest.approx(stats.t.logpdf(x, freedom, scale=0.01))
