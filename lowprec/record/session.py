"""A stored session, or the one that is running."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from lowprec.errors import HistoryError
from lowprec.record.environment import Environment
from lowprec.record.machine_load import MachineLoad
from lowprec.record.names import name_fault
from lowprec.record.stored_pair import StoredPair
from lowprec.rows.matrix import MATRIX, Pair
from lowprec.rows.schemes import REFERENCE_SCHEME

__all__ = [
    "SeriesKey",
    "Session",
    "relative_seconds",
    "was_asked_for",
]


class SeriesKey(NamedTuple):
    """What sessions of one series share: the key of the environment, and the protocol."""

    environment: str
    protocol: str


@dataclass(frozen=True)
class Session:
    """One stored session, or the one that is running.

    Attributes:
        name: the file's name without ".json".
        time: when it was saved.
        environment: that it ran in.
        protocol: of all its pairs.
        pairs: its pairs by name.
        folder: of the file, within the storage, such as "Linux-CPython-3.11-64bit"; "" at its top.
        load: what else kept the machine busy; None where it is not known.
        commit: of the project that was tested, in hex; None where it is not known.
    """

    name: str
    time: datetime
    environment: Environment
    protocol: str
    pairs: Mapping[Pair, StoredPair]
    folder: str = ""
    load: MachineLoad | None = None
    commit: str | None = None

    @classmethod
    def of(
        cls,
        name: str,
        time: datetime,
        environment: Environment,
        stored: Iterable[StoredPair],
        folder: str = "",
        load: MachineLoad | None = None,
        commit: str | None = None,
    ) -> Session:
        """Return the session that has these pairs.

        Raises:
            HistoryError: a pair is there twice, they are not of one protocol, or a name of it
                cannot be shown.
        """
        pairs: dict[Pair, StoredPair] = {}
        for pair in stored:
            if pairs.setdefault(pair.pair, pair) is not pair:
                raise HistoryError(f"{pair.pair} is stored twice, expected once")
        protocols = sorted({pair.protocol for pair in pairs.values()})
        if len(protocols) != 1:
            raise HistoryError(
                f"has {', '.join(protocols) or 'no pair'}, expected pairs of one protocol"
            )
        session = cls(name, time, environment, protocols[0], pairs, folder, load, commit)
        if fault := session._name_fault():
            raise HistoryError(fault)
        return session

    def _name_fault(self) -> str | None:
        """Return what is wrong with the names that stand wherever the session does."""
        pairs = [*self.pairs, *(self.asked_for or ())]
        named = (
            ("the session's name", [self.name]),
            ("the protocol", [self.protocol]),
            ("the model", [model for model, _ in pairs]),
            ("the scheme", [scheme for _, scheme in pairs]),
            *(("the environment's " + field, [value]) for field, value in self._texts()),
        )
        return next(filter(None, (name_fault(what, names) for what, names in named)), None)

    def _texts(self) -> Iterator[tuple[str, str]]:
        """Yield the fields of the environment that are texts."""
        for field in Environment.__struct_fields__:
            if isinstance(value := getattr(self.environment, field), str) and value:
                yield field, value

    @property
    def series(self) -> SeriesKey:
        """The series that it belongs to."""
        return SeriesKey(self.environment.key, self.protocol)

    @property
    def asked_for(self) -> tuple[Pair, ...] | None:
        """The pairs that it was to train, which every pair tells alike; None for the matrix."""
        return next(iter(self.pairs.values())).asked_for


def was_asked_for(pair: Pair, asked_for: Collection[Pair] | None) -> bool:
    """Whether a session was to train a pair, given its `asked_for`."""
    return pair in (MATRIX if asked_for is None else asked_for)


def relative_seconds(seconds: Mapping[Pair, float | None]) -> dict[Pair, float]:
    """Return each pair's seconds relative to its model's in the reference scheme.

    Args:
        seconds: of the pairs of one session, None where one was not timed.
    """
    reference = {pair.model: s for pair, s in seconds.items() if pair.scheme == REFERENCE_SCHEME}
    return {
        pair: own_s / reference_s
        for pair, own_s in seconds.items()
        if own_s and (reference_s := reference.get(pair.model))
    }
