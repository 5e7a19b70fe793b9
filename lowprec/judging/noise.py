"""What earlier sessions say of a pair's time and its noise. Pure.

A row is a session, a column a pair, a value the natural logarithm of the session's median seconds,
NaN where the pair was not timed or does not count. A session is modelled as

    log seconds = centre of the pair + common factor of the session + noise of the pair

and everything is estimated so that single odd sessions do little harm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from lowprec.judging.student import LEAST_DEVIATION, Floats, moderated_variance

__all__ = [
    "MIN_BASELINE",
    "MIN_PAIRS",
    "Baseline",
    "common_factor",
    "fit",
    "median",
]

MIN_BASELINE = 3
"""Fewer sessions say nothing of the noise. By docs/gate/constants.md two bring more false alarms,
and five no fewer."""

MIN_PAIRS = 4
"""With fewer pairs a session's common factor cannot be told from theirs. By docs/gate/constants.md
three would do for more detections, and in 5 of 100 of these another pair is called slower."""

OUTLIER = 4.0
"""Values further off than so many deviations count as if they were that far. By
docs/gate/constants.md it matters only where the baseline has spikes; 3 would do better there."""

ODD_SHARE = 0.05
"""Share of pairs that may have changed on their own in a session whose common factor is sought.
Assumed: about one of 16. By docs/gate/constants.md it matters only where many changed at once, and
0.2 would find a few more of these."""

COMMON_FREEDOM = 3.0
"""Of the Student's t that common factors follow: now and then one is far larger than usual.
Assumed; by docs/gate/constants.md 1 or 10 would do as well."""

MAD_TO_DEVIATION = 1.4826
"""Standard deviation of normal values over their median absolute deviation, which is their quantile
of three quarters: 1 / 0.6745."""

MEDIAN_ROUNDS = 2
"""How often centres and common factors are taken from each other by medians. A third time moves
the one of 16 centres that moves most by 0.01% on average and 0.1% at most (0.04% and 0.2% where one
value in twenty is a spike); 30 sessions leave 0.4% of it unknown at 2% of noise. Hardly a flag
hangs on it (docs/gate/constants.md)."""

FACTOR_STEPS = 4
"""Steps from the likeliest start to the likeliest common factor. A fifth moves it by less than 1e-8
in half of the sessions, by 1e-4 in one of a hundred, and by 1e-3 at most in 1800; 16 pairs leave
5e-3 of it unknown at 2% of noise. Hardly a flag hangs on it (docs/gate/constants.md)."""


USUAL_COMMON = 0.10
USUAL_FREEDOM = 4.0
"""What all pairs of a session shared on two shared cores: 8.6% over the 32 quiet sessions of
docs/gate.md, and 5 to 15% in other series there. It weighs as much as five sessions."""


@dataclass(frozen=True)
class Baseline:
    """What the sessions before say; arrays have a value for each pair.

    Attributes:
        centre: log seconds of a session without noise; NaN where there is no baseline.
        sessions: how many sessions it rests on.
        deviation, freedom: of what is left of a pair in one session without centre and common
            factor, and its degrees of freedom.
        common_deviation, common_freedom: likewise of the factor that a session's pairs share.
        residuals: (sessions, pairs), what is left in the sessions before.
    """

    centre: Floats
    sessions: Floats
    deviation: Floats
    freedom: Floats
    common_deviation: float
    common_freedom: float
    residuals: Floats


def fit(log_s: Floats) -> Baseline:
    """Estimate centres, common factors and noise from the sessions before, (sessions, pairs)."""
    sessions = np.isfinite(log_s).sum(axis=0)
    known = sessions >= MIN_BASELINE
    pairs = log_s.shape[1]
    baseline = Baseline(
        centre=np.full(pairs, np.nan),
        sessions=sessions,
        deviation=np.full(pairs, np.nan),
        freedom=np.ones(pairs),
        common_deviation=LEAST_DEVIATION,
        common_freedom=1.0,
        residuals=np.full(log_s.shape, np.nan),
    )
    if not known.any():
        return baseline
    rows = np.isfinite(log_s[:, known]).any(axis=1)
    base = log_s[np.ix_(rows, known)]
    centre, common, separable = _split(base)
    common_variance, estimate_variance = _common_noise(base - common[:, None] - centre, common)
    # A session to judge has its common factor drawn towards none where these are mostly noise of
    # the pairs (see `common_factor`). The noise must be that of what is left after the same.
    common *= common_variance / (common_variance + estimate_variance)
    residuals = base - common[:, None] - centre
    freedom = sessions[known] - 1.0
    squares = np.nansum(_clipped(residuals) ** 2, axis=0)
    variance, total_freedom = moderated_variance(squares / freedom, freedom)
    baseline.centre[known] = centre
    baseline.deviation[known] = np.sqrt(np.maximum(variance, LEAST_DEVIATION**2))
    baseline.freedom[known] = total_freedom
    baseline.residuals[np.ix_(rows, known)] = residuals
    common_variance, common_freedom = _moderated_common(
        common_variance, float(max(separable.sum() - 1, 1))
    )
    return replace(
        baseline, common_deviation=math.sqrt(common_variance), common_freedom=common_freedom
    )


def _moderated_common(variance: float, freedom: float) -> tuple[float, float]:
    """Draw the variance of a restless machine towards what is usual, and return its freedom.

    Few sessions, one of which was off, would else explain away anything that all pairs share: four
    that scatter by 20% took a session 2.4 times as slow for their noise. What is quieter than usual
    is believed.
    """
    if variance <= USUAL_COMMON**2:
        return variance, freedom
    total = USUAL_FREEDOM + freedom
    return (USUAL_FREEDOM * USUAL_COMMON**2 + freedom * variance) / total, total


def _split(base: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the pairs' centres, the sessions' common factors, and where these can be told.

    Medians first, which resist outliers; then means of clipped residuals, which waste no data.
    """
    separable = np.isfinite(base).sum(axis=1) >= MIN_PAIRS
    centre = median(base, axis=0)
    common = np.zeros(len(base))
    for _ in range(MEDIAN_ROUNDS):
        common = np.where(separable, median(base - centre, axis=1), 0.0)
        centre = median(base - common[:, None], axis=0)
    residuals = _clipped(base - common[:, None] - centre)
    common += np.where(separable, mean(residuals, axis=1), 0.0)
    centre += mean(_clipped(base - common[:, None] - centre), axis=0)
    return centre, common, separable


