"""Sessions that are judged one after the other, each by those before it. Pure.

A pair's value becomes part of the baseline when the pair did what was expected of it and was not
flagged. What was flagged stays out for good, unless it is accepted: then the baseline of the pair
starts anew there. What got faster and stays so starts it anew by itself: to get slower needs a
word, to get faster does not.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from lowprec.judging.accuracy import (
    LEAST_LOSS,
    changes_across_versions,
    changes_from_history,
)
from lowprec.judging.drift import LEAST_DRIFT, Drift, Level, drifts
from lowprec.judging.intervals import Change
from lowprec.judging.memory import STAYS, PairMemory
from lowprec.judging.noise import MIN_BASELINE
from lowprec.judging.sides import changed_fields
from lowprec.judging.slowdown import ALL_PAIRS, TimeVerdict
from lowprec.judging.times import Times
from lowprec.judging.verdict import PairVerdict, SessionVerdict, pair_verdict
from lowprec.record.acceptance import Acceptance
from lowprec.record.environment import Environment
from lowprec.record.session import was_asked_for
from lowprec.record.standing import Standing
from lowprec.record.summary import PairSummary, SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair

__all__ = ["Series"]

ACCURACY_CONFIDENCE = 0.9994
"""Of the interval of a pair's accuracy against its own history: one false alarm of sixteen pairs
in 200 sessions (half of 1 - 0.9994 is beyond the lower bound: 16 * 0.0003 = 1 / 208)."""


@dataclass
class Series:
    """The sessions so far, as far as later ones need them."""

    _times: Times = field(default_factory=Times)
    _memories: dict[Pair, PairMemory] = field(default_factory=dict)
    _last: Environment | None = None

    def continued(self) -> Series:
        """Return the series that other software goes on with."""
        memories = {pair: memory.continued() for pair, memory in self._memories.items()}
        times = self._times.continued()
        for pair, memory in memories.items():
            if len(self._times.counted(pair)) < MIN_BASELINE:
                memory.level = Level()
                for log_s in times.counted(pair):
                    memory.level.add(log_s, counts=True)
        return Series(times, memories, self._last)

    def judge(
        self,
        session: SessionSummary,
        accepted: Collection[Acceptance] = (),
        brief: bool = False,
    ) -> tuple[SessionVerdict, Standing]:
        """Judge a session and take it in.

        Args:
            session: the one after all that were taken in.
            accepted: what was accepted.
            brief: whether all may be left out of the verdict that the standing does not need.
        """
        before, stored, asked_for = self._last, session.by_pair, session.asked_for
        log_s = self._start(session, stored)
        known = _in_order(frozenset((*self._memories, *(asked_for or ()))))
        due = [pair for pair in known if pair in stored or was_asked_for(pair, asked_for)]
        timings = self._timings(known, log_s, brief)
        changes = self._accuracy_changes(session, brief)
        first = frozenset(pair for pair in stored if self._is_first(pair, timings[pair]))
        verdicts = []
        for pair in due:
            verdict = self._pair_verdict(pair, stored.get(pair), timings[pair], changes.get(pair))
            verdict = self._with_causes(verdict, session.environment)
            verdicts.append(_with_acceptance(verdict, session, accepted))
        standing = _standing(stored, verdicts)
        self._finish(stored, session.environment, standing, log_s)
        since = changed_fields(before, session.environment) if before else {}
        return (
            SessionVerdict(session, tuple(verdicts), len(known) - len(due), since, first),
            standing,
        )

    def recall(self, session: SessionSummary, standing: Standing) -> None:
        """Take in a session that was judged before, with the same result."""
        stored = session.by_pair
        log_s = self._start(session, stored)
        self._finish(stored, session.environment, standing, log_s)

    def _start(
        self, session: SessionSummary, stored: Mapping[Pair, PairSummary]
    ) -> dict[Pair, float]:
        """Add the times of a session; what is trained otherwise from now on has no baseline.

        Returns:
            Its log seconds.
        """
        self._last = session.environment
        for pair, summary in stored.items():
            memory = self._memories.get(pair)
            if memory is None or memory.how != summary.how:
                self._forget(pair, summary.how)
        timed = {p: math.log(summary.seconds) for p, summary in stored.items() if summary.seconds}
        self._times.start(timed)
        return timed

    def _timings(
        self, pairs: Sequence[Pair], log_s: Mapping[Pair, float], brief: bool
    ) -> dict[Pair, TimeVerdict]:
        """Judge the times of the session, against its baseline and for a drift."""
        timings = self._times.verdicts(pairs, brief)
        levels = {p: self._memories[p].level.with_session(x) for p, x in log_s.items()}
        for pair, drift in drifts(levels).items():
            timings[pair] = _with_drift(timings[pair], drift)
        return timings

    def _accuracy_changes(self, session: SessionSummary, brief: bool) -> dict[Pair, Change]:
        """Return the change of every pair's accuracy: the loss that counts, where there is one."""
        learnt = {pair.pair: pair.accuracies if pair.learns else {} for pair in session.pairs}
        if brief and not any(self._memories[p].may_have_lost(found) for p, found in learnt.items()):
            return {}
        own = {pair: memory.accuracies for pair, memory in self._memories.items()}
        inherited = {pair: memory.inherited for pair, memory in self._memories.items()}
        within = changes_from_history(own, learnt, ACCURACY_CONFIDENCE)
        across = changes_across_versions(inherited, session.by_pair, ACCURACY_CONFIDENCE)
        lost = {pair: change for pair, change in across.items() if change.beyond(LEAST_LOSS) < 0}
        return {**across, **within, **lost}

    def _is_first(self, pair: Pair, timing: TimeVerdict) -> bool:
        """Whether a pair is new to its environment, and has no baseline from before it."""
        return not self._memories[pair].trained and timing.verdict is Verdict.NO_BASELINE

    def _pair_verdict(
        self,
        pair: Pair,
        stored: PairSummary | None,
        timing: TimeVerdict,
        accuracy_change: Change | None,
    ) -> PairVerdict:
        lost = stored is not None and self._memories[pair].lost_outcome(stored)
        return pair_verdict(pair, stored, timing, accuracy_change, lost)

    def _with_causes(self, verdict: PairVerdict, environment: Environment) -> PairVerdict:
        """Return a flagged verdict with what changed since the newest session of the baseline."""
        memory = self._memories.get(verdict.pair)
        if not verdict.flagged or memory is None or memory.environment is None:
            return verdict
        return replace(verdict, since=changed_fields(memory.environment, environment))

    def _finish(
        self,
        stored: Mapping[Pair, PairSummary],
        environment: Environment,
        standing: Standing,
        log_s: Mapping[Pair, float],
    ) -> None:
        """Let the pairs of the session count that shall."""
        for pair in standing.renewed:
            self._forget(pair, self._memories[pair].how)
        for pair in standing.given_up:
            self._times.forget(pair)
            self._memories.pop(pair, None)  # one that was never trained is not there
        counting = stored.keys() - set(standing.left_out)
        self._times.count(counting)
        for pair, summary in stored.items():
            memory = self._memories[pair]
            memory.trained = True
            memory.faster = [*memory.faster, summary] if pair in standing.faster else []
            if len(memory.faster) == STAYS:
                self._begin_anew(pair, environment)
                continue
            if pair in counting:
                memory.count(summary, environment)
            if pair in log_s:
                memory.level.add(log_s[pair], pair in counting)
        self._times.prune()

    def _begin_anew(self, pair: Pair, environment: Environment) -> None:
        """Start the seconds of a pair anew with the sessions in which it stayed faster.

        What is known of its accuracies and outcomes stays: that it is faster says nothing of them.
        """
        memory, faster = self._memories[pair], self._memories[pair].faster
        memory.level, memory.faster = Level(), []
        self._times.forget(pair)
        for stored in faster:
            memory.count(stored, environment)
        for log_s in self._times.count_newest(pair, len(faster)):
            memory.level.add(log_s, counts=True)

    def _forget(self, pair: Pair, how: str) -> None:
        """Start the baseline of a pair anew."""
        self._times.forget(pair)
        trained = pair in self._memories and self._memories[pair].trained
        self._memories[pair] = PairMemory(how, trained=trained)


@cache  # the same pairs, thousands of times
def _in_order(pairs: frozenset[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=Pair.sort_key))


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


def _with_acceptance(
    verdict: PairVerdict, session: SessionSummary, accepted: Collection[Acceptance]
) -> PairVerdict:
    reasons = [row.reason for row in accepted if row.covers(session, verdict.pair)]
    return replace(verdict, accepted=reasons[-1]) if reasons and verdict.acceptable else verdict


def _standing(stored: Mapping[Pair, PairSummary], verdicts: Collection[PairVerdict]) -> Standing:
    """Return what a session leaves: what is wrong with it stays out, what is accepted renews."""
    wrong = {verdict.pair for verdict in verdicts if verdict.flagged or not verdict.expected}
    accepted = {verdict.pair for verdict in verdicts if verdict.accepted is not None}
    faster = {v.pair for v in verdicts if Verdict.FASTER in v.verdicts} - wrong - accepted
    return Standing(
        left_out=tuple(pair for pair in stored if pair in wrong | faster),
        renewed=tuple(pair for pair in stored if pair in accepted),
        given_up=tuple(accepted - set(stored)),
        faster=tuple(pair for pair in stored if pair in faster),
    )
