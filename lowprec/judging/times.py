"""The seconds of a series, and which of them are the baseline. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import numpy.typing as npt

from lowprec.judging.evidence import NIGHTS
from lowprec.judging.noise import MIN_BASELINE
from lowprec.judging.slowdown import WINDOW, TimeVerdict, judge_times
from lowprec.judging.student import Floats
from lowprec.rows.matrix import Pair

__all__ = ["RECENT", "Times"]

RECENT = 20
"""Newest seconds of a pair that are told with its verdict."""

_COUNTS, _WAITS = 1, 2
"""What seconds are: part of the baseline, or of that of software to come; 0 is neither."""


class Times:
    """The sessions so far, as far as later ones need them; the last one is being judged.

    A row is a session, a column a pair, in the order in which they came.
    """

    def __init__(self) -> None:
        self._columns: dict[Pair, int] = {}
        self._log_s: Floats = np.empty((0, 0))
        self._roles: npt.NDArray[np.int8] = np.empty((0, 0), np.int8)
        self._prune_at = 2 * WINDOW

    def start(self, timed: Mapping[Pair, float]) -> None:
        """Add a session by its log seconds, of which nothing counts yet."""
        self._add_columns(timed)
        row = np.full((1, len(self._columns)), np.nan)
        row[0, [self._columns[pair] for pair in timed]] = list(timed.values())
        self._log_s = np.concatenate([self._log_s, row])
        self._roles = np.concatenate([self._roles, np.zeros(row.shape, np.int8)])

    def _add_columns(self, pairs: Iterable[Pair]) -> None:
        new = [pair for pair in pairs if pair not in self._columns]
        if new:
            self._columns |= {pair: len(self._columns) + i for i, pair in enumerate(new)}
            shape = (len(self._log_s), len(new))
            self._log_s = np.hstack([self._log_s, np.full(shape, np.nan)])
            self._roles = np.hstack([self._roles, np.zeros(shape, np.int8)])

    def verdicts(
        self, pairs: Sequence[Pair], brief: bool = False, caution: float = 0.0
    ) -> dict[Pair, TimeVerdict]:
        """Judge the times of the last session; pairs that it did not time have no baseline.

        Sessions of other pairs only say nothing of these, and do not interrupt their row: a matrix
        may be trained model by model.

        Args:
            pairs: in the order of the models and schemes.
            brief: whether all but the words may be left out.
            caution: that of `judge_times`.
        """
        self._add_columns(pairs)
        timed = np.isfinite(self._log_s[-1])
        rows = np.isfinite(self._log_s[:, timed]).sum(axis=1) > 0
        rows[-1] = True
        columns = np.array([self._columns[pair] for pair in pairs])
        part = np.ix_(np.flatnonzero(rows), columns)
        found: list[TimeVerdict] = judge_times(
            self._log_s[part],
            self._roles[part] == _COUNTS,
            _groups(tuple(pairs)),
            brief,
            caution,
        )
        if not brief:
            found = [
                replace(said, recent_s=recent_s)
                for said, recent_s in zip(found, self._recent_s(columns), strict=True)
            ]
        return dict(zip(pairs, found, strict=True))

    def _recent_s(self, columns: npt.NDArray[np.intp]) -> list[tuple[float, ...]]:
        """Return the newest seconds of pairs, oldest first; none of those not timed just now."""
        newest = np.exp(self._log_s[-RECENT:, columns])
        if np.isfinite(newest).all():  # mostly, and much faster
            return list(map(tuple, newest.T.tolist()))
        return [self._recent_s_of(column) for column in columns]

    def _recent_s_of(self, column: int) -> tuple[float, ...]:
        log_s = self._log_s[:, column]
        if not np.isfinite(log_s[-1]):
            return ()
        return tuple(np.exp(log_s[np.isfinite(log_s)][-RECENT:]).tolist())

    def count(self, pairs: Iterable[Pair]) -> None:
        """Let the last session count for the baseline of some pairs."""
        self._roles[-1, [self._columns[p] for p in pairs if p in self._columns]] = _COUNTS

    def count_newest(self, pair: Pair, sessions: int) -> list[float]:
        """Let the newest sessions that timed a pair count; return their log seconds, oldest first.

        They are the last ones, as long as a row is not dropped before later ones are judged.
        """
        column = self._columns[pair]
        newest = np.flatnonzero(np.isfinite(self._log_s[:, column]))[-sessions:]
        self._roles[newest, column] = _COUNTS
        return [float(log_s) for log_s in self._log_s[newest, column]]

    def counted(self, pair: Pair) -> list[float]:
        """Return the log seconds that count for the baseline of a pair, oldest first."""
        if pair not in self._columns:
            return []
        column = self._columns[pair]
        log_s = self._log_s[self._roles[:, column] == _COUNTS, column]
        counted: list[float] = log_s[np.isfinite(log_s)].tolist()
        return counted

    def forget(self, pair: Pair) -> None:
        """Start the baseline of a pair anew."""
        if pair in self._columns:
            self._roles[:, self._columns[pair]] = 0

    def drop(self, pair: Pair) -> None:
        """Leave out all seconds of a pair so far."""
        if pair in self._columns:
            self._log_s = self._log_s.copy()  # software that began with them has them, too
            self._log_s[:, self._columns[pair]] = np.nan

    def prune(self) -> None:
        """Drop rows that no later session can need, now and then.

        Of every pair the newest are needed, which are judged together with the next or shown beside
        it, and before these the newest that count, however old they are: a pair that is flagged for
        months keeps its baseline.
        """
        if len(self._log_s) < self._prune_at:
            return
        timed = np.isfinite(self._log_s)
        needed = _newest(timed, max(NIGHTS, RECENT) - 1) | _newest(
            timed & (self._roles > 0), WINDOW + NIGHTS - 1
        )
        kept = needed.any(axis=1)
        self._log_s, self._roles = self._log_s[kept], self._roles[kept]
        self._prune_at = len(self._log_s) + WINDOW

    def continued(self) -> Times:
        """Return the times that other software goes on with.

        Too few sessions for a baseline count no longer: whether the other software is faster could
        not be told, and the two would be mixed. They wait for software after it, until there are
        enough of whatever software: a build of a night has one session.
        """
        times = Times()
        times._columns, times._prune_at = dict(self._columns), self._prune_at
        times._log_s = self._log_s  # never changed in place
        roles = np.where(np.isfinite(self._log_s), self._roles, 0)
        few = (roles == _COUNTS).sum(axis=0) < MIN_BASELINE
        enough = (roles > 0).sum(axis=0) >= MIN_BASELINE
        merged = (roles > 0) * np.where(enough, _COUNTS, _WAITS)
        times._roles = np.where(few, merged, roles).astype(np.int8)
        return times


def _newest(wanted: npt.NDArray[np.bool_], count: int) -> npt.NDArray[np.bool_]:
    """Return the newest `count` of each column's true values, (sessions, pairs)."""
    from_the_end = np.cumsum(wanted[::-1], axis=0)[::-1]
    newest: npt.NDArray[np.bool_] = wanted & (from_the_end <= count)
    return newest


@cache  # the same pairs, thousands of times
def _groups(pairs: tuple[Pair, ...]) -> dict[str, list[int]]:
    """Return the columns of each model and each scheme that has several pairs, but not all."""
    groups: dict[str, list[int]] = defaultdict(list)
    for column, pair in enumerate(pairs):
        groups[f"model {pair.model}"].append(column)
        groups[f"scheme {pair.scheme}"].append(column)
    return {name: columns for name, columns in groups.items() if 1 < len(columns) < len(pairs)}
