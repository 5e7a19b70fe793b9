"""Student's density, and variances drawn towards the common one. Pure.

`lowprec.judging.intervals` has another form of the same idea, with a fixed weight of the common
variance, for the two or three sessions of a comparison: the weight is estimated here from how much
the variances of many series differ, and a handful of them would make it jump between its bounds.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import special

__all__ = ["LEAST_DEVIATION", "Floats", "log_density", "moderated_variance"]

Floats = npt.NDArray[np.float64]

LEAST_DEVIATION = 1e-3
"""Less noise than a tenth of a per cent is not believed. By docs/gate/constants.md a smaller floor
would do as well, since nothing below 4.9% is flagged; one of half a per cent would hide changes."""

MAX_PRIOR_FREEDOM = 200.0
"""Degrees of freedom that all pairs together have at most in the noise of one. The estimate is
infinite where pairs are alike; by docs/gate/constants.md a tenth or ten times as many hardly
matter, as Student's density is then nearly the normal one."""

NEWTON_STEPS = 20
"""More than Newton's iteration ever takes: 15 for the worst value between 1e-7 and 1e7."""

NEWTON_TOLERANCE = 1e-8
"""Relative step at which it ends, that of `trigammaInverse` in Smyth's package limma."""


def moderated_variance(variance: Floats, freedom: Floats) -> tuple[Floats, Floats]:
    """Draw each pair's variance towards that of all, the more the more alike they are.

    The empirical Bayes estimate of G. K. Smyth, "Linear models and empirical Bayes methods for
    assessing differential expression in microarray experiments", 2004, section 6.2: the prior's
    freedom is found from how much the variances differ beyond chance.

    Returns:
        Variances, and their degrees of freedom with the prior's added.
    """
    if len(variance) < 2:
        return variance, freedom
    half = freedom / 2
    logs = np.log(np.maximum(variance, LEAST_DEVIATION**2)) - special.digamma(half) + np.log(half)
    beyond_chance = float(logs.var(ddof=1) - special.zeta(2, half).mean())
    prior = MAX_PRIOR_FREEDOM
    if beyond_chance > 0:
        prior = min(prior, 2 * _inverse_trigamma(beyond_chance))
    common = math.exp(logs.mean() + special.digamma(prior / 2) - math.log(prior / 2))
    return (prior * common + freedom * variance) / (prior + freedom), prior + freedom


def _inverse_trigamma(value: float) -> float:
    """Newton's iteration of Smyth's appendix."""
    x = 0.5 + 1 / value
    for _ in range(NEWTON_STEPS):
        trigamma = float(special.zeta(2, x))
        step = trigamma * (1 - trigamma / value) / float(-2 * special.zeta(3, x))
        x += step
        if -step / x < NEWTON_TOLERANCE:
            break
    return x


def log_density(x: Floats, deviation: Floats, freedom: Floats) -> Floats:
    """Return the logarithm of the density of Student's t, scaled by the deviation."""
    half = (freedom + 1) / 2
    scale = np.log(deviation) + np.log(freedom * math.pi) / 2
    norm = special.gammaln(half) - special.gammaln(freedom / 2) - scale
    density: Floats = norm - half * np.log1p((x / deviation) ** 2 / freedom)
    return density
