"""A flagged change that was accepted as the new normal."""

from __future__ import annotations

from dataclasses import dataclass

from lowprec.rows.matrix import Pair

__all__ = ["Acceptance"]


@dataclass(frozen=True)
class Acceptance:
    """What is normal from a session on: one pair of it, or all its flagged pairs where None."""

    session: str
    pair: Pair | None
    reason: str

    def covers(self, session: str, pair: Pair) -> bool:
        """Whether this pair of this session is meant."""
        return self.session == session and self.pair in (None, pair)
