"""What a stored session is, as far as it is judged: rounds, pairs, and the session itself. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Annotated, Any

import msgspec

from lowprec.datasets import DataInfo
from lowprec.order import MATRIX
from lowprec.outcomes import Outcome
from lowprec.verdicts import VerdictName

__all__ = [
    "Pair",
    "Session",
    "StoredExpectation",
    "StoredPair",
    "StoredRound",
    "was_asked_for",
]

Pair = tuple[str, str]
"""Model and scheme."""

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class StoredRound(msgspec.Struct, frozen=True):
    """A round as stored.

    Attributes:
        fit_s: seconds of `fit`.
        test_accuracy: on `test_total` examples; `train_accuracy` on as many of the training set.
        loss: of each epoch, None where it is not finite.
        epoch: the first such epoch, from 1; None where there is none.
    """

    seed: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    fit_s: Seconds
    test_accuracy: Share
    test_total: Annotated[int, msgspec.Meta(gt=0)]
    outcome: Outcome
    train_accuracy: Share | None = None
    loss: tuple[float | None, ...] = ()
    epoch: int | None = None


class StoredExpectation(msgspec.Struct, frozen=True):
    """What was expected when the session ran; outcomes that may come are joined by "|"."""

    outcome: str
    accuracy_min: Share | None = None
    accuracy_max: Share | None = None


class StoredPair(msgspec.Struct, frozen=True):
    """A pair as stored.

    Attributes:
        budget: None in a session from before it was stored.
        asked_for: the pairs that its session was to train; None where that was the matrix, and in
            a session from before it was stored.
    """

    model: str
    scheme: str
    protocol: str
    data: DataInfo
    rounds: tuple[StoredRound, ...]
    outcome: Outcome
    accuracy: Share | None
    expected: StoredExpectation | None
    verdict: VerdictName
    budget: dict[str, int | None] | None = None
    asked_for: tuple[Pair, ...] | None = None

    @property
    def pair(self) -> Pair:
        """Model and scheme."""
        return self.model, self.scheme

    @property
    def seconds(self) -> float | None:
        """The median of the rounds, which is the session's one number; None without rounds."""
        return median(r.fit_s for r in self.rounds) if self.rounds else None

    @property
    def outcomes(self) -> frozenset[str]:
        """Outcomes of the rounds; of the pair where it has none."""
        return frozenset(r.outcome for r in self.rounds) or frozenset([self.outcome])


@dataclass(frozen=True)
class Session:
    """One stored session.

    Attributes:
        name: the file's name without ".json".
        time: when it was saved.
        environment: `lowprec.environment.Environment`, field by field, and its `key`.
        protocol: of all its pairs.
        pairs: its pairs by name.
    """

    name: str
    time: datetime
    environment: Mapping[str, Any]
    protocol: str
    pairs: Mapping[Pair, StoredPair]

    @property
    def key(self) -> str:
        """Key of the environment."""
        return str(self.environment["key"])

    @property
    def asked_for(self) -> tuple[Pair, ...] | None:
        """The pairs that it was to train, which every pair tells alike; None for the matrix."""
        return next(iter(self.pairs.values())).asked_for


def was_asked_for(pair: Pair, asked_for: Collection[Pair] | None) -> bool:
    """Whether a session was to train a pair, given its `asked_for`."""
    return pair in (MATRIX if asked_for is None else asked_for)
