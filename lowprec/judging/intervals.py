"""Changes with their interval of confidence, from few and noisy values. Pure."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import TypeVar

from scipy import special

__all__ = ["CONFIDENCE", "Change", "Noise", "Spread", "interval", "moderated", "spread"]

CONFIDENCE = 0.99
"""Of an interval where nothing else is said."""

PRIOR_WEIGHT = 4
"""Degrees of freedom that the noise of all series together has in the noise of one. Few values say
little of one series' own noise, so it is drawn towards the common one (the moderated t statistic
of G. K. Smyth, "Linear models and empirical Bayes methods for assessing differential expression
in microarray experiments", 2004, with the weight fixed rather than estimated). The gate estimates
the weight, in `lowprec.judging.student`: it has up to 40 sessions of every series, where these
intervals rest on two or three a side, of which the estimate would be a matter of luck. Four is as
much as a series of five sessions knows of itself."""

Name = TypeVar("Name", bound=Hashable)
Spread = tuple[float, int]
"""Sum of squares within groups, and its degrees of freedom."""
Noise = tuple[float, float]
"""Standard deviation, and its degrees of freedom; infinite ones where it is known."""


@dataclass(frozen=True)
class Change:
    """An estimated change and its interval of confidence; no bounds where noise is unknown."""

    value: float
    low: float | None = None
    high: float | None = None

    def beyond(self, least: float) -> int:
        """Return 1 or -1 where the interval lies wholly above `least` or below -`least`, else 0."""
        if self.low is None or self.high is None:
            return 0
        return int(self.low > least) - int(self.high < -least)


def spread(groups: Sequence[Sequence[float]]) -> Spread:
    """Return the sum of squares within groups, and its degrees of freedom."""
    squares = 0.0
    for group in filter(None, groups):
        mean = fmean(group)
        squares = sum(((x - mean) ** 2 for x in group), squares)
    return squares, sum(max(0, len(group) - 1) for group in groups)


def moderated(spreads: Mapping[Name, Spread]) -> dict[Name, Noise]:
    """Return each series' standard deviation, drawn to the common one, and its degrees of freedom.

    s^2 = (d0 s0^2 + d s_own^2) / (d0 + d) with d0 + d degrees of freedom, where d0 is
    `PRIOR_WEIGHT`, or what the other series have where that is less. Empty where no series has any.
    """
    common_freedom = sum(freedom for _, freedom in spreads.values())
    if not common_freedom:
        return {}
    common = sum(squares for squares, _ in spreads.values()) / common_freedom
    noise: dict[Name, Noise] = {}
    for name, (squares, freedom) in spreads.items():
        prior = min(PRIOR_WEIGHT, common_freedom - freedom)
        variance = (prior * common + squares) / (prior + freedom)
        noise[name] = math.sqrt(variance), prior + freedom
    return noise


def interval(
    value: float, noise: Noise | None, weight: float, confidence: float = CONFIDENCE
) -> Change:
    """Return the Student interval around an estimate.

    Args:
        value: the estimate.
        noise: of one value; None where it is unknown.
        weight: what the noise of one value is multiplied by to get that of the estimate.
        confidence: that it holds the true value.
    """
    if noise is None:
        return Change(value)
    deviation, freedom = noise
    # SciPy's distribution of Student gives the same, and takes half a second to import.
    quantile = float(special.stdtrit(freedom, (1 + confidence) / 2))
    half_width = quantile * deviation * weight
    return Change(value, value - half_width, value + half_width)
