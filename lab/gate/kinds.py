"""Kinds of histories that the gate's memory is tried on, a row each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from lowprec.judging.student import Floats

from .generator import BASELINE_NIGHTS, PAIRS, SCOPES, Machine, changed, creeping
from .rules import VERSION

MACHINES: Mapping[str, Machine] = MappingProxyType(
    {
        "noise 2%": Machine(0.02),
        "noise 4%": Machine(0.04),
        "noise 2%, drift 3%": Machine(0.02, drift=0.03),
        "noise 6%, drift 9%": Machine(0.06, drift=0.09),
    }
)
SHARED_CPU = "noise 6%, drift 9%"
USUAL = tuple(name for name in MACHINES if name != SHARED_CPU)

SLOWDOWN = 0.10

OLDER_VERSION, NEXT_VERSION = "2.15.0", "2.21.1"

ONE_VERSION, VERSION_CHANGE, NIGHTLY = "one version", "a version change", "nightly builds"
TWO_LANES, OLDER_JOINS = "two lanes", "an older lane joins"

LANE_LEVELS = np.random.default_rng(15).uniform(-math.log(1.5), math.log(1.5), PAIRS)
LANE_LEVELS[SCOPES["scheme"]] = math.log(8)
"""Logarithms of seconds with the older version to those with the newer one: half is 8 times slower,
each other pair differs by a factor between 1 / 1.5 and 1.5, drawn once."""

LANES_LEARNT = 2 * BASELINE_NIGHTS

STEPS = (5, 8, 10, 15, 20, 30, 31)
"""Fast nights before the way back; 31 are those of a branch in the same folder."""


def _one(night: int) -> str:
    return VERSION


def _changing(night: int) -> str:
    return VERSION if night < BASELINE_NIGHTS else NEXT_VERSION


def _nightly(night: int) -> str:
    return f"2.22.0.dev{20260101 + night}"


def _alternating(night: int) -> str:
    return OLDER_VERSION if night % 2 else VERSION


def _joined(night: int) -> str:
    return VERSION if night < BASELINE_NIGHTS else _alternating(night)


VERSIONS: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        ONE_VERSION: _one,
        VERSION_CHANGE: _changing,
        NIGHTLY: _nightly,
        TWO_LANES: _alternating,
        OLDER_JOINS: _joined,
    }
)
"""What becomes of the software, and the version of TensorFlow in a night of a number."""

COMPARED = (VERSION_CHANGE, NIGHTLY)
"""These meet the histories of `ONE_VERSION`, and are set against it. To the other systems, which do
not know versions, they are the same."""

FALSE_ALARMS, FOUND, DRIFT = "false alarms", "found", "drift"
"""What may be asked of a kind: how often a pair is called slower on its nights, whether and when a
slowdown is found, and at which ratio to the first level a drift is."""


@dataclass(frozen=True)
class Kind:
    """Histories of one kind, and what is asked of them.

    Attributes:
        title, software, machine, scope: name it: what happens, with which of `VERSIONS`, where,
            and to which of `SCOPES`; no scope where nothing gets slower.
        question: one of `FALSE_ALARMS`, `FOUND` and `DRIFT`.
        asked: numbers of the nights that answer; those before are judged, too.
        histories: for the gate.
        others: histories for the other systems, of which some take seconds a history.
        change: makes of a quiet history what is judged.
        learnt: so many nights at the beginning are known to be good.
        least: share of the pairs of the scope that must be called slower on a night, but at least
            one pair.
        share: by which a drift gets slower every night.
        limit: ratio to the first level by which a drift shall be found.
    """

    title: str
    software: str
    machine: str
    scope: str
    question: str
    asked: range
    histories: int
    others: int
    change: Callable[[Floats], Floats] = lambda history: history
    learnt: int = BASELINE_NIGHTS
    least: float = 0.0
    share: float = 0.0
    limit: float = math.inf

    @property
    def compared(self) -> bool:
        """Whether it is set against the same histories within one version."""
        return self.software in COMPARED

    @property
    def seed(self) -> str:
        """Name of its random numbers."""
        software = ONE_VERSION if self.compared else self.software
        return f"{self.title} {software} {self.machine} {self.scope}"

    def version(self, night: int) -> str:
        """Return the version of TensorFlow in a night of this number."""
        return VERSIONS[self.software](night)


def _after_baseline(nights: int) -> range:
    return range(BASELINE_NIGHTS, BASELINE_NIGHTS + nights)


def _levels(history: Floats, software: str) -> Floats:
    """Return a history in which nights with the older version have its levels."""
    older = [VERSIONS[software](night) == OLDER_VERSION for night in range(len(history))]
    levels = history.copy()
    levels[older] += LANE_LEVELS[:, None]
    return levels


def _slower_lane(history: Floats) -> Floats:
    """Return a history of two lanes with a pair slower in the newer one, once both are known."""
    slower = _levels(history, TWO_LANES)
    slower[LANES_LEARNT::2, SCOPES["pair"]] += math.log1p(SLOWDOWN)
    return slower


def _step(history: Floats, scope: str, nights: int) -> Floats:
    """Return a history with pairs twice as fast for so many nights after the baseline."""
    fast = history.copy()
    fast[BASELINE_NIGHTS : BASELINE_NIGHTS + nights, SCOPES[scope]] -= math.log(2)
    return fast


_QUIET = tuple(
    Kind("quiet", software, machine, "", FALSE_ALARMS, _after_baseline(40), 100, 4)
    for software in (ONE_VERSION, *COMPARED)
    for machine in USUAL
)
_SLOWDOWNS = tuple(
    Kind(
        *("+10%", software, machine, scope, FOUND, _after_baseline(3), 150, 30),
        change=partial(changed, scope=scope, size=SLOWDOWN),
    )
    for software in (ONE_VERSION, *COMPARED)
    for machine in USUAL
    for scope in SCOPES
)
_QUIET_LANES = tuple(
    Kind(
        *("quiet", software, machine, "", FALSE_ALARMS, range(learnt, learnt + 40), count, 3),
        change=partial(_levels, software=software),
        learnt=learnt,
    )
    for software, learnt, count in ((TWO_LANES, LANES_LEARNT, 100), (OLDER_JOINS, 30, 50))
    for machine in USUAL
)
_SLOWER_LANES = tuple(
    Kind(
        *("+10%", TWO_LANES, machine, "pair", FOUND),
        *(range(LANES_LEARNT, LANES_LEARNT + 6, 2), 150, 30),
        change=_slower_lane,
        learnt=LANES_LEARNT,
    )
    for machine in USUAL
)
_DRIFTS = tuple(
    Kind(
        *(f"{share:.1%} a night", software, machine, scope, DRIFT, _after_baseline(nights), 40, 3),
        change=partial(creeping, scope=scope, share=share),
        least=0.5,
        share=share,
        limit=limit,
    )
    for scope, share, nights, machine, limit, software in (
        *(("pair", 0.001, 300, machine, 1.15, ONE_VERSION) for machine in USUAL),
        ("pair", 0.001, 300, "noise 2%", 1.15, NIGHTLY),
        *(("all", 0.002, 100, machine, 1.15, ONE_VERSION) for machine in USUAL),
        ("all", 0.005, 100, SHARED_CPU, 1.25, ONE_VERSION),
    )
)
_LONG = tuple(
    Kind(
        *("300 nights", ONE_VERSION, machine, "", FALSE_ALARMS, _after_baseline(300), 10),
        others=int(machine == "noise 2%"),  # apache-otava takes half a minute for one
    )
    for machine in MACHINES
)
_STEPS = tuple(
    Kind(
        *(f"{nights} fast nights", ONE_VERSION, machine, scope, FOUND),
        *(range(BASELINE_NIGHTS + nights, BASELINE_NIGHTS + nights + 3), 12, 2),
        change=partial(_step, scope=scope, nights=nights),
        least=0.5,
    )
    for scope in ("pair", "all")
    for nights in STEPS
    for machine in USUAL
)
KINDS = (*_QUIET, *_SLOWDOWNS, *_QUIET_LANES, *_SLOWER_LANES, *_DRIFTS, *_LONG, *_STEPS)
"""In the order in which they are measured."""
