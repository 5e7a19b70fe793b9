"""One round of a calibration in the form in which it is sent, kept and put together again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import msgspec

from lowprec.record.data_info import DataInfo
from lowprec.record.environment import Environment
from lowprec.record.record import Record, Round, Unsupported
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import PROTOCOLS, Budget

__all__ = ["Maker", "SeedRound", "Work", "machines", "record_of"]

DECISIVE = (
    *("tensorflow", "keras", "keras_backend", "device"),
    *("tf32", "xla", "onednn", "deterministic"),
)
"""Fields of an environment that decide what a round comes to, with its threads: the order of their
sums follows from how many they are. Which GPU it is shows in the last digits; the evidence tells
it."""


class Work(msgspec.Struct, frozen=True):
    """A round that is to be trained, by the names of rows."""

    protocol: str
    model: str
    scheme: str
    seed: int

    @property
    def pair(self) -> Pair:
        """Names of model and scheme."""
        return Pair(self.model, self.scheme)

    @property
    def budget(self) -> Budget:
        """How much the round trains."""
        return PROTOCOLS[self.protocol].budgets[self.model]

    def __str__(self) -> str:
        return f"{self.pair} seed {self.seed}"


class Maker(msgspec.Struct, frozen=True):
    """Who trains a round.

    Attributes:
        code: version and digest of lowprec's own code.
        environment: of the process.
        host: name of its machine.
    """

    code: str
    environment: Environment
    host: str

    def decisive(self) -> dict[str, object]:
        """Return all that decides what a round comes to, by name."""
        fields = {name: getattr(self.environment, name) for name in DECISIVE}
        threads = self.environment.intra_op_threads or self.environment.threads
        return {"lowprec": self.code, **fields, "threads": threads}

    def difference(self, expected: Maker) -> str | None:
        """Return in what this one would train otherwise: "keras 2.15.0, expected 3.15.1"."""
        wanted = expected.decisive()
        for name, found in self.decisive().items():
            if found != wanted[name]:
                return f"{name} {found}, expected {wanted[name]}"
        return None


class SeedRound(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a round, and all that it depends on.

    Attributes:
        work: what was trained.
        budget: how much.
        data: on what.
        maker: by whom.
        day: on which, in UTC, such as "2026-11-25".
        guess: accuracy of the best constant answer.
        round: what came of it; None where it is unsupported.
        unsupported: the operation that has no kernel, or None.
    """

    work: Work
    budget: Budget
    data: DataInfo
    maker: Maker
    day: str
    guess: float
    round: Round | None = None
    unsupported: Unsupported | None = None

    def __post_init__(self) -> None:
        if bool(self.round) == bool(self.unsupported):
            raise ValueError(f"{self.work}: a round or an unsupported op, not both, nor neither")

    @property
    def key(self) -> tuple[object, ...]:
        """All that decides what comes of it: rounds of one key are the same round."""
        return (self.work, self.budget, self.data, *self.maker.decisive().values())

    def would_be(self, maker: Maker, data: DataInfo) -> bool:
        """Return whether this maker would train the same now, on this data."""
        same_rows = self.budget == self.work.budget and self.data == data
        return same_rows and self.maker.difference(maker) is None


def record_of(rounds: Sequence[SeedRound]) -> Record:
    """Return the record of a pair from its rounds, whoever trained them, in any order."""
    ordered = sorted(rounds, key=lambda each: each.work.seed)
    first = ordered[0]
    unsupported = next((each.unsupported for each in ordered if each.unsupported), None)
    trained = tuple(each.round for each in ordered if each.round)
    return Record(
        pair=first.work.pair,
        protocol=PROTOCOLS[first.work.protocol],
        budget=first.budget,
        data=first.data,
        rounds=() if unsupported else trained,
        unsupported=unsupported,
        guess=first.guess,
    )


def machines(rounds: Sequence[SeedRound]) -> tuple[int, Counter[str]]:
    """Return how many machines took part, and the rounds by the name of processor or GPU."""
    names = [each.maker.environment.device_name or "unknown" for each in rounds]
    hosts = {(each.maker.host, name) for each, name in zip(rounds, names, strict=True)}
    return len(hosts), Counter(names)
