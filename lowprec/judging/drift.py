"""Slow drifts, which the newest sessions hide from the gate as they carry its baseline along. Pure.

The level of a pair now is set against its level at the beginning, however long ago that was: at the
last acceptance, or in the first sessions. Both are means of `SESSIONS` values.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median

from lowprec.judging.intervals import spread
from lowprec.judging.noise import MIN_PAIRS
from lowprec.judging.student import LEAST_DEVIATION
from lowprec.rows.matrix import Pair

__all__ = ["LEAST_DRIFT", "SESSIONS", "Drift", "Level", "drifts"]

SESSIONS = 10
"""Sessions of either level. With fewer the noise hides a drift of 10% on a shared CPU; with more
the level now lags behind: by half of so many sessions."""

LEAST_DRIFT = math.log(1.08)
"""A level that is less above the beginning is none, however quiet the machine."""

DEVIATIONS = 1.0
"""A drift lies so many deviations of the difference of two means above `LEAST_DRIFT`: at 2% of
noise from 1.09 on, at 6% with 9% of the whole machine from 1.13 on. docs/gate/memory.md has its
rates; with 2 one in 24 drifts of a pair at 4% and of the noisy machine came later than 1.15 and
1.25, and neither named a drift in 1,200 quiet sessions of the noisy one. Means and not medians:
those of a pair that is fast or slow by turns jump from one to the other, and no deviation tells."""


@dataclass
class Level:
    """The log seconds of a pair at the beginning and now.

    Attributes:
        first: the first sessions that count for its baseline, at most `SESSIONS`.
        now: the newest sessions, whether they count or not.
    """

    first: list[float] = field(default_factory=list)
    now: deque[float] = field(default_factory=lambda: deque(maxlen=SESSIONS))

    def add(self, log_s: float, counts: bool) -> None:
        """Take in a session; what does not count is part of the level now alone."""
        self.now.append(log_s)
        if counts and len(self.first) < SESSIONS:
            self.first.append(log_s)

    def with_session(self, log_s: float) -> Level:
        """Return the level with one more session that does not count."""
        level = Level(self.first, deque(self.now, maxlen=SESSIONS))
        level.now.append(log_s)
        return level

    def copy(self) -> Level:
        """Return a level that goes its own way from here."""
        return Level(list(self.first), deque(self.now, maxlen=SESSIONS))

    @property
    def known(self) -> bool:
        """Whether there are sessions enough at either end."""
        return len(self.first) == SESSIONS and len(self.now) == SESSIONS

    @property
    def change(self) -> float:
        """Logarithm of the level now to that at the beginning."""
        return fmean(self.now) - fmean(self.first)

    @property
    def newest(self) -> float:
        """Likewise of the newest session alone."""
        return self.now[-1] - fmean(self.first)

    @property
    def deviation(self) -> float:
        """Standard deviation of `change` where nothing drifts."""
        squares, freedom = spread((self.first, tuple(self.now)))
        return math.sqrt(max(squares / freedom, LEAST_DEVIATION**2) * 2 / SESSIONS)


@dataclass(frozen=True)
class Drift:
    """How far a pair has drifted.

    Attributes:
        ratio: of the seconds now to those at the beginning.
        first_s: the seconds at the beginning.
        shared: whether the pairs of the machine drifted together.
    """

    ratio: float
    first_s: float
    shared: bool


def drifts(levels: Mapping[Pair, Level]) -> dict[Pair, Drift]:
    """Return the pairs that drifted to slower.

    What all pairs share is the median of their changes; a pair that drifted alone is told by what
    it did besides. One that is hardly slower than it was has not, however much faster the others
    became, and one that is so in this session has come back.

    Args:
        levels: of the pairs that the session timed, the session included.
    """
    changes = {pair: level.change for pair, level in levels.items() if level.known}
    common = median(changes.values()) if len(changes) >= MIN_PAIRS else 0.0
    shared = _drifted(common, [levels[pair] for pair in changes])
    drifted = {}
    for pair, change in changes.items():
        alone = _drifted(change - common, [levels[pair]])
        if (alone or shared) and min(change, levels[pair].newest) > LEAST_DRIFT / 2:
            first_s = math.exp(fmean(levels[pair].first))
            drifted[pair] = Drift(math.exp(change), first_s, shared and not alone)
    return drifted


def _drifted(change: float, levels: Iterable[Level]) -> bool:
    if change <= LEAST_DRIFT:  # nearly always: the deviations take time to find
        return False
    return change > LEAST_DRIFT + DEVIATIONS * median(level.deviation for level in levels)
