"""What the gate needs of a stored session, in a form small enough to be kept by the thousand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from statistics import median

import msgspec

from lowprec.history import Pair, Session, StoredPair

__all__ = ["Night", "PairNight", "night_of", "nights_of"]


class PairNight(msgspec.Struct, frozen=True, array_like=True):
    """A pair in one session.

    Attributes:
        how: what it was trained on and for how long, as a digest that is equal where that is.
        outcome, verdict: as they were stored, so the verdict is that on the expectation alone.
        seconds: median over the rounds; None where nothing was timed.
        accuracies: on the test set by seed; empty where a round did not learn.
    """

    model: str
    scheme: str
    how: str
    outcome: str
    verdict: str
    seconds: float | None
    accuracies: dict[int, float]

    @property
    def pair(self) -> Pair:
        """Model and scheme."""
        return self.model, self.scheme


class Night(msgspec.Struct, frozen=True, array_like=True):
    """A session: name, time, key of the environment, protocol, and its pairs."""

    name: str
    time: datetime
    key: str
    protocol: str
    pairs: tuple[PairNight, ...]


def night_of(session: Session) -> Night:
    """Return what the gate needs of a session."""
    pairs = tuple(map(_pair_night, session.pairs.values()))
    return Night(session.name, session.time, session.key, session.protocol, pairs)


def nights_of(sessions: Iterable[Session]) -> tuple[Night, ...]:
    """Return what the gate needs of sessions."""
    return tuple(map(night_of, sessions))


def _pair_night(stored: StoredPair) -> PairNight:
    learns = stored.outcomes == {"learns"}
    return PairNight(
        model=stored.model,
        scheme=stored.scheme,
        how=sha256(repr((stored.data, stored.budget)).encode()).hexdigest()[:16],
        outcome=stored.outcome,
        verdict=stored.verdict,
        seconds=median(r.fit_s for r in stored.rounds) if stored.rounds else None,
        accuracies={r.seed: r.test_accuracy for r in stored.rounds} if learns else {},
    )
