"""The rules on real sessions: the recorded ones in random orders, and those slowed down by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lowprec.judging.student import Floats
from lowprec.rows.matrix import Pair

from .rules import RULES, Names, started

SESSIONS = Path(__file__).with_name("sessions.csv")
QUIET = "quiet"
LEARNT = 20
"""Quiet sessions that a rule learns before it judges the others."""

SIZE = math.log(1.10)
NIGHTS = 3


@dataclass(frozen=True)
class Recorded:
    """Real sessions in order of time.

    Attributes:
        names: the pairs.
        conditions: of each session.
        log_s: logarithms of seconds, (sessions, pairs, rounds).
    """

    names: Names
    conditions: tuple[str, ...]
    log_s: Floats

    @property
    def quiet(self) -> Floats:
        """The quiet sessions before the first that was slowed down."""
        first = next(i for i, name in enumerate(self.conditions) if name != QUIET)
        return self.log_s[:first]

    def runs(self) -> Iterator[tuple[str, Floats, Floats]]:
        """Yield each condition, its sessions, and the quiet one after them (or none)."""
        for condition in dict.fromkeys(self.conditions):
            if condition != QUIET:
                places = [i for i, name in enumerate(self.conditions) if name == condition]
                after = self.log_s[places[-1] + 1 : places[-1] + 2]
                yield condition, self.log_s[places], after


def read() -> Recorded:
    """Read the recorded sessions."""
    rows = pd.read_csv(SESSIONS)
    names = list(dict.fromkeys(map(Pair, rows.model, rows.scheme)))
    table = rows.pivot_table(
        index=["time", "condition"], columns=["model", "scheme", "round"], values="seconds"
    )
    log_s = np.log(np.stack([table[name].to_numpy() for name in names], axis=1))
    return Recorded(names, tuple(table.index.get_level_values("condition")), log_s)


def measure(recorded: Recorded, orders: int) -> pd.DataFrame:
    """Return, for each rule, rates over random orders of the quiet sessions, and what it said of
    each condition.
    """
    return pd.DataFrame(
        {"rule": rule, **_random_orders(rule, recorded, orders), **_conditions(rule, recorded)}
        for rule in RULES
    ).set_index("rule")


def noise(recorded: Recorded) -> tuple[float, float]:
    """Return the median pair's own noise, and the noise that all pairs share, both in log."""
    sessions = np.median(recorded.quiet, axis=2)
    centred = sessions - sessions.mean(axis=0)
    shared = centred.mean(axis=1)
    return float(np.median((centred - shared[:, None]).std(axis=0, ddof=1))), float(shared.std())


def _random_orders(rule: str, recorded: Recorded, orders: int) -> dict[str, str]:
    rng = np.random.default_rng(1)
    alarms, same, within = [], [], []
    for _ in range(orders):
        quiet = recorded.quiet[rng.permutation(len(recorded.quiet))]
        pair = rng.integers(len(recorded.names))
        gate = started(rule, recorded.names, quiet[:LEARNT])
        alarms += [bool(gate.judge(night).any()) for night in quiet[LEARNT:]]
        slow = quiet[LEARNT : LEARNT + NIGHTS].copy()
        slow[:, pair] += SIZE
        gate = started(rule, recorded.names, quiet[:LEARNT])
        found = [bool(gate.judge(night)[pair]) for night in slow]
        same.append(found[0])
        within.append(any(found))
    return {
        "false alarms per 100 sessions": f"{100 * np.mean(alarms):.1f}",
        "10% of one pair: same session / within three, %": (
            f"{100 * np.mean(same):.0f} / {100 * np.mean(within):.0f}"
        ),
    }


def _conditions(rule: str, recorded: Recorded) -> dict[str, str]:
    """Return how many pairs were called slower in each session, and in the quiet one after."""
    told = {}
    for condition, sessions, after in recorded.runs():
        gate = started(rule, recorded.names, recorded.quiet)
        counts = [int(gate.judge(night).sum()) for night in sessions]
        quiet = [int(gate.judge(night).sum()) for night in after]
        told[condition] = ", ".join(map(str, counts)) + "".join(f"; {n}" for n in quiet)
    return told
