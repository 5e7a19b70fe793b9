"""One of the clocks of the pairs, from session to session. Pure.

What got faster and stays so becomes the baseline by itself: to get slower needs a word, to get
faster does not.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from lowprec.judging.drift import LEAST_DRIFT, Drift, Level, drifts
from lowprec.judging.noise import MIN_BASELINE
from lowprec.judging.slowdown import ALL_PAIRS, TimeVerdict
from lowprec.judging.times import Times
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair

__all__ = ["STAYS", "Track"]

STAYS = 3
"""So many sessions in a row a pair must be faster to stay so: its baseline then starts anew with
them, without anybody's word. As many as a baseline needs at least."""


class Track:
    """The sessions so far, as far as later ones need their times; the last one is being judged."""

    def __init__(self) -> None:
        self._times = Times()
        self._levels: defaultdict[Pair, Level] = defaultdict(Level)
        self._faster: Counter[Pair] = Counter()
        self._log_s: dict[Pair, float] = {}

    def start(self, seconds: Mapping[Pair, float]) -> None:
        """Add the seconds of a session, of which nothing counts yet."""
        self._log_s = {pair: math.log(s) for pair, s in seconds.items()}
        self._times.start(self._log_s)

    def verdicts(
        self, pairs: Sequence[Pair], brief: bool = False, caution: float = 0.0
    ) -> dict[Pair, TimeVerdict]:
        """Judge the last session, against its baseline and for a drift.

        Args:
            pairs: in the order of the models and schemes.
            brief: whether all but the words may be left out.
            caution: that of `judge_times`.
        """
        timings = self._times.verdicts(pairs, brief, caution)
        levels = {pair: self._levels[pair].with_session(x) for pair, x in self._log_s.items()}
        for pair, drift in drifts(levels).items():
            timings[pair] = _with_drift(timings[pair], drift)
        return timings

    def finish(self, left_out: Collection[Pair], faster: Collection[Pair]) -> None:
        """Let the pairs of the last session count that shall.

        Args:
            left_out: pairs that are no part of the baseline.
            faster: pairs that are not until they stay so fast.
        """
        counting = self._log_s.keys() - set(left_out) - set(faster)
        self._times.count(counting)
        for pair, log_s in self._log_s.items():
            self._faster[pair] = self._faster[pair] + 1 if pair in faster else 0
            if self._faster[pair] == STAYS:
                self._begin_anew(pair)
            else:
                self._levels[pair].add(log_s, pair in counting)
        self._times.prune()

    def _begin_anew(self, pair: Pair) -> None:
        """Start the baseline of a pair anew with the sessions in which it stayed faster."""
        self.forget(pair)
        for log_s in self._times.count_newest(pair, STAYS):
            self._levels[pair].add(log_s, counts=True)

    def forget(self, pair: Pair) -> None:
        """Start the baseline of a pair anew."""
        self._times.forget(pair)
        self._levels.pop(pair, None)
        self._faster.pop(pair, None)

    def drop(self, pair: Pair) -> None:
        """Leave out all seconds of a pair, which later ones cannot be set beside."""
        self._times.drop(pair)

    def continued(self) -> Track:
        """Return the track that other software goes on with."""
        track = Track()
        track._times, track._faster = self._times.continued(), Counter(self._faster)
        for pair, level in self._levels.items():
            if len(self._times.counted(pair)) >= MIN_BASELINE:
                track._levels[pair] = level.copy()
                continue
            for log_s in track._times.counted(pair):
                track._levels[pair].add(log_s, counts=True)
        return track


def _with_drift(timing: TimeVerdict, drift: Drift) -> TimeVerdict:
    """Return a verdict on time with a drift.

    What is slower already has drifted only where its baseline has, else it is a step.
    """
    if timing.verdict is Verdict.SLOWER and timing.baseline_s:
        carried = math.log(timing.baseline_s / drift.first_s) > LEAST_DRIFT / 2
        return replace(timing, drift=drift) if carried else timing
    if timing.verdict is not Verdict.OK:
        return timing
    scope = ALL_PAIRS if drift.shared else None
    return replace(timing, verdict=Verdict.SLOWER, scope=scope, drift=drift)
