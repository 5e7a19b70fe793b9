"""Whether pairs got slower: one session's times against those before it. Pure.

docs/gate.md has the rule in words, with its sources and its measured rates. Arrays are as in
`lowprec.judging.noise`: a row is a session, a column a pair, a value a logarithm of seconds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lowprec.judging import evidence
from lowprec.judging.drift import Drift
from lowprec.judging.evidence import NIGHTS, SLOWDOWN, Evidence, large_enough
from lowprec.judging.noise import (
    MIN_BASELINE,
    MIN_PAIRS,
    OUTLIER,
    Baseline,
    common_factor,
    fit,
    median,
)
from lowprec.judging.student import LEAST_DEVIATION, Floats, moderated_variance
from lowprec.record.verdicts import Verdict

__all__ = ["ALL_PAIRS", "WINDOW", "TimeVerdict", "judge_times"]

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

WINDOW = 40
"""Newest sessions of the baseline that count: some six weeks of nights. By docs/gate/constants.md
half or twice as many would do as well."""

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
class TimeVerdict:
    """What is said of one pair's time in one session.

    Attributes:
        verdict: `OK`, `SLOWER`, `FASTER` or `NO_BASELINE`.
        baseline_s: seconds of the baseline; None without one.
        ratio: seconds of this session to those; None without a baseline.
        own_ratio: likewise, with the session's common factor taken out.
        sessions: how many sessions the baseline rests on.
        scope: name of the group that the pair changed with, such as "scheme half", or `ALL_PAIRS`;
            None for a change of its own, and for none.
        smallest: ratio of the smallest slowdown of this pair alone that would have been flagged in
            this session four times in five; None where none would.
        drift: how far it has drifted since the beginning; None where it has not.
    """

    verdict: Verdict
    baseline_s: float | None = None
    ratio: float | None = None
    own_ratio: float | None = None
    sessions: int = 0
    scope: str | None = None
    smallest: float | None = None
    drift: Drift | None = None


_USUAL, _UNKNOWN = TimeVerdict(Verdict.OK), TimeVerdict(Verdict.NO_BASELINE)


@dataclass(frozen=True)
class _Changes:
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


def judge_times(
    log_s: Floats,
    counts: npt.NDArray[np.bool_],
    groups: Mapping[str, Sequence[int]],
    brief: bool = False,
    caution: float = 0.0,
) -> list[TimeVerdict]:
    """Judge the last session against those before it.

    Args:
        log_s: (sessions, pairs), NaN where a pair was not timed.
        counts: (sessions, pairs), whether a value may be part of the baseline; the last row is
            not asked.
        groups: columns that may change together, such as the pairs of one scheme, by name; those
            with fewer than `MIN_GROUP` pairs are left aside.
        brief: whether all but the words may be left out.
        caution: added to the evidence from which on a change is flagged.

    Returns:
        A verdict for each column; `NO_BASELINE` also for pairs that the last session lacks.
    """
    nights = min(NIGHTS, len(log_s))
    usable = np.where(counts[:-1], log_s[:-1], np.nan)
    short = np.isfinite(usable).sum(axis=0) < MIN_BASELINE + 2 * (NIGHTS - 1)
    # The nights that are judged together are no part of the baseline, which a short history
    # cannot spare: there only this night is judged.
    usable[len(log_s) - nights :, ~short] = np.nan
    baseline = fit(_newest(usable))
    if not np.isfinite(baseline.centre).any():
        return [TimeVerdict(Verdict.NO_BASELINE, sessions=int(n)) for n in baseline.sessions]
    change = log_s[::-1][:nights] - baseline.centre
    change[1:, short] = np.nan
    if brief and _is_usual(change[0], baseline):  # mostly, and all else takes time to find
        return [_USUAL if timed else _UNKNOWN for timed in np.isfinite(change[0])]
    begun = np.cumsum(np.where(counts, np.isfinite(log_s), 0), axis=0) > 0
    begun[-1] = True
    spike_rate = _spike_rate(np.where(begun, log_s, np.nan), baseline)
    changes = _changes(change, baseline, groups, caution, spike_rate)
    return _verdicts(changes, baseline, brief)


def _newest(log_s: Floats) -> Floats:
    """Keep the newest `WINDOW` values of each pair."""
    newer = np.cumsum(np.isfinite(log_s)[::-1], axis=0)[::-1]
    newest: Floats = np.where(newer <= WINDOW, log_s, np.nan)
    return newest


def _is_usual(change: Floats, baseline: Baseline) -> bool:
    """Whether a night changed so little that nothing can be flagged, whatever the noise.

    A group's change is the median of its pairs' own, so it is no larger than theirs.
    """
    common = common_factor(change, baseline)
    return not large_enough(np.abs(np.append(change - common, common))).any()


def _spike_rate(log_s: Floats, baseline: Baseline) -> float:
    """Return the share of a machine's values that are off for no lasting reason.

    Of the newest sessions those values count that lie beyond `OUTLIER` deviations and were back the
    next time, whether they are part of the baseline or were flagged. On a machine that others use,
    too, a pair may be much slower in a session, again and again (docs/noise.md): what is known to
    come and go says less of a slowdown.

    Args:
        log_s: (sessions, pairs), since the baseline of each pair began, the last one in judgement.
        baseline: what the sessions before say.
    """
    off = log_s[-WINDOW - 1 :] - baseline.centre
    off = off - median(off, axis=1)[:, None]
    large = np.abs(off) > OUTLIER * baseline.deviation
    spikes = (large[:-1] & ~large[1:]).sum()
    return max(evidence.SPIKE_RATE, float(spikes / (np.isfinite(off[:-1]).sum() + SPIKELESS)))


def _changes(
    change: Floats,
    baseline: Baseline,
    groups: Mapping[str, Sequence[int]],
    caution: float,
    spike_rate: float,
) -> _Changes:
    """Part the changes of the nights, (nights, pairs), the newest first."""
    common = np.array([common_factor(night, baseline) for night in change])
    few = np.isfinite(change[0]).sum() < MIN_PAIRS
    variance = baseline.common_deviation**2 if few else 0.0
    own = _pairs(change - common[:, None], variance, baseline, caution, spike_rate)
    members = {
        name: [i for i in columns if np.isfinite(baseline.centre[i])]
        for name, columns in groups.items()
    }
    grouped = _groups(own.change, variance, baseline, list(members.values()), caution, spike_rate)
    return _Changes(change[0], own, grouped, _machine(common, baseline, caution), members)


def _pairs(
    own: Floats, common_variance: float, baseline: Baseline, caution: float, spike_rate: float
) -> Evidence:
    spread = baseline.deviation**2 * (1 + 1 / np.maximum(baseline.sessions, 1))
    deviation, enough = np.sqrt(spread + common_variance), PAIR_EVIDENCE + caution
    return Evidence(own, deviation, baseline.freedom, enough, spike_rate)


def _groups(
    own: Floats,
    common_variance: float,
    baseline: Baseline,
    members: Sequence[Sequence[int]],
    caution: float,
    spike_rate: float,
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
    return Evidence(nights, np.sqrt(spread), freedom, GROUP_EVIDENCE + caution, spike_rate)


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
    freedom = np.array([baseline.common_freedom])
    return Evidence(
        common[:, None], np.array([math.sqrt(spread)]), freedom, MACHINE_EVIDENCE + caution
    )


def _verdicts(changes: _Changes, baseline: Baseline, brief: bool) -> list[TimeVerdict]:
    """Return a verdict for each pair; slower wins where a pair changed both ways."""
    scopes = {Verdict.SLOWER: changes.scopes(1), Verdict.FASTER: changes.scopes(-1)}
    timed = np.isfinite(changes.total)
    words = [Verdict.OK if known else Verdict.NO_BASELINE for known in timed]
    for word in (Verdict.FASTER, Verdict.SLOWER):
        for i in scopes[word]:
            words[i] = word
    if brief:
        return list(map(TimeVerdict, words))
    smallest = np.exp(changes.own.smallest())
    return [
        TimeVerdict(
            word,
            baseline_s=math.exp(baseline.centre[i]),
            ratio=math.exp(changes.total[i]),
            own_ratio=math.exp(changes.own.change[0][i]),
            sessions=int(baseline.sessions[i]),
            scope=scopes[word][i] if word in scopes else None,
            smallest=float(smallest[i]) if math.isfinite(smallest[i]) else None,
        )
        if timed[i]
        else TimeVerdict(word, sessions=int(baseline.sessions[i]))
        for i, word in enumerate(words)
    ]
