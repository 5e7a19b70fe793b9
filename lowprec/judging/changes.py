"""What one session changed: single pairs, groups of them, or the machine. Pure.

Arrays are as in `lowprec.judging.noise`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lowprec.judging.evidence import SLOWDOWN, SPIKE_RATE, Evidence, large_enough
from lowprec.judging.noise import (
    MIN_BASELINE,
    MIN_PAIRS,
    OUTLIER,
    Baseline,
    common_factor,
    median,
)
from lowprec.judging.student import LEAST_DEVIATION, Floats, moderated_variance

__all__ = ["ALL_PAIRS", "Changes", "changes_of", "is_usual", "spike_rate"]

PAIR_EVIDENCE = 6.4
"""Logarithm of the likelihood ratio from which on a change of a pair is flagged: about one false
alarm in 100 nights on the worst machine. docs/gate/constants.md has the rates beside those of 5.4
and 7.4: twice the alarms for 7 of 100 slowdowns more, or a third fewer for 10 of 100 less."""

GROUP_EVIDENCE = 5.8
"""Likewise of a scheme or a model: there are fewer of these than pairs that could raise a false
alarm. docs/gate/constants.md has the rates beside those of 4.8 and 6.8."""

MACHINE_EVIDENCE = 5.0
"""Likewise of all pairs: there is one machine. docs/gate/constants.md has the rates beside those of
4 and 6; 6 would find less than the nine of ten within three nights that docs/gate.md asks for."""

PART_OF_GROUP = SLOWDOWN / 4
"""A pair whose change is smaller has no part in the change of its group or of the machine. By
docs/gate/constants.md half of `SLOWDOWN` would do as well, and with 0 every other night calls a
pair slower that did not change."""

MIN_GROUP = 3
"""Of two pairs the median is the mean, and one that changed alone would pass for both: by
docs/gate/constants.md in one case of five."""

SPIKELESS = 16
"""Values without a spike that the share of spikes is drawn by, as many as a session of the matrix
has: one spike in a short history does not make a spiky machine."""

ALL_PAIRS = "all pairs"
"""Scope of a change that all pairs share."""


@dataclass(frozen=True)
class Changes:
    """What one session changed: of each pair, of what is left of it, of groups and the machine.

    Attributes:
        total: of each pair against its centre, (pairs,).
        own: of the pairs without the common factor.
        grouped: of the groups' medians; the groups' columns are in `members`.
        machine: of the common factor.
    """

    total: Floats
    own: Evidence
    grouped: Evidence
    machine: Evidence
    members: Mapping[str, Sequence[int]]

    def scopes(self, sign: int) -> dict[int, str | None]:
        """Return the pairs that changed in this direction, and with whom.

        A pair that is faster than ever is not slower, however much faster the others are.
        """
        scopes: dict[int, str | None] = {}
        if self.machine.flagged(sign)[0]:
            part = np.flatnonzero(sign * self.total > PART_OF_GROUP)
            scopes |= {int(i): ALL_PAIRS for i in part}
        for group, flagged in zip(self.members, self.grouped.flagged(sign), strict=True):
            if flagged:
                change = sign * self.own.change[0]
                scopes |= {i: group for i in self.members[group] if change[i] > PART_OF_GROUP}
        scopes |= {int(i): None for i in np.flatnonzero(self.own.flagged(sign))}
        return {i: scope for i, scope in scopes.items() if sign * self.total[i] > 0}


def is_usual(change: Floats, baseline: Baseline) -> bool:
    """Whether a night changed so little that nothing can be flagged, whatever the noise.

    A group's change is the median of its pairs' own, so it is no larger than theirs.
    """
    common = common_factor(change, baseline)
    return not large_enough(np.abs(np.append(change - common, common))).any()


def spike_rate(log_s: Floats, baseline: Baseline) -> float:
    """Return the share of a machine's values that are off for no lasting reason.

    Those values count that lie beyond `OUTLIER` deviations and were back the
    next time, whether they are part of the baseline or were flagged. On a machine that others use,
    too, a pair may be much slower in a session, again and again (docs/noise.md): what is known to
    come and go says less of a slowdown.

    Args:
        log_s: (sessions, pairs), the newest since the baseline of each pair began, the last one in
            judgement.
        baseline: what the sessions before say.
    """
    off = log_s - baseline.centre
    off = off - median(off, axis=1)[:, None]
    large = np.abs(off) > OUTLIER * baseline.deviation
    spikes = (large[:-1] & ~large[1:]).sum()
    return max(SPIKE_RATE, float(spikes / (np.isfinite(off[:-1]).sum() + SPIKELESS)))


def changes_of(
    change: Floats,
    baseline: Baseline,
    groups: Mapping[str, Sequence[int]],
    caution: float,
    spikes: float,
) -> Changes:
    """Part the changes of the nights into those of pairs, groups and the machine.

    Args:
        change: (nights, pairs), the newest first.
        baseline: what the sessions before say.
        groups: columns that may change together, by name.
        caution: added to the evidence from which on a change is flagged.
        spikes: share of values that are off for no lasting reason, as `spike_rate` has it.
    """
    common = np.array([common_factor(night, baseline) for night in change])
    few = np.isfinite(change[0]).sum() < MIN_PAIRS
    variance = baseline.common_deviation**2 if few else 0.0
    own = _pairs(change - common[:, None], variance, baseline, caution, spikes)
    members = {
        name: [i for i in columns if np.isfinite(baseline.centre[i])]
        for name, columns in groups.items()
    }
    grouped = _groups(own.change, variance, baseline, list(members.values()), caution, spikes)
    return Changes(change[0], own, grouped, _machine(common, baseline, caution), members)


def _pairs(
    own: Floats, common_variance: float, baseline: Baseline, caution: float, spikes: float
) -> Evidence:
    spread = baseline.deviation**2 * (1 + 1 / np.maximum(baseline.sessions, 1))
    deviation, enough = np.sqrt(spread + common_variance), PAIR_EVIDENCE + caution
    return Evidence(own, deviation, baseline.freedom, enough, spikes)


def _groups(
    own: Floats,
    common_variance: float,
    baseline: Baseline,
    members: Sequence[Sequence[int]],
    caution: float,
    spikes: float,
) -> Evidence:
    """Return the evidence of the groups' medians, with their noise as it was in the baseline.

    A group of which too few sessions had enough pairs has a noise of NaN, and no evidence.
    """
    nights, past = (_middles(values, members) for values in (own, baseline.residuals))
    sessions = np.isfinite(past).sum(axis=0)
    known = sessions >= MIN_BASELINE
    freedom = np.maximum(sessions - 1, 1).astype(float)
    variance = np.where(known, np.nansum(past**2, axis=0) / freedom, np.nan)
    variance[known], freedom[known] = moderated_variance(variance[known], freedom[known])
    variance = np.maximum(variance, LEAST_DEVIATION**2)
    spread = variance * (1 + 1 / np.maximum(sessions, 1)) + common_variance
    return Evidence(nights, np.sqrt(spread), freedom, GROUP_EVIDENCE + caution, spikes)


def _middles(values: Floats, members: Sequence[Sequence[int]]) -> Floats:
    """Return the medians of groups of columns, (sessions, groups); NaN where too few are known.

    The median, since one pair that changed alone must not pass for its group. A session of some
    pairs may have just one of a group.
    """
    widest = max(map(len, members), default=0)
    if not widest:
        return np.full((len(values), len(members)), np.nan)
    # Groups of fewer columns than the largest are filled up with one of NaN.
    columns = np.array([[*group] + [values.shape[1]] * (widest - len(group)) for group in members])
    padded = np.hstack([values, np.full((len(values), 1), np.nan)])[:, columns]
    few = np.isfinite(padded).sum(axis=2) < MIN_GROUP
    middles: Floats = np.where(few, np.nan, median(padded, axis=2))
    return middles


def _machine(common: Floats, baseline: Baseline, caution: float) -> Evidence:
    sessions = baseline.common_freedom + 1
    estimate = np.nanmean(baseline.deviation**2) / np.isfinite(baseline.deviation).sum()
    spread = baseline.common_deviation**2 * (1 + 1 / sessions) + estimate
    deviation, freedom = np.array([math.sqrt(spread)]), np.array([baseline.common_freedom])
    return Evidence(common[:, None], deviation, freedom, MACHINE_EVIDENCE + caution, SPIKE_RATE)
