"""How often rules raise a false alarm, and how often and when they find a slowdown."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import Pool

import numpy as np

from .generator import BASELINE_NIGHTS, SCOPES, Array, Machine, changed, creeping
from .rules import MATRIX, RULES, Rule

NIGHTS = 40
"""Nights judged of each quiet history."""

LATEST = 10
"""Nights after a change within which it may be found."""

QUIET = {
    "noise 1%": Machine(0.01),
    "noise 2%": Machine(0.02),
    "noise 4%": Machine(0.04),
    "noise 1%, drift 3%": Machine(0.01, drift=0.03),
    "noise 2%, drift 3%": Machine(0.02, drift=0.03),
    "noise 4%, drift 3%": Machine(0.04, drift=0.03),
    "noise 2%, spikes": Machine(0.02, spike_rate=0.002),
    "noise 2%, a bimodal pair": Machine(0.02, bimodal=True),
}
CHANGES = [(scope, size) for scope in SCOPES for size in (0.05, 0.10, 0.20)]
CHANGING = [name for name in QUIET if "spikes" not in name and "bimodal" not in name]
CREEPING = ("noise 2%", 0.01)


@dataclass(frozen=True)
class Rate:
    """What a rule did in many histories of one kind.

    Attributes:
        kind: "false alarm", "after a spike", "detection" or "creep".
        rule, machine: which rule on which machine, by name.
        scope, size: what changed, and by which share; empty and 0 where nothing did.
        histories: how many; nights, spikes or histories, as the kind has it.
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


def measure(repeats: int, processes: int) -> list[Rate]:
    """Measure every rule, the same histories for each, `repeats` of every kind."""
    tasks = [(function, rule, *task) for function, *task in _tasks(repeats) for rule in RULES]
    with Pool(processes) as pool:
        return [rate for rates in pool.imap(_run, tasks, chunksize=1) for rate in rates]


def _tasks(repeats: int) -> Iterator[tuple[Callable[..., list[Rate]], *tuple[object, ...]]]:
    for machine in QUIET:
        yield _false_alarms, machine, max(1, repeats // 4)
    for machine in CHANGING:
        for scope, size in CHANGES:
            yield _detection, machine, scope, size, repeats
    yield _creep, *CREEPING, repeats


def _run(task: tuple[Callable[..., list[Rate]], *tuple[object, ...]]) -> list[Rate]:
    function, *arguments = task
    return function(*arguments)


def _histories(kind: str, machine: str, nights: int, count: int) -> Iterator[tuple[Array, Array]]:
    """Yield histories and their spikes, the same whenever it is asked for the same."""
    rng = np.random.default_rng(zlib.crc32(f"{kind} {machine}".encode()))
    for _ in range(count):
        yield QUIET[machine].nights(BASELINE_NIGHTS + nights, rng)


def _started(rule: str, history: Array) -> Rule:
    """Return a rule that has learnt the baseline nights."""
    started = RULES[rule](MATRIX)
    for night in history[:BASELINE_NIGHTS]:
        started.learn(night)
    return started


def _false_alarms(rule: str, machine: str, histories: int) -> list[Rate]:
    """Count nights on which a pair is called slower that has no spike, and alarms after spikes."""
    alarms, after = [], []
    for history, spikes in _histories("quiet", machine, NIGHTS, histories):
        started = _started(rule, history)
        before = np.zeros(history.shape[1], bool)
        for night, spiked in zip(history[BASELINE_NIGHTS:], spikes[BASELINE_NIGHTS:], strict=True):
            flagged = started.judge(night)
            alarms.append(bool((flagged & ~spiked & ~before).any()))
            after += list(flagged[before & ~spiked])
            before = spiked
    rates = [Rate("false alarm", rule, machine, "", 0.0, len(alarms), float(np.mean(alarms)))]
    if after:
        rates.append(
            Rate("after a spike", rule, machine, "", 0.0, len(after), float(np.mean(after)))
        )
    return rates


def _detection(rule: str, machine: str, scope: str, size: float, histories: int) -> list[Rate]:
    delays = [
        _delay(rule, changed(history, scope, size), scope)
        for history, _ in _histories(f"{scope} {size}", machine, LATEST, histories)
    ]
    return [_found("detection", rule, machine, scope, size, delays)]


def _creep(rule: str, machine: str, share: float, histories: int) -> list[Rate]:
    delays = [
        _delay(rule, creeping(history, "pair", share), "pair")
        for history, _ in _histories("creep", machine, 3 * LATEST, histories)
    ]
    return [_found("creep", rule, machine, "pair", share, delays)]


def _delay(rule: str, history: Array, scope: str) -> float:
    """Return on which night after the change one of its pairs is called slower: 1 for the first."""
    started = _started(rule, history)
    for number, night in enumerate(history[BASELINE_NIGHTS:], start=1):
        if started.judge(night)[SCOPES[scope]].any():
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
        same_night=float(np.mean([delay <= 1 for delay in delays])),
        within_3=float(np.mean([delay <= 3 for delay in delays])),
        median_delay=median if np.isfinite(median) else float("nan"),
    )
