"""Whether pairs got slower: one session's times against those before it. Pure.

docs/gate.md has the rule in words, with its sources and its measured rates. Arrays are as in
`lowprec.noise`: a row is a session, a column a pair, a value a logarithm of seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lowprec.noise import (
    LEAST_DEVIATION,
    MIN_BASELINE,
    MIN_PAIRS,
    Baseline,
    common_factor,
    fit,
    log_density,
    median,
    moderated_variance,
)

__all__ = ["ALL", "NIGHTS", "PAIR_EVIDENCE", "SLOWDOWN", "WINDOW", "Finding", "judge"]

Array = np.ndarray

SLOWDOWN = math.log(1.10)
"""The slowdown that evidence is weighed for. Less than half of it speaks against one."""

PAIR_EVIDENCE = 6.4
GROUP_EVIDENCE = 5.8
MACHINE_EVIDENCE = 5.0
"""Logarithm of the likelihood ratio from which on a change is flagged: of a pair, of a scheme or a
model, of all pairs. There are more pairs than groups that could raise a false alarm."""

WINDOW = 40
"""Newest sessions of the baseline that count."""

NIGHTS = 3
"""Sessions in a row, this one included, over which evidence adds up."""

SPIKE_RATE = 0.002
SPIKE_RANGE = 0.5
"""So often a session is off by up to this (a logarithm) for no lasting reason."""

EARLIER_NIGHT = 3.5
"""An earlier night speaks for a slowdown with at most so much, or one spike would linger."""

EASY = 3.0
"""Where noise is small, a slowdown counts in full already so many deviations above half of it."""

SURENESS = 0.8416
"""A change larger by so many deviations of the noise is flagged four times in five."""

MIN_GROUP = 3
"""Of two pairs the median is the mean, and one that changed alone would pass for both."""

ALL = -1
"""Scope of a change that all pairs share."""


@dataclass(frozen=True)
class Finding:
    """What is found of one pair in one session.

    Attributes:
        verdict: "ok", "slower", "faster", or "no baseline".
        baseline_s: seconds of the baseline; None without one.
        ratio: seconds of this session to those; None without a baseline.
        own_ratio: likewise, with the session's common factor taken out.
        sessions: how many sessions the baseline rests on.
        scope: number of the group that the pair changed with; `ALL` for all pairs; None for a
            change of its own, and for none.
        smallest: ratio of the smallest slowdown of this pair alone that would have been flagged in
            this session four times in five; None where none would.
    """

    verdict: str
    baseline_s: float | None = None
    ratio: float | None = None
    own_ratio: float | None = None
    sessions: int = 0
    scope: int | None = None
    smallest: float | None = None


@dataclass(frozen=True)
class Evidence:
    """Of several series, each the pair's own, a group's or the machine's: (nights, series).

    The newest night comes first. `change` is a logarithm, `deviation` its noise, `enough` the
    evidence from which on a change is flagged.
    """

    change: Array
    deviation: Array
    freedom: Array
    enough: float

    def flagged(self, sign: int) -> Array:
        """Return which series changed, to slower (1) or faster (-1), as far as this night tells."""
        now = sign * self.change[0] > SLOWDOWN / 2
        flagged: Array = now & (self._sums(sign).max(axis=0) > self.enough)
        return flagged

    def _sums(self, sign: int) -> Array:
        ratio = log_likelihood_ratio(sign * self.change, self.deviation, self.freedom)
        ratio[1:] = np.minimum(ratio[1:], EARLIER_NIGHT)
        sums: Array = np.cumsum(np.nan_to_num(ratio), axis=0)
        return sums

    def smallest(self) -> Array:
        """Return the smallest change this night that would have been flagged; inf where none."""
        before = np.zeros(self.change.shape[1])
        if len(self.change) > 1:
            earlier = Evidence(self.change[1:], self.deviation, self.freedom, self.enough)
            before = np.maximum(0, np.minimum(earlier._sums(1), EARLIER_NIGHT).max(axis=0))
        grid = np.linspace(SLOWDOWN / 2, math.log(3), 300)[:, None]
        ratio = log_likelihood_ratio(grid, self.deviation, self.freedom)
        enough = ratio + before > self.enough
        least = np.where(enough.any(axis=0), grid[enough.argmax(axis=0), 0], np.inf)
        return least + SURENESS * self.deviation


def log_likelihood_ratio(change: Array, deviation: Array, freedom: Array) -> Array:
    """Return how much one night speaks for a slowdown, against noise and single spikes.

    For: a slowdown of at least `SLOWDOWN`, and noise. Against: noise alone, or with probability
    `SPIKE_RATE` a spike anywhere up to `SPIKE_RANGE`. Noise has Student's density, as its size was
    estimated.
    """
    target = np.minimum(SLOWDOWN, SLOWDOWN / 2 + EASY * deviation)
    slower = log_density(np.minimum(change - target, 0), deviation, freedom)
    noise = log_density(change, deviation, freedom) + math.log1p(-SPIKE_RATE)
    with np.errstate(invalid="ignore"):  # NaN is a pair that was not timed
        ratio: Array = slower - np.logaddexp(noise, math.log(SPIKE_RATE / SPIKE_RANGE))
    return ratio


def judge(log_s: Array, counts: Array, groups: Sequence[Sequence[int]]) -> list[Finding]:
    """Judge the last session against those before it.

    Args:
        log_s: (sessions, pairs), NaN where a pair was not timed.
        counts: (sessions, pairs), whether a value may be part of the baseline; the last row is
            not asked.
        groups: columns that may change together, such as the pairs of one scheme; those with
            fewer than `MIN_GROUP` pairs are left aside.

    Returns:
        A finding for each column; "no baseline" also for pairs that the last session lacks.
    """
    nights = min(NIGHTS, len(log_s))
    usable = np.where(counts[:-1], log_s[:-1], np.nan)
    short = np.isfinite(usable).sum(axis=0) < MIN_BASELINE + 2 * (NIGHTS - 1)
    # The nights that are judged together are no part of the baseline, which a short history
    # cannot spare: there only this night is judged.
    usable[len(log_s) - nights :, ~short] = np.nan
    baseline = fit(_newest(usable))
    if not np.isfinite(baseline.centre).any():
        return [Finding("no baseline", sessions=int(n)) for n in baseline.sessions]
    change = log_s[::-1][:nights] - baseline.centre
    change[1:, short] = np.nan
    common = np.array([common_factor(night, baseline) for night in change])
    few = np.isfinite(change[0]).sum() < MIN_PAIRS
    variance = baseline.common_deviation**2 if few else 0.0
    own = _pairs(change - common[:, None], variance, baseline)
    members = [[i for i in group if np.isfinite(baseline.centre[i])] for group in groups]
    grouped = _groups(own.change, variance, baseline, members)
    machine = _machine(common, baseline)
    scopes = {
        name: _scopes(sign, own, grouped, machine, members, change[0])
        for sign, name in ((1, "slower"), (-1, "faster"))
    }
    smallest = np.exp(own.smallest())
    return [
        _finding(i, scopes, change[0], own.change[0], baseline, smallest)
        for i in range(log_s.shape[1])
    ]


def _newest(log_s: Array) -> Array:
    """Keep the newest `WINDOW` values of each pair."""
    newer = np.cumsum(np.isfinite(log_s)[::-1], axis=0)[::-1]
    newest: Array = np.where(newer <= WINDOW, log_s, np.nan)
    return newest


def _pairs(own: Array, common_variance: float, baseline: Baseline) -> Evidence:
    spread = baseline.deviation**2 * (1 + 1 / np.maximum(baseline.sessions, 1))
    return Evidence(own, np.sqrt(spread + common_variance), baseline.freedom, PAIR_EVIDENCE)


def _groups(
    own: Array, common_variance: float, baseline: Baseline, members: Sequence[Sequence[int]]
) -> Evidence:
    """Return the evidence of the groups' medians, with their noise as it was in the baseline.

    A group of which too few sessions had enough pairs has a noise of NaN, and no evidence.
    """
    nights, past = (
        np.array([_middle(values[:, group]) for group in members]).T
        if members
        else np.empty((len(values), 0))
        for values in (own, baseline.residuals)
    )
    sessions = np.isfinite(past).sum(axis=0)
    known = sessions >= MIN_BASELINE
    freedom = np.maximum(sessions - 1, 1).astype(float)
    variance = np.where(known, np.nansum(past**2, axis=0) / freedom, np.nan)
    variance[known], freedom[known] = moderated_variance(variance[known], freedom[known])
    variance = np.maximum(variance, LEAST_DEVIATION**2)
    spread = variance * (1 + 1 / np.maximum(sessions, 1)) + common_variance
    return Evidence(nights, np.sqrt(spread), freedom, GROUP_EVIDENCE)


def _middle(values: Array) -> Array:
    """Return the median over columns without NaN; NaN where there are fewer than `MIN_GROUP`.

    The median, since one pair that changed alone must not pass for its group. A session of some
    pairs may have just one of a group.
    """
    some = np.isfinite(values).sum(axis=1) >= MIN_GROUP
    middle = np.full(len(values), np.nan)
    if some.any():
        middle[some] = median(values[some], axis=1)
    return middle


def _machine(common: Array, baseline: Baseline) -> Evidence:
    sessions = baseline.common_freedom + 1
    estimate = np.nanmean(baseline.deviation**2) / np.isfinite(baseline.deviation).sum()
    spread = baseline.common_deviation**2 * (1 + 1 / sessions) + estimate
    freedom = np.array([baseline.common_freedom])
    return Evidence(common[:, None], np.array([math.sqrt(spread)]), freedom, MACHINE_EVIDENCE)


def _scopes(
    sign: int,
    own: Evidence,
    grouped: Evidence,
    machine: Evidence,
    members: Sequence[Sequence[int]],
    change: Array,
) -> dict[int, int | None]:
    """Return the pairs that changed in this direction, and with whom.

    A pair that is faster than ever is not slower, however much faster the others are.
    """
    found: dict[int, int | None] = {}
    if machine.flagged(sign)[0]:
        found |= {int(i): ALL for i in np.flatnonzero(sign * change > SLOWDOWN / 4)}
    for number in map(int, np.flatnonzero(grouped.flagged(sign))):
        part = [i for i in members[number] if sign * own.change[0, i] > SLOWDOWN / 4]
        found |= dict.fromkeys(part, number)
    found |= {int(i): None for i in np.flatnonzero(own.flagged(sign))}
    return {i: scope for i, scope in found.items() if sign * change[i] > 0}


def _finding(
    i: int,
    scopes: dict[str, dict[int, int | None]],
    change: Array,
    own: Array,
    baseline: Baseline,
    smallest: Array,
) -> Finding:
    sessions = int(baseline.sessions[i])
    if not np.isfinite(change[i]):
        return Finding("no baseline", sessions=sessions)
    verdict = next((name for name, found in scopes.items() if i in found), "ok")
    return Finding(
        verdict,
        baseline_s=math.exp(baseline.centre[i]),
        ratio=math.exp(change[i]),
        own_ratio=math.exp(own[i]),
        sessions=sessions,
        scope=scopes.get(verdict, {}).get(i),
        smallest=float(smallest[i]) if math.isfinite(smallest[i]) else None,
    )
