"""The sessions of one machine and protocol, over all versions of their software. Pure.

Sessions of the same software and settings are a lane. A lane that is new continues the lane of the
nearest software that is not newer: a new version is judged by the sessions of the one before it,
and so is a nightly build by those of the nights before. Lanes that alternate in one storage go on
by themselves once both are known. A lane that joins with older software than any other has no
baseline yet. What was tried long ago is continued only where nothing newer may be: since then the
machine may have become faster, and slower again would pass for usual.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from packaging.version import InvalidVersion, Version

from lowprec.judging.series import Series
from lowprec.judging.sides import BY_IMPORTANCE
from lowprec.judging.slowdown import WINDOW
from lowprec.record.environment import MACHINE_FIELDS, VERSION_FIELDS, Environment
from lowprec.record.summary import SessionSummary

__all__ = ["Lane", "Lineage", "LineageKey", "lineage_key"]

LANE_FIELDS = tuple(name for name in BY_IMPORTANCE if name not in MACHINE_FIELDS)
"""Fields that make lanes of one machine differ; the nearer one agrees in an earlier field."""

GENERATION = LANE_FIELDS.index("keras_generation")

_POWERS = 2 ** np.arange(len(LANE_FIELDS) + 1)[::-1]
WEIGHTS = np.delete(_POWERS, GENERATION)
"""Of the fields in a distance: each has more than all later ones together."""

STALE = _POWERS[GENERATION]
"""Of a lane without any of the newest `WINDOW` sessions: less than settings, more than software."""

Numbers = npt.NDArray[np.int64]


class LineageKey(NamedTuple):
    """What sessions that are judged by each other share: the machine, and the protocol."""

    machine: tuple[Any, ...]
    protocol: str


def lineage_key(session: SessionSummary) -> LineageKey:
    """Return the lineage that a session belongs to."""
    machine = tuple(getattr(session.environment, name) for name in MACHINE_FIELDS)
    return LineageKey(machine, session.protocol)


@dataclass
class Lane:
    """Sessions of the same software and settings, on top of those that they continue.

    Attributes:
        versions: of the software.
        series: its sessions so far, and before them those that it continues.
        digest: of all that `series` depends on.
        newest: how many sessions of all lanes there were with its newest one.
    """

    versions: tuple[Version, ...]
    series: Series
    digest: str = ""
    newest: int = 0


class Lineage:
    """The lanes of one machine and protocol.

    Builds of every night are a lane each, so the nearest one is looked for in arrays.
    """

    def __init__(self) -> None:
        self._lanes: dict[tuple[Any, ...], Lane] = {}
        self._by_version: list[Lane] = []
        self._values: Numbers = np.empty((0, len(LANE_FIELDS)), np.int64)
        self._numbers: dict[tuple[str, Any], int] = {}
        self._sessions = 0

    def lane(self, environment: Environment) -> Lane:
        """Return the lane of the next session, in this environment; it may begin with it."""
        values = tuple(getattr(environment, name) for name in LANE_FIELDS)
        lane = self._lanes.get(values)
        if lane is None:
            lane = self._lanes[values] = self._begun(environment, values)
        self._sessions += 1
        lane.newest = self._sessions
        return lane

    def _begun(self, environment: Environment, values: tuple[Any, ...]) -> Lane:
        """Add a lane that continues the nearest one; of several the newest, then the last."""
        versions, numbers = _versions(environment), self._numbered(environment, values)
        place = bisect_right(self._by_version, versions, key=lambda lane: lane.versions)
        parent = self._nearest(self._values[:place], numbers)
        lane = Lane(versions, Series())
        if parent:
            lane = Lane(versions, parent.series.continued(), parent.digest)
        self._by_version.insert(place, lane)
        self._values = np.insert(self._values, place, numbers, axis=0)
        return lane

    def _numbered(self, environment: Environment, values: tuple[Any, ...]) -> Numbers:
        """Return a number for each field's value, equal where that is."""
        named = zip(LANE_FIELDS, values, strict=True)
        numbers = [self._numbers.setdefault(value, len(self._numbers)) for value in named]
        numbers[GENERATION] = _version(environment.keras).major
        return np.array(numbers)

    def _nearest(self, not_newer: Numbers, numbers: Numbers) -> Lane | None:
        """Return the nearest lane of no newer generation of Keras; None without one.

        Args:
            not_newer: values of the first lanes by version, (lanes, fields).
            numbers: those of the lane to come, (fields,).
        """
        rows = np.flatnonzero(not_newer[:, GENERATION] <= numbers[GENERATION])[::-1]
        if not rows.size:
            return None
        newest = np.array([self._by_version[row].newest for row in rows])
        stale = newest <= self._sessions - WINDOW
        distances = (not_newer[rows] != numbers) @ WEIGHTS + stale * STALE
        return self._by_version[int(rows[np.argmin(distances)])]


def _versions(environment: Environment) -> tuple[Version, ...]:
    """Return what software is ordered by: TensorFlow, between equal ones Keras, and so on."""
    return tuple(_version(getattr(environment, name)) for name in VERSION_FIELDS)


@cache
def _version(text: str | None) -> Version:
    """Return a version to be ordered; what is none comes before all that are."""
    try:
        return Version(text or "0")
    except InvalidVersion:
        return Version("0")
