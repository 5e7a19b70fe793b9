"""A number that was measured on histories of a kind, and how it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from .kinds import Kind

__all__ = [
    "ALARMS",
    "BY_LIMIT",
    "LAST",
    "MEDIAN",
    "SAME_NIGHT",
    "WITHIN_3",
    "Key",
    "Measured",
    "key",
    "read",
    "write",
]

ALARMS, SAME_NIGHT, WITHIN_3 = "false alarms", "same night", "within 3"
BY_LIMIT, MEDIAN, LAST = "by the limit", "median ratio", "last ratio"
"""Numbers: the share of nights with an alarm; of changes found on the first night and on one of the
first three; of drifts found by their limit; and the ratios by which half and all of these are."""


class Key(NamedTuple):
    """What a number is of: a kind, a rule, and what was counted."""

    title: str
    software: str
    machine: str
    scope: str
    rule: str
    number: str


def key(kind: Kind, rule: str, number: str) -> Key:
    """Return the key of a kind's number."""
    return Key(kind.title, kind.software, kind.machine, kind.scope, rule, number)


@dataclass(frozen=True)
class Measured:
    """One number of a rule on histories of a kind.

    Attributes:
        title, software, machine, scope, rule, number: as in `Key`.
        histories, nights: how many; nights are those asked of all histories.
        value: the number; NaN for a ratio that was not reached.
        error: its standard error; NaN for a ratio, and for one history.
        difference: to the same histories within one version, and its standard error; NaN where
            there is nothing to compare.
    """

    title: str
    software: str
    machine: str
    scope: str
    rule: str
    number: str
    histories: int
    nights: int
    value: float
    error: float = float("nan")
    difference: float = float("nan")
    difference_error: float = float("nan")

    @property
    def key(self) -> Key:
        """What it is of."""
        names = self.title, self.software, self.machine, self.scope, self.rule, self.number
        return Key(*names)


def write(rows: Iterable[Measured], path: Path) -> None:
    """Write numbers as CSV."""
    pd.DataFrame(vars(row) for row in rows).to_csv(path, index=False, float_format="%.5g")


def read(path: Path) -> Mapping[Key, Measured]:
    """Return the numbers of a file that `write` wrote, in its order."""
    table = pd.read_csv(path).fillna({"scope": ""})
    rows = [Measured(**{str(n): v for n, v in row.items()}) for row in table.to_dict("records")]
    return {row.key: row for row in rows}
