"""How far a session is, and how long it will take yet. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from lowprec.rows.matrix import Pair

__all__ = ["Forecast"]

HALFWAY = 0.5
"""From this share on a pair's own epochs tell more of its time than other pairs do."""


@dataclass
class Forecast:
    """The pairs of a session: those that are done tell how long the others will take.

    Attributes:
        pairs: that are to be trained, as far as their names are known.
        count: how many are to be trained.
        known_s: seconds that pairs took in an earlier session of the same environment.
        took_s: seconds that pairs took in this one, in their order.
    """

    pairs: Sequence[Pair]
    count: int
    known_s: Mapping[Pair, float] = field(default_factory=dict)
    took_s: dict[Pair, float] = field(default_factory=dict)

    def number(self, pair: Pair) -> int:
        """Return which pair of the session it is, from 1; one that is trained again is the same."""
        return [*dict.fromkeys([*self.took_s, pair])].index(pair) + 1

    def left_s(self, pair: Pair, elapsed_s: float, share: float) -> float | None:
        """Return the seconds until all pairs are done; None where they cannot be told.

        Args:
            pair: that is being trained.
            elapsed_s: since its start.
            share: of its epochs that is done.
        """
        done = {*self.took_s, pair}
        named = [other for other in self.pairs if other not in done]
        unnamed = max(self.count - len(done) - len(named), 0)
        others = [self._whole_s(other) for other in (*named, *[None] * unnamed)]
        whole_s = self._whole_s(pair)
        if pair not in self.known_s and (whole_s is None or share >= HALFWAY):
            whole_s = elapsed_s / share if share else None
        if whole_s is None or None in others:
            return None
        return max(whole_s - elapsed_s, 0.0) + sum(filter(None, others))

    def _whole_s(self, pair: Pair | None) -> float | None:
        """Return how long a pair should take: as it did earlier, by today's pace, or as others."""
        if pair and pair in self.known_s:
            both = self.took_s.keys() & self.known_s.keys()
            earlier_s = sum(self.known_s[other] for other in both)
            pace = sum(self.took_s[other] for other in both) / earlier_s if earlier_s else 1.0
            return self.known_s[pair] * pace
        return fmean(self.took_s.values()) if self.took_s else None