def median(values: Floats, axis: int) -> Floats:
    """Return the median without NaN; NaN where there is nothing else.

    The values are what `numpy.nanmedian` returns, which takes many times longer.
    """
    ordered = np.sort(values, axis=axis)  # puts NaN last
    length = values.shape[axis]
    if not np.isnan(ordered.take(-1, axis)).any():
        middle_two: Floats = ordered.take((length - 1) // 2, axis) + ordered.take(length // 2, axis)
        return middle_two / 2
    count = np.isfinite(values).sum(axis=axis, keepdims=True)
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    middle = np.take_along_axis(ordered, low, axis) + np.take_along_axis(ordered, high, axis)
    medians: Floats = np.squeeze(middle / 2, axis=axis)
    return medians


def mean(values: Floats, axis: int) -> Floats:
    """Return the mean without NaN, likewise what `numpy.nanmean` returns."""
    known = np.isfinite(values)
    means: Floats = np.where(known, values, 0.0).sum(axis=axis) / known.sum(axis=axis)
    return means


def _clipped(residuals: Floats) -> Floats:
    """Move outliers in, to `OUTLIER` times the larger of their pair's scale and the usual one."""
    scale = MAD_TO_DEVIATION * median(np.abs(residuals), axis=0)
    limit = OUTLIER * np.maximum(np.maximum(scale, median(scale, axis=0)), LEAST_DEVIATION)
    clipped: Floats = np.clip(residuals, -limit, limit)
    return clipped


def _common_noise(residuals: Floats, common: Floats) -> tuple[float, float]:
    """Return the variance of the common factors themselves, and that of their estimates."""
    separable = np.isfinite(residuals).sum(axis=1) >= MIN_PAIRS
    if not separable.any():
        return LEAST_DEVIATION**2, LEAST_DEVIATION**2
    pairs = np.isfinite(residuals[separable]).sum(axis=1)
    # Each session's common factor took one degree of freedom from its pairs' residuals.
    squares = np.nansum(_clipped(residuals)[separable] ** 2, axis=1)
    estimate = float((squares / (pairs - 1) / pairs).mean())
    rest = float(common[separable].var(ddof=1)) - estimate if separable.sum() > 1 else 0.0
    return max(rest, LEAST_DEVIATION**2), max(estimate, LEAST_DEVIATION**2)


def common_factor(change: Floats, baseline: Baseline) -> float:
    """Return what a session's pairs share; 0 where they are too few to tell.

    The likeliest value where each pair either has its usual noise around the common factor or, in
    `ODD_SHARE` of the cases, has changed on its own; factors are mostly as large as they were
    before (Student's t). So when some pairs changed and others did not, the side that needs the
    more usual factor wins, and when all changed alike, that is their common factor.

    Args:
        change: (pairs,), log seconds less the centre.
        baseline: what the sessions before say of noise and common factors.
    """
    seen = np.isfinite(change)
    if seen.sum() < MIN_PAIRS:
        return 0.0
    x, deviation = change[seen], baseline.deviation[seen]
    odd = ODD_SHARE * math.exp(-(OUTLIER**2) / 2)
    scale = COMMON_FREEDOM * baseline.common_deviation**2

    def usual(factor: Floats) -> Floats:
        weighed: Floats = (1 - ODD_SHARE) * np.exp(-(((x - factor) / deviation) ** 2) / 2)
        return weighed

    start = np.append(x, [0.0, median(x, axis=0)])
    prior = -(COMMON_FREEDOM + 1) / 2 * np.log1p(start**2 / scale)
    likelihood = np.log(usual(start[:, None]) + odd).sum(axis=1) + prior
    factor = float(start[np.argmax(likelihood)])
    for _ in range(FACTOR_STEPS):
        weight = usual(np.array(factor))
        weight = weight / (weight + odd) / deviation**2
        precision = (COMMON_FREEDOM + 1) / (scale + factor**2)
        factor = float((weight * x).sum() / (weight.sum() + precision))
    return factor
