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

from lowprec.judging.changes import ALL_PAIRS, Changes, changes_of, is_usual, spike_rate
from lowprec.judging.drift import Drift
from lowprec.judging.evidence import NIGHTS
from lowprec.judging.noise import MIN_BASELINE, Baseline, fit
from lowprec.judging.student import Floats
from lowprec.record.verdicts import Verdict

__all__ = ["ALL_PAIRS", "WINDOW", "TimeVerdict", "judge_times"]

WINDOW = 40
"""Newest sessions of the baseline that count: some six weeks of nights. By docs/gate/constants.md
half or twice as many would do as well."""


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
        recent_s: seconds of the newest sessions that timed the pair, this one last, whether they
            count or not; at most `lowprec.judging.times.RECENT`.
    """

    verdict: Verdict
    baseline_s: float | None = None
    ratio: float | None = None
    own_ratio: float | None = None
    sessions: int = 0
    scope: str | None = None
    smallest: float | None = None
    drift: Drift | None = None
    recent_s: tuple[float, ...] = ()


_USUAL, _UNKNOWN = TimeVerdict(Verdict.OK), TimeVerdict(Verdict.NO_BASELINE)


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
    if brief and is_usual(change[0], baseline):  # mostly, and all else takes time to find
        return [_USUAL if timed else _UNKNOWN for timed in np.isfinite(change[0])]
    begun = np.cumsum(np.where(counts, np.isfinite(log_s), 0), axis=0) > 0
    begun[-1] = True
    newest = np.where(begun, log_s, np.nan)[-WINDOW - 1 :]
    changes = changes_of(change, baseline, groups, caution, spike_rate(newest, baseline))
    return _verdicts(changes, baseline, brief)


def _newest(log_s: Floats) -> Floats:
    """Keep the newest `WINDOW` values of each pair."""
    newer = np.cumsum(np.isfinite(log_s)[::-1], axis=0)[::-1]
    newest: Floats = np.where(newer <= WINDOW, log_s, np.nan)
    return newest


def _verdicts(changes: Changes, baseline: Baseline, brief: bool) -> list[TimeVerdict]:
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
