"""What the gate says of a pair in one session, and of the session. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lowprec.judging.accuracy import LEAST_LOSS
from lowprec.judging.clocks import CLOCKS, Clock
from lowprec.judging.intervals import Change
from lowprec.judging.slowdown import ALL_PAIRS, TimeVerdict
from lowprec.record.summary import PairSummary, SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair

__all__ = ["PairVerdict", "SessionVerdict", "Streak", "pair_verdict"]


_FLAGS = frozenset(verdict for verdict in Verdict if verdict.row.flags)


_FASTER = frozenset((Verdict.FASTER, Verdict.FASTER_START))


_SLOWER = frozenset((Verdict.SLOWER, Verdict.SLOWER_START))


@dataclass(frozen=True)
class Streak:
    """Since when something is wrong with a pair.

    Attributes:
        sessions: without a break, the one that is judged included.
        first: of these.
        last_good: the newest session before them that counts; None where there is none.
    """

    sessions: int
    first: SessionSummary
    last_good: SessionSummary | None


@dataclass(frozen=True)
class PairVerdict:
    """What is said of one pair of one session.

    Attributes:
        pair: names of model and scheme.
        verdicts: all that is said, each once; `OK` alone.
        outcome: of the session; None where the pair is missing.
        timing: of the training against the baseline; None where the pair was not timed.
        work: likewise of the processors' time of it.
        startup: likewise of its start.
        accuracy_change: against the same seeds of the baseline; None where there are none.
        since: where it is flagged, fields of the environment in which the first session of its
            streak is other than the last good one, with both values; "measured" where it has no
            baseline since its seconds are measured otherwise.
        accepted: why a flag was accepted, or None.
        streak: since when it is flagged; None where it is not.
    """

    pair: Pair
    verdicts: tuple[Verdict, ...]
    outcome: str | None = None
    timing: TimeVerdict | None = None
    work: TimeVerdict | None = None
    startup: TimeVerdict | None = None
    accuracy_change: Change | None = None
    since: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    accepted: str | None = None
    streak: Streak | None = None

    @property
    def flagged(self) -> bool:
        """Whether something is wrong with it that nobody accepted."""
        return self.accepted is None and not _FLAGS.isdisjoint(self.verdicts)

    @property
    def slower_by_itself(self) -> bool:
        """Whether it is slower in this session, and not for what all pairs share, nor a drift."""
        return any(
            said.verdict is Verdict.SLOWER and said.scope != ALL_PAIRS and not said.drift
            for said in self.times
        )

    @property
    def slower_with_all(self) -> bool:
        """Whether nothing else is flagged than what all pairs share: times, or a drift of them."""
        scopes = {said.scope for said in self.times if said.verdict in _SLOWER}
        only_slower = _FLAGS.intersection(self.verdicts) <= _SLOWER
        return self.flagged and only_slower and scopes == {ALL_PAIRS}

    @property
    def acceptable(self) -> bool:
        """Whether it can be accepted as the new normal: it is flagged, or got faster."""
        return self.flagged or (self.accepted is None and not _FASTER.isdisjoint(self.verdicts))

    @property
    def times(self) -> tuple[TimeVerdict, ...]:
        """What is said of each of its times that is judged."""
        return tuple(filter(None, (self.timing, self.work, self.startup)))

    @property
    def steadiest(self) -> TimeVerdict | None:
        """What is said by the clock that scatters least: processors' time, where it is known."""
        return self.work or self.timing

    @property
    def smallest(self) -> float | None:
        """Ratio of the smallest slowdown of this pair alone that would usually have been flagged.

        By the clock that sees most: of a slowdown that is no work, `timing.smallest` tells.
        """
        times = (self.timing, self.work)
        return min((time.smallest for time in times if time and time.smallest), default=None)

    @property
    def expected(self) -> bool:
        """Whether it is known what the pair should do; without that it is no baseline."""
        return Verdict.NO_EVIDENCE not in self.verdicts

    @property
    def judged(self) -> bool:
        """Whether everything could be judged."""
        return all(verdict.row.judged for verdict in self.verdicts)


@dataclass(frozen=True)
class SessionVerdict:
    """A session, and what is said of each of its pairs and of those that it should have had.

    `not_asked_for` is how many pairs of earlier sessions it was not to train: nothing is said of
    these. `since` has the fields of its environment that are other than in the session before it,
    `first` the pairs that none before it has.
    """

    session: SessionSummary
    pairs: tuple[PairVerdict, ...]
    not_asked_for: int = 0
    since: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    first: frozenset[Pair] = frozenset()

    @property
    def flagged(self) -> bool:
        """Whether a pair is flagged."""
        return any(pair.flagged for pair in self.pairs)

    @property
    def judged(self) -> bool:
        """Whether everything could be judged."""
        return all(pair.judged for pair in self.pairs)

    @cached_property
    def measured(self) -> Mapping[Pair, PairSummary]:
        """The pairs that the session has."""
        return self.session.by_pair


def pair_verdict(
    pair: Pair,
    stored: PairSummary | None,
    times: Mapping[str, TimeVerdict],
    accuracy_change: Change | None,
    lost_outcome: bool = False,
) -> PairVerdict:
    """Return what is said of a pair.

    Args:
        pair: names of model and scheme.
        stored: as the session has it; None where it is missing.
        times: what is said of its seconds, by the name of each clock that is judged.
        accuracy_change: against earlier sessions; None where there is none.
        lost_outcome: whether a round ended worse than in earlier sessions, or than was expected
            then. The row for a new Keras may expect just that: it is a change all the same.
    """
    if stored is None:
        return PairVerdict(pair, (Verdict.MISSING,))
    verdicts = [stored.verdict]
    if lost_outcome:
        verdicts.append(Verdict.OUTCOME_CHANGED)
    if accuracy_change and accuracy_change.beyond(LEAST_LOSS) < 0:
        verdicts.append(Verdict.WORSE)
    timed = {c: times[c.name] for c in CLOCKS if c.name in times and c.seconds(stored)}
    verdicts += _time_words(timed)
    remarkable = dict.fromkeys(verdict for verdict in verdicts if verdict is not Verdict.OK)
    by_name = {clock.name: said for clock, said in timed.items()}
    return PairVerdict(
        pair,
        tuple(remarkable) or (Verdict.OK,),
        outcome=stored.outcome,
        timing=by_name.get("timing"),
        work=by_name.get("work"),
        startup=by_name.get("startup"),
        accuracy_change=accuracy_change,
    )


def _time_words(timed: Mapping[Clock, TimeVerdict]) -> list[Verdict]:
    """Return what several clocks say: of two that share a word for it, slower wins over faster."""
    slower = [clock.slower for clock, said in timed.items() if said.verdict is Verdict.SLOWER]
    faster = [
        clock.faster
        for clock, said in timed.items()
        if said.verdict is Verdict.FASTER and clock.slower not in slower
    ]
    unknown = [said.verdict for said in timed.values() if said.verdict is Verdict.NO_BASELINE]
    return sorted([*slower, *faster], key=[*Verdict].index) + unknown
