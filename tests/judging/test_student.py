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


def test_one_variance_is_kept():
    variance, freedom = moderated_variance(np.array([0.5]), np.array([4.0]))
    assert (variance[0], freedom[0]) == (0.5, 4.0)


@pytest.mark.parametrize(("x", "freedom"), [(0.0, 5.0), (0.03, 5.0), (-0.3, 1.0), (0.02, 200.0)])
def test_the_density_is_students(x, freedom):
    density = log_density(np.array([x]), np.array([0.01]), np.array([freedom]))
    assert density[0] == pytest.approx(stats.t.logpdf(x, freedom, scale=0.01))
