"""What the gate needs of a stored session, in a form small enough to be kept by the thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec

from lowprec.errors import HistoryError
from lowprec.sessions import Pair, Session, StoredPair

__all__ = ["Night", "PairNight", "night_named", "night_of", "nights_of", "no_sessions"]


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

    @property
    def accuracy(self) -> float | None:
        """Mean over the seeds; None where a round did not learn."""
        values = self.accuracies.values()
        return sum(values) / len(values) if values else None


class Night(msgspec.Struct, frozen=True, array_like=True):
    """A session: name, time, key of the environment, protocol, and its pairs.

    `asked_for` has the pairs that it was to train, and is None where that was the matrix.
    """

    name: str
    time: datetime
    key: str
    protocol: str
    pairs: tuple[PairNight, ...]
    asked_for: tuple[Pair, ...] | None = None


def night_of(session: Session) -> Night:
    """Return what the gate needs of a session."""
    pairs = tuple(map(_pair_night, session.pairs.values()))
    return Night(
        session.name, session.time, session.key, session.protocol, pairs, session.asked_for
    )


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
        seconds=stored.seconds,
        accuracies={r.seed: r.test_accuracy for r in stored.rounds} if learns else {},
    )


def night_named(nights: Sequence[Night], name: str | None, storage: object) -> Night:
    """Return the night of this name or of this beginning of a name; the newest for None.

    Raises:
        HistoryError: there is none, or more than one.
    """
    if not nights:
        raise no_sessions(storage)
    if name is None:
        return nights[-1]
    exact = [night for night in nights if night.name == name]
    found = exact or [night for night in nights if night.name.startswith(name)]
    if len(found) != 1:
        told = ", ".join(night.name for night in found[:5]) or "none"
        raise HistoryError(
            f"{storage}: {len(found)} sessions are named {name}... ({told}), expected one"
        )
    return found[0]


def no_sessions(storage: object) -> HistoryError:
    """Return the error that a storage holds nothing to judge."""
    return HistoryError(
        f"{storage}: no stored session, expected at least one; make one with "
        "`pytest benchmarks/ --benchmark-autosave`, or name another place with --storage"
    )
