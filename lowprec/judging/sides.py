"""Which stored environments are set against each other. Pure: sessions in, sides out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from packaging.version import InvalidVersion, Version

from lowprec.record.environment import FIELDS, MACHINE_FIELDS, ON_RECORD_ONLY, Environment
from lowprec.record.session import SeriesKey
from lowprec.record.summary import SessionSummary
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import PROTOCOLS

__all__ = [
    "BY_IMPORTANCE",
    "HARDWARE_FIELDS",
    "Side",
    "changed_fields",
    "differences",
    "distance",
    "matches",
    "nearest_earlier",
    "nearest_side",
    "same_hardware",
    "sides",
]

BY_IMPORTANCE = (
    "device",
    "gpu",
    "compute_capability",
    "cpu",
    "keras_backend",
    "devices",
    "threads",
    "cpu_quota",
    "intra_op_threads",
    "inter_op_threads",
    "omp_threads",
    "memory_growth",
    "workers",
    "workers_a_gpu",
    "xla",
    "onednn",
    "tf32",
    "deterministic",
    "system",
    "keras_generation",
    "driver",
    "python",
    "tensorflow",
    "keras",
    "cuda",
    "cudnn",
    "cublas",
    "cuda_build",
    "cudnn_build",
    "numpy",
    "protobuf",
)
"""Environments that agree in an earlier field are nearer to each other, whatever comes later:
first the machine, then how it is used, then the software from Keras' generation down. What a
machine has for itself precedes TensorFlow, or on two Pythons each build of a night would be nearer
to the same build on the other Python than to the build of the night before."""

HARDWARE_FIELDS = (*MACHINE_FIELDS, "threads", "cpu_quota", "workers", "workers_a_gpu")
"""Fields that say what computes, and how much of it there is."""


@dataclass(frozen=True)
class Side:
    """Sessions of one environment under one protocol, oldest first; there is at least one."""

    sessions: tuple[SessionSummary, ...]

    @property
    def environment(self) -> Environment:
        """The environment of the newest session; fields that are on record only may vary."""
        return self.sessions[-1].environment

    @property
    def protocol(self) -> str:
        """Protocol of all sessions."""
        return self.sessions[-1].protocol

    def value(self, field: str) -> Any:
        """Value of a field of the environment."""
        return getattr(self.environment, field)


def sides(sessions: Iterable[SessionSummary], field: str | None = None) -> list[Side]:
    """Group sessions by series, and by a field that the environment's key leaves out."""
    groups: dict[tuple[SeriesKey, Any], list[SessionSummary]] = {}
    for session in sessions:
        value = getattr(session.environment, field) if field in ON_RECORD_ONLY else None
        groups.setdefault((session.series, value), []).append(session)
    return [Side(tuple(group)) for group in groups.values()]


def matches(sessions: Sequence[SessionSummary], field: str) -> list[tuple[Side, Side]]:
    """Pair each environment with the nearest one that has an earlier value of `field`.

    Versions and numbers are ordered as such, other values by their first session. Where several
    pairs of environments have the same two values, only those stay that differ least otherwise.
    Sides without the field, such as the GPU of a session on the CPU, are left out.

    Returns:
        (before, after) sides, by protocol, then by the value after and the value before.
    """
    all_sides = [side for side in sides(sessions, field) if side.value(field) is not None]
    rank = _ranks([side.value(field) for side in all_sides])
    candidates: dict[Any, list[tuple[Any, Side, Side]]] = {}
    for after in all_sides:
        own_rank = rank[after.value(field)]
        earlier = [
            side
            for side in all_sides
            if side.protocol == after.protocol and rank[side.value(field)] < own_rank
        ]
        before = nearest_side(after, earlier, field, rank)
        if before:
            values = (after.protocol, own_rank, rank[before.value(field)])
            apart = distance(before.environment, after.environment, field)
            candidates.setdefault(values, []).append((apart, before, after))
    chosen = []
    protocols = list(dict.fromkeys([*PROTOCOLS, *(protocol for protocol, _, _ in candidates)]))
    for values in sorted(candidates, key=lambda v: (protocols.index(v[0]), v)):
        least = min(apart for apart, _, _ in candidates[values])
        chosen += [(before, after) for apart, before, after in candidates[values] if apart == least]
    return chosen


def nearest_earlier(
    session: SessionSummary, earlier: Iterable[SessionSummary], pairs: Collection[Pair]
) -> Side | None:
    """Return what to set pairs that are new to an environment against: the nearest other one.

    None where no other environment has any of the pairs under this protocol.
    """
    others = [
        other
        for other in earlier
        if other.protocol == session.protocol
        and other.environment.key != session.environment.key
        and not other.by_pair.keys().isdisjoint(pairs)
    ]
    return nearest_side(Side((session,)), sides(others))


def nearest_side(
    after: Side,
    candidates: Iterable[Side],
    field: str | None = None,
    rank: Mapping[Any, int] | None = None,
) -> Side | None:
    """Return the candidate whose environment is nearest to that of `after`, `field` left aside.

    A CPU is never set against a GPU unless `field` is the device itself. Of equally near ones the
    highest value of `field` wins, then the newest.
    """

    def order(side: Side) -> tuple[Any, ...]:
        value_rank = rank[side.value(field)] if field and rank else 0
        apart = distance(side.environment, after.environment, field)
        return (apart, -value_rank, -side.sessions[-1].time.timestamp())

    comparable = [
        side
        for side in candidates
        if field == "device" or side.environment.device == after.environment.device
    ]
    return min(comparable, key=order, default=None)


def same_hardware(ours: Environment, theirs: Environment) -> bool:
    """Whether seconds of two environments are of the same hardware."""
    return all(getattr(ours, name) == getattr(theirs, name) for name in HARDWARE_FIELDS)


def differences(before: Side, after: Side, aside: str | None = None) -> dict[str, tuple[Any, Any]]:
    """Return every field of the environment that differs, with both values, but for one `aside`.

    A field that is on record only may vary within a side; its values are then joined.
    """
    values = {name: (_values(before, name), _values(after, name)) for name in FIELDS}
    return {n: (old, new) for n, (old, new) in values.items() if old != new and n != aside}


def changed_fields(before: Environment, after: Environment) -> Mapping[str, tuple[Any, Any]]:
    """Return the fields in which two environments differ, with both values."""
    values = {name: (getattr(before, name), getattr(after, name)) for name in FIELDS}
    return {name: (old, new) for name, (old, new) in values.items() if old != new}


def _values(side: Side, name: str) -> Any:
    values = list(dict.fromkeys(getattr(session.environment, name) for session in side.sessions))
    return values[0] if len(values) == 1 else " and ".join(map(str, values))


def distance(ours: Environment, theirs: Environment, field: str | None = None) -> tuple[bool, ...]:
    """Return for each field of `BY_IMPORTANCE`, but for one, whether it differs.

    The smaller one of two distances is the nearer one.
    """
    aside = {field, "keras_generation"} if field == "keras" else {field}
    compared = (name for name in BY_IMPORTANCE if name not in aside)
    return tuple(getattr(ours, name) != getattr(theirs, name) for name in compared)


def _ranks(values: Sequence[Any]) -> dict[Any, int]:
    """Number the values from the lowest: as versions or numbers, else in the order given."""
    distinct = list(dict.fromkeys(values))
    with suppress(InvalidVersion):  # left in the order given
        distinct.sort(key=lambda v: Version(str(int(v) if isinstance(v, bool) else v)))
    return {value: number for number, value in enumerate(distinct)}
