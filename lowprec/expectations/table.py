"""The outcome and accuracy band that each pair must show, read from `expectations.csv`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from lowprec import framework
from lowprec.csv_table import read_rows, write_rows
from lowprec.errors import ExpectationError
from lowprec.record.environment import Environment
from lowprec.record.outcomes import OUTCOMES, allowed_outcomes
from lowprec.record.record import Record
from lowprec.record.stored_pair import StoredExpectation
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES

__all__ = [
    "EXPECTATIONS_PATH",
    "Conditions",
    "Expectation",
    "conditions_in",
    "conditions_of",
    "load_expectations",
    "write_expectations",
]

EXPECTATIONS_PATH = Path(__file__).with_name("expectations.csv")

_LEGAL: Mapping[str, tuple[str, ...]] = {
    "protocol": tuple(PROTOCOLS),
    "scheme": tuple(SCHEMES),
    "keras": ("2", "3"),
    "device": ("cpu", "gpu"),
}


class Conditions(NamedTuple):
    """What an expectation holds for; `keras` is the generation, `device` the kind."""

    protocol: str
    model: str
    scheme: str
    keras: str
    device: str


@dataclass(frozen=True)
class Expectation:
    """One row: what a pair must show, and the measurement that says so.

    `outcome` is one outcome, or several joined by "|" where the seed decides, as the evidence
    then says: "chance|diverged" allows each round either. `accuracy_min` and `accuracy_max` bound
    the mean test accuracy of a session's rounds; both are None for `unsupported`.

    Raises:
        ExpectationError: a value is not one of the legal ones, or the band is none.
    """

    protocol: str
    model: str
    scheme: str
    keras: str
    device: str
    outcome: str
    accuracy_min: float | None
    accuracy_max: float | None
    evidence: str

    def __post_init__(self) -> None:
        for name, legal in _LEGAL.items():
            if (value := getattr(self, name)) not in legal:
                raise ExpectationError(f"{name} is {value!r}, expected one of {', '.join(legal)}")
        if not self.outcomes <= set(OUTCOMES):
            raise ExpectationError(
                f"outcome is {self.outcome!r}, expected one of {', '.join(OUTCOMES)}, "
                'or several joined by "|"'
            )
        if not (self.model.strip() and self.model.isprintable()):
            raise ExpectationError(f"model is {self.model!r}, expected a name that can be shown")
        if not self.evidence.strip():
            raise ExpectationError(f"{self.model} {self.scheme}: the evidence is empty")
        low, high = self.accuracy_min, self.accuracy_max
        if self.outcome == "unsupported":
            if (low, high) != (None, None):
                raise ExpectationError(
                    f"{self.model} {self.scheme}: unsupported with a band {low} to {high}, "
                    "expected none, for there is no accuracy"
                )
            return
        if low is None or high is None or not 0 <= low <= high <= 1:
            raise ExpectationError(
                f"{self.model} {self.scheme}: accuracy band {low} to {high}, "
                "expected 0 <= accuracy_min <= accuracy_max <= 1"
            )

    @property
    def outcomes(self) -> frozenset[str]:
        """The outcomes that a round may have."""
        return allowed_outcomes(self.outcome)

    @property
    def conditions(self) -> Conditions:
        """What this row holds for."""
        return Conditions(self.protocol, self.model, self.scheme, self.keras, self.device)

    def band(self, rounds: int) -> tuple[float, float] | None:
        """Return the bounds for the mean accuracy of so many rounds; None for `unsupported`.

        The table's bounds are for the protocol's number of rounds. The mean of fewer scatters
        more, by the square root of the ratio, and its band is as much wider.
        """
        if self.accuracy_min is None or self.accuracy_max is None:
            return None
        usual = PROTOCOLS[self.protocol].rounds
        if "learns" not in self.outcomes or rounds >= usual:
            return self.accuracy_min, self.accuracy_max
        middle = (self.accuracy_min + self.accuracy_max) / 2
        half = (self.accuracy_max - self.accuracy_min) / 2 * math.sqrt(usual / rounds)
        return max(0.0, middle - half), min(1.0, middle + half)

    def applied_band(self, rounds: int) -> tuple[float, float] | None:
        """Return the band that is applied, shown and stored: `band`, outward to four digits."""
        band = self.band(rounds)
        return (
            (_four_digits(band[0], ROUND_FLOOR), _four_digits(band[1], ROUND_CEILING))
            if band
            else None
        )

    def stored(self, rounds: int | None = None) -> StoredExpectation:
        """Return what a session stores of the row: what was expected, and why.

        Args:
            rounds: that were trained; without any, the band is the row's own.
        """
        own = (self.accuracy_min, self.accuracy_max)
        low, high = (self.applied_band(rounds) if rounds else None) or own
        stored = StoredExpectation(self.outcome, low, high, self.evidence)
        if (low, high) == own:
            return stored
        return msgspec.structs.replace(stored, row_accuracy_min=own[0], row_accuracy_max=own[1])


def _four_digits(share: float, rounding: str) -> float:
    # By way of its shortest text, as 0.7572 * 10000 is a little below 7572.
    return float(Decimal(repr(share)).quantize(Decimal("0.0001"), rounding))


def conditions_of(record: Record) -> Conditions:
    """Return what a record of this process is to be judged by: with its Keras and device."""
    return _conditions(record, framework.keras_generation(), framework.device().kind)


def conditions_in(record: Record, environment: Environment) -> Conditions:
    """Return what a record from another process is to be judged by."""
    return _conditions(record, environment.keras_generation, environment.device)


def _conditions(record: Record, keras: str, device: str) -> Conditions:
    return Conditions(record.protocol.name, *record.pair, keras, device)


COLUMNS = tuple(f.name for f in fields(Expectation))


@lru_cache(maxsize=16)
def load_expectations(path: Path = EXPECTATIONS_PATH) -> Mapping[Conditions, Expectation]:
    """Read and check the table.

    Raises:
        ExpectationError: the file is missing or a row is wrong; names file, line and value.
    """
    table: dict[Conditions, Expectation] = {}
    for where, row in read_rows(path, COLUMNS, ExpectationError):
        expectation = _parse(row, where)
        if expectation.conditions in table:
            raise ExpectationError(f"{where}: second row for {' '.join(expectation.conditions)}")
        table[expectation.conditions] = expectation
    return MappingProxyType(table)


def _parse(texts: Mapping[str, str], where: str) -> Expectation:
    try:
        return Expectation(
            **{name: texts[name] for name in COLUMNS if not name.startswith("accuracy")},
            accuracy_min=float(texts["accuracy_min"]) if texts["accuracy_min"] else None,
            accuracy_max=float(texts["accuracy_max"]) if texts["accuracy_max"] else None,
        )
    except (ExpectationError, ValueError) as error:
        raise ExpectationError(f"{where}: {error}") from error


def write_expectations(rows: Iterable[Expectation], path: Path = EXPECTATIONS_PATH) -> None:
    """Write the whole table, ordered as protocols, models and schemes are, in one step.

    Raises:
        ExpectationError: the file cannot be written; what it held is then still there.
    """
    ordered = sorted(rows, key=_order)
    cells = ([_cell(getattr(row, name)) for name in COLUMNS] for row in ordered)
    write_rows(path, COLUMNS, cells, ExpectationError)
    load_expectations.cache_clear()


def _order(row: Expectation) -> tuple[int | str, ...]:
    return (
        list(PROTOCOLS).index(row.protocol),
        row.keras,
        row.device,
        *Pair(row.model, row.scheme).sort_key(),
    )


def _cell(value: str | float | None) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return "" if value is None else str(value)
