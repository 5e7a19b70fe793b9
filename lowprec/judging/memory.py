"""What a series remembers of one pair, besides its times. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lowprec.judging.accuracy import at_risk
from lowprec.judging.slowdown import WINDOW
from lowprec.record.outcomes import ends_worse
from lowprec.record.summary import PairSummary, SessionSummary

__all__ = ["PairMemory"]


@dataclass
class PairMemory:
    """What sessions that count for the baseline of a pair have shown.

    Attributes:
        how: what it was trained on and for how long.
        accuracies: by seed, of sessions of the same software and settings.
        inherited: by seed, of sessions of the software before.
        outcomes: that came or were expected to come.
        trained: whether it was trained with this software and these settings before.
        wrong_since: the first of the sessions without a break before this one that do not count, as
            something was wrong with the pair; None where the last one counted.
        wrong: how many these are.
        last_good: the newest session that counts; None without one.
        measured: how its seconds were measured in the newest session that timed it, and
            `measured_before` how in those before it, whose seconds do not count since.
    """

    how: str
    accuracies: dict[int, list[float]] = field(default_factory=dict)
    inherited: dict[int, list[float]] = field(default_factory=dict)
    outcomes: frozenset[str] = frozenset()
    trained: bool = False
    wrong_since: SessionSummary | None = None
    wrong: int = 0
    last_good: SessionSummary | None = None
    measured: str | None = None
    measured_before: str | None = None

    def leave_out(self, session: SessionSummary) -> None:
        """Take in that a session does not count."""
        self.wrong_since = self.wrong_since or session
        self.wrong += 1

    def count(self, session: SessionSummary, stored: PairSummary) -> None:
        """Take in a session that counts, with the pair as it has it."""
        self.last_good, self.wrong_since, self.wrong = session, None, 0
        if not stored.outcomes <= self.outcomes:
            self.outcomes |= stored.outcomes
        if stored.outcomes <= stored.expected and not stored.expected <= self.outcomes:
            self.outcomes |= stored.expected
        for seed, accuracy in stored.accuracies.items() if stored.learns else ():
            values = self.accuracies.setdefault(seed, [])
            values.append(accuracy)
            del values[:-WINDOW]

    def may_have_lost(self, accuracies: Mapping[int, float]) -> bool:
        """Whether accuracies, by seed, are so low that the pair may be flagged."""
        return at_risk(self.accuracies, accuracies) or at_risk(self.inherited, accuracies)

    def lost_outcome(self, stored: PairSummary) -> bool:
        """Whether a round ended worse than any that came or was expected to come."""
        if not self.outcomes or stored.outcomes <= self.outcomes:
            return False
        return ends_worse(stored.outcomes, self.outcomes)

    def continued(self) -> PairMemory:
        """Return what other software begins with."""
        inherited = dict(self.inherited)
        for seed, values in self.accuracies.items():
            inherited[seed] = [*inherited.get(seed, ()), *values][-WINDOW:]
        return PairMemory(
            how=self.how,
            inherited=inherited,
            outcomes=self.outcomes,
            wrong_since=self.wrong_since,
            wrong=self.wrong,
            last_good=self.last_good,
            measured=self.measured,
            measured_before=self.measured_before,
        )
