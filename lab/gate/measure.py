"""How often rules raise a false alarm, and how often and when they find a slowdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from types import MappingProxyType

import numpy as np

from lowprec.judging.student import Floats
from lowprec.rows.matrix import MATRIX

from .generator import (
    BASELINE_NIGHTS,
    SCOPES,
    Flags,
    Machine,
    changed,
    creeping,
    histories,
)
from .rules import RULES, started

NIGHTS = 40
"""Nights judged of each quiet history."""

LATEST = 10
"""Nights after a change within which it may be found."""

QUIET: Mapping[str, Machine] = MappingProxyType(
    {
        "noise 1%": Machine(0.01),
        "noise 2%": Machine(0.02),
        "noise 4%": Machine(0.04),
        "noise 1%, drift 3%": Machine(0.01, drift=0.03),
        "noise 2%, drift 3%": Machine(0.02, drift=0.03),
        "noise 4%, drift 3%": Machine(0.04, drift=0.03),
        "noise 2%, spikes": Machine(0.02, spike_rate=0.002),
        "noise 2%, a bimodal pair": Machine(0.02, bimodal=True),
    }
)
CHANGES = tuple((scope, size) for scope in SCOPES for size in (0.05, 0.10, 0.20))
CHANGING = tuple(name for name in QUIET if "spikes" not in name and "bimodal" not in name)
CREEPING = ("noise 2%", 0.01)
"""Machine, and share by which a pair gets slower every night."""


@dataclass(frozen=True)
class Rate:
    """What a rule did in many histories of one kind.

    Attributes:
        kind: "false alarm", "after a spike", "detection" or "creep".
        rule, machine: which rule on which machine, by name.
        scope, size: what changed, and by which share; empty and 0 where nothing did.
        count: nights, spikes or histories, as the kind has it.
        same_night: share of nights with an alarm, or of changes found on their first night.
        within_3: share of changes found within three nights.
        median_delay: nights from the change to the alarm; NaN where half are not found in time.
    """

    kind: str
    rule: str
    machine: str
    scope: str
    size: float
    count: int
    same_night: float
    within_3: float = float("nan")
    median_delay: float = float("nan")


def measure(repeats: int, processes: int, rules: Iterable[str] = RULES) -> list[Rate]:
    """Measure rules, the same histories for each, `repeats` of every kind."""
    tasks = [partial(task, rule) for task in _tasks(repeats) for rule in rules]
    with Pool(processes) as pool:
        return [rate for rates in pool.imap(_rates, tasks, chunksize=1) for rate in rates]


def _tasks(repeats: int) -> Iterator[Callable[[str], list[Rate]]]:
    """Yield what measures a rule, given its name."""
    for machine in QUIET:
        yield partial(_false_alarms, machine=machine, count=max(1, repeats // 4))
    for machine in CHANGING:
        for scope, size in CHANGES:
            yield partial(_detection, machine=machine, scope=scope, size=size, count=repeats)
    machine, share = CREEPING
    yield partial(_creep, machine=machine, share=share, count=repeats)


def _rates(task: Callable[[], list[Rate]]) -> list[Rate]:
    return task()


def _false_alarms(rule: str, machine: str, count: int) -> list[Rate]:
    """Count nights on which a pair is called slower that has no spike, and alarms after spikes."""
    alarms, after = [], []
    for history, spikes in _histories("quiet", machine, NIGHTS, count):
        gate = started(rule, MATRIX, history[:BASELINE_NIGHTS])
        before = np.zeros(history.shape[1], bool)
        for night, spiked in zip(history[BASELINE_NIGHTS:], spikes[BASELINE_NIGHTS:], strict=True):
            flagged = gate.judge(night)
            alarms.append(bool((flagged & ~spiked & ~before).any()))
            after += list(flagged[before & ~spiked])
            before = spiked
    rates = [Rate("false alarm", rule, machine, "", 0.0, len(alarms), float(np.mean(alarms)))]
    if after:
        rates.append(
            Rate("after a spike", rule, machine, "", 0.0, len(after), float(np.mean(after)))
        )
    return rates


def _detection(rule: str, machine: str, scope: str, size: float, count: int) -> list[Rate]:
    delays = [
        _delay(rule, changed(history, scope, size), scope)
        for history, _ in _histories(f"{scope} {size}", machine, LATEST, count)
    ]
    return [_found("detection", rule, machine, scope, size, delays)]


def _creep(rule: str, machine: str, share: float, count: int) -> list[Rate]:
    delays = [
        _delay(rule, creeping(history, "pair", share), "pair")
        for history, _ in _histories("creep", machine, 3 * LATEST, count)
    ]
    return [_found("creep", rule, machine, "pair", share, delays)]


def _histories(kind: str, machine: str, nights: int, count: int) -> Iterator[tuple[Floats, Flags]]:
    return histories(f"{kind} {machine}", QUIET[machine], BASELINE_NIGHTS + nights, count)


def _delay(rule: str, history: Floats, scope: str) -> float:
    """Return on which night after the change one of its pairs is called slower: 1 for the first."""
    gate = started(rule, MATRIX, history[:BASELINE_NIGHTS])
    for number, night in enumerate(history[BASELINE_NIGHTS:], start=1):
        if gate.judge(night)[SCOPES[scope]].any():
            return number
    return float("inf")


def _found(
    kind: str, rule: str, machine: str, scope: str, size: float, delays: list[float]
) -> Rate:
    median = float(np.median(delays))
    return Rate(
        kind,
        rule,
        machine,
        scope,
        size,
        len(delays),
        same_night=float(np.mean([nights <= 1 for nights in delays])),
        within_3=float(np.mean([nights <= 3 for nights in delays])),
        median_delay=median if np.isfinite(median) else float("nan"),
    )
