"""What a series remembers of one pair, besides its seconds. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lowprec.judging.accuracy import at_risk
from lowprec.judging.drift import Level
from lowprec.judging.slowdown import WINDOW
from lowprec.record.environment import Environment
from lowprec.record.outcomes import ends_worse
from lowprec.record.summary import PairSummary

__all__ = ["STAYS", "PairMemory"]

STAYS = 3
"""So many sessions in a row a pair must be faster to stay so: its baseline then starts anew with
them, without anybody's word. As many as a baseline needs at least."""


@dataclass
class PairMemory:
    """What sessions that count for the baseline of a pair have shown.

    Attributes:
        how: what it was trained on and for how long.
        accuracies: by seed, of sessions of the same software and settings.
        inherited: by seed, of sessions of the software before.
        outcomes: that came or were expected to come.
        environment: of the newest of these sessions; None where there is none.
        faster: the newest sessions, where it was faster in all of them and does not count yet.
        level: its seconds at the beginning and now.
        trained: whether it was trained with this software and these settings before.
    """

    how: str
    accuracies: dict[int, list[float]] = field(default_factory=dict)
    inherited: dict[int, list[float]] = field(default_factory=dict)
    outcomes: frozenset[str] = frozenset()
    environment: Environment | None = None
    faster: list[PairSummary] = field(default_factory=list)
    level: Level = field(default_factory=Level)
    trained: bool = False

    def count(self, stored: PairSummary, environment: Environment) -> None:
        """Take in a session that counts."""
        self.environment = environment
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
            environment=self.environment,
            faster=list(self.faster),
            level=self.level.copy(),
        )
