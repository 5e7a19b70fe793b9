"""Sessions that are judged one after the other, each by those before it. Pure.

A pair's values become part of the baseline when the pair did what was expected of it and was not
flagged. What was flagged stays out for good, unless it is accepted: then the baseline of the pair
starts anew there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from lowprec.judging.accuracy import (
    LEAST_LOSS,
    changes_across_versions,
    changes_from_history,
)
from lowprec.judging.clocks import CLOCKS, Clock, clocks_of
from lowprec.judging.intervals import Change
from lowprec.judging.memory import PairMemory
from lowprec.judging.sides import changed_fields
from lowprec.judging.slowdown import TimeVerdict
from lowprec.judging.track import Track
from lowprec.judging.verdict import PairVerdict, SessionVerdict, Streak, pair_verdict
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


SHARED_CAUTION = 1.0
"""What is added to the evidence that is asked for where several clocks are judged: each could raise
as many false alarms as one. docs/gate/clocks.md: with 1 three clocks together raise no more than
one did alone, 0.9 in 100 nights of the worst machine."""


def _tracks() -> dict[str, Track]:
    return {clock.name: Track() for clock in CLOCKS}


@dataclass
class Series:
    """The sessions so far, as far as later ones need them; `_tracks` by the names of clocks."""

    _tracks: dict[str, Track] = field(default_factory=_tracks)
    _memories: dict[Pair, PairMemory] = field(default_factory=dict)
    _last: Environment | None = None

    def continued(self) -> Series:
        """Return the series that other software goes on with."""
        memories = {pair: memory.continued() for pair, memory in self._memories.items()}
        tracks = {name: track.continued() for name, track in self._tracks.items()}
        return Series(tracks, memories, self._last)

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
        clocks = self._start(session, stored)
        known = _in_order(frozenset((*self._memories, *(asked_for or ()))))
        due = [pair for pair in known if pair in stored or was_asked_for(pair, asked_for)]
        said = self._said_of_times(clocks, known, brief)
        changes = self._accuracy_changes(session, brief)
        first = frozenset(pair for pair in stored if self._is_first(pair, said))
        verdicts = []
        for pair in due:
            found, memory = stored.get(pair), self._memories.get(pair)
            verdict = pair_verdict(
                pair,
                found,
                {name: by_pair[pair] for name, by_pair in said.items()},
                changes.get(pair),
                lost_outcome=bool(found and memory and memory.lost_outcome(found)),
            )
            verdict = self._with_causes(verdict, session)
            verdicts.append(_with_acceptance(verdict, session, accepted))
        standing = _standing(stored, verdicts)
        self._finish(session, stored, standing)
        since = changed_fields(before, session.environment) if before else {}
        return (
            SessionVerdict(session, tuple(verdicts), len(known) - len(due), since, first),
            standing,
        )

    def recall(self, session: SessionSummary, standing: Standing) -> None:
        """Take in a session that was judged before, with the same result."""
        stored = session.by_pair
        self._start(session, stored)
        self._finish(session, stored, standing)

    def _start(
        self, session: SessionSummary, stored: Mapping[Pair, PairSummary]
    ) -> tuple[Clock, ...]:
        """Add the times of a session; return the clocks that are judged of it.

        What is trained otherwise from now on has no baseline, and what is measured otherwise has
        none for its times.
        """
        self._last = session.environment
        for pair, summary in stored.items():
            memory = self._memories.get(pair)
            if memory is None or memory.how != summary.how:
                self._drop_times(pair)
                self._forget(pair, summary.how)
            elif summary.seconds and memory.measured not in (None, summary.measured):
                memory.measured_before = memory.measured
                self._drop_times(pair)
                self._forget_times(pair)
            if summary.seconds:
                self._memories[pair].measured = summary.measured
        clocks = clocks_of(session)
        for clock in CLOCKS:
            timed = stored.items() if clock in clocks else ()
            seconds = {pair: clock.seconds(summary) for pair, summary in timed}
            self._tracks[clock.name].start({p: s for p, s in seconds.items() if s})
        return clocks

    def _said_of_times(
        self, clocks: Sequence[Clock], pairs: Sequence[Pair], brief: bool
    ) -> dict[str, dict[Pair, TimeVerdict]]:
        """Return what each clock that is judged says of each pair, by the name of the clock."""
        alone = list(clocks) == [CLOCKS[0]]  # in sessions from before there is no other
        caution = 0.0 if alone else SHARED_CAUTION
        return {
            clock.name: self._tracks[clock.name].verdicts(pairs, brief, caution) for clock in clocks
        }

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

    def _is_first(self, pair: Pair, said: Mapping[str, Mapping[Pair, TimeVerdict]]) -> bool:
        """Whether a pair is new to its environment, and has no baseline from before it."""
        unknown = all(by_pair[pair].verdict is Verdict.NO_BASELINE for by_pair in said.values())
        return not self._memories[pair].trained and unknown

    def _with_causes(self, verdict: PairVerdict, session: SessionSummary) -> PairVerdict:
        """Return a verdict with since when something is wrong, and what changed then.

        Of a pair that is flagged; and of one without a baseline, that it was measured otherwise.
        """
        memory = self._memories.get(verdict.pair)
        if memory is None:
            return verdict
        if verdict.flagged:
            first, good = memory.wrong_since or session, memory.last_good
            since = changed_fields(good.environment, first.environment) if good else {}
            return replace(verdict, since=since, streak=Streak(memory.wrong + 1, first, good))
        if memory.measured_before and Verdict.NO_BASELINE in verdict.verdicts:
            return replace(verdict, since={"measured": (memory.measured_before, memory.measured)})
        return verdict

    def _finish(
        self, session: SessionSummary, stored: Mapping[Pair, PairSummary], standing: Standing
    ) -> None:
        """Let the pairs of the session count that shall."""
        for pair in standing.renewed:
            self._forget(pair, self._memories[pair].how)
        for pair in standing.given_up:
            self._forget_times(pair)
            self._memories.pop(pair, None)  # one that was never trained is not there
        for name, track in self._tracks.items():
            track.finish(standing.left_out, standing.faster.get(name, ()))
        left_out = set(standing.left_out)
        for pair, summary in stored.items():
            memory = self._memories[pair]
            memory.trained = True
            if pair in left_out:
                memory.leave_out(session)
            else:
                memory.count(session, summary)

    def _forget(self, pair: Pair, how: str) -> None:
        """Start the baseline of a pair anew."""
        self._forget_times(pair)
        before = self._memories.get(pair)
        self._memories[pair] = PairMemory(how)
        if before:
            self._memories[pair].trained = before.trained
            self._memories[pair].measured = before.measured

    def _drop_times(self, pair: Pair) -> None:
        for track in self._tracks.values():
            track.drop(pair)

    def _forget_times(self, pair: Pair) -> None:
        for track in self._tracks.values():
            track.forget(pair)


@cache  # the same pairs, thousands of times
def _in_order(pairs: frozenset[Pair]) -> tuple[Pair, ...]:
    return tuple(sorted(pairs, key=Pair.sort_key))


def _with_acceptance(
    verdict: PairVerdict, session: SessionSummary, accepted: Collection[Acceptance]
) -> PairVerdict:
    reasons = [row.reason for row in accepted if row.covers(session, verdict.pair)]
    return replace(verdict, accepted=reasons[-1]) if reasons and verdict.acceptable else verdict


def _standing(stored: Mapping[Pair, PairSummary], verdicts: Collection[PairVerdict]) -> Standing:
    """Return what a session leaves: what is wrong with it stays out, what is accepted renews."""
    wrong = {verdict.pair for verdict in verdicts if verdict.flagged or not verdict.expected}
    accepted = {verdict.pair for verdict in verdicts if verdict.accepted is not None}
    aside = wrong | accepted
    faster = {
        clock.name: tuple(
            verdict.pair
            for verdict in verdicts
            if verdict.pair not in aside
            and (said := getattr(verdict, clock.name))
            and said.verdict is Verdict.FASTER
        )
        for clock in CLOCKS
    }
    return Standing(
        left_out=tuple(pair for pair in stored if pair in wrong),
        renewed=tuple(pair for pair in stored if pair in accepted),
        given_up=tuple(accepted - set(stored)),
        faster={name: pairs for name, pairs in faster.items() if pairs},
    )
