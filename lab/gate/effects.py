"""What values of a constant of the gate do: measured in situations, and as tables."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from hashlib import blake2b
from types import MappingProxyType, ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from lowprec.judging import changes, evidence, slowdown
from lowprec.judging.student import Floats

from .situations import SITUATIONS, Situation


@dataclass(frozen=True)
class Constant:
    """A constant of the gate, with values to try.

    Attributes:
        module: that defines it.
        name: in that module.
        values: by what they are called; the one in force is among them.
        situations: where it trades something.
        says: what the numbers show.
    """

    module: ModuleType
    name: str
    values: Mapping[str, float]
    situations: Sequence[Situation]
    says: str

    @property
    def in_force(self) -> str:
        """What the value in force is called."""
        value = vars(self.module)[self.name]
        names = [name for name, tried in self.values.items() if tried == value]
        if len(names) != 1:
            raise ValueError(f"{self.name}: {value} is in force, expected one of {self.values}")
        return names[0]

    @contextmanager
    def set_to(self, value: float) -> Iterator[None]:
        """Give it another value, in every module that took its name from where it is defined."""
        holders = [
            module
            for name, module in sys.modules.items()
            if name.startswith("lowprec.judging.") and self.name in vars(module)
        ]
        with ExitStack() as stack:
            for module in holders:
                stack.enter_context(patch.object(module, self.name, value))
            yield


class _Known:
    """A pure function of arrays that remembers what it returned.

    What a constant does not touch need not be computed again on nights that are the same.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._results: dict[tuple[object, ...], Any] = {}

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        key = *map(self._key, arguments), *options.items()
        if key not in self._results:
            self._results[key] = self._function(*arguments, **options)
        return self._results[key]

    @staticmethod
    def _key(argument: object) -> object:
        """Return a digest of an array; others are results of such a function, and kept by it."""
        if isinstance(argument, np.ndarray):
            return argument.shape, blake2b(argument.tobytes(), digest_size=16).digest()
        return id(argument)


REMEMBERED: Mapping[tuple[ModuleType, str], _Known] = MappingProxyType(
    {
        (module, name): _Known(getattr(module, name))
        for module, name in (
            (slowdown, "fit"),
            (changes, "common_factor"),
            (changes, "median"),
        )
    }
)


@contextmanager
def _remembering() -> Iterator[None]:
    """Compute each fit, common factor and median once."""
    with ExitStack() as stack:
        for (module, name), known in REMEMBERED.items():
            stack.enter_context(patch.object(module, name, known))
        yield


@dataclass(frozen=True)
class Effect:
    """What a value of a constant does in one situation.

    Attributes:
        constant, value, situation: by name.
        rate: mean over the histories, in per cent.
        error: its standard error.
        difference: to the value in force, which met the same histories.
        difference_error: its standard error; 0 where no history differs.
    """

    constant: str
    value: str
    situation: str
    rate: float
    error: float
    difference: float
    difference_error: float


def measure(rows: Iterable[Constant]) -> Iterator[Effect]:
    """Measure every value; the one in force once a situation."""
    with _remembering():
        in_force = {situation.title: situation.shares() for situation in SITUATIONS}
    for row in rows:
        for name, value in row.values.items():
            print(f"{row.name} {name}: after {time.process_time():.0f} s", flush=True)
            for situation in row.situations:
                usual = in_force[situation.title]
                shares = usual if name == row.in_force else _tried(row, value, situation)
                rates = *_mean(shares), *_mean(shares - usual)
                yield Effect(row.name, name, situation.title, *rates)


def _tried(row: Constant, value: float, situation: Situation) -> Floats:
    """Return the shares of a situation with another value of a constant."""
    # What is remembered does not depend on how evidence is weighed, but on the rest.
    weighs = row.module in (evidence, changes, slowdown)
    with _remembering() if weighs else nullcontext(), row.set_to(value):
        return situation.shares()


def _mean(shares: Floats) -> tuple[float, float]:
    """Return the mean over histories in per cent, and its standard error."""
    return 100 * float(shares.mean()), 100 * float(shares.std(ddof=1)) / math.sqrt(len(shares))


def markdown(rows: Iterable[Constant], effects: Iterable[Effect]) -> str:
    """Return a table and what it shows for each constant, and how many histories there were."""
    known = {(effect.constant, effect.value, effect.situation): effect for effect in effects}
    parts: list[str] = []
    for row in rows:
        parts += [f"## {row.name}", _table(row, known), row.says]
    parts += ["## Histories", _histories()]
    return "\n\n".join(parts) + "\n"


def _table(row: Constant, known: Mapping[tuple[str, str, str], Effect]) -> str:
    """Return a line a value, a column a situation; the value in force is bold."""
    columns = {
        row.name: [f"**{name}**" if name == row.in_force else name for name in row.values],
        **{
            situation.title: [
                _cell(known[row.name, name, situation.title], in_force=name == row.in_force)
                for name in row.values
            ]
            for situation in row.situations
        },
    }
    return pd.DataFrame(columns).to_markdown(index=False, disable_numparse=True)


def _cell(effect: Effect, *, in_force: bool) -> str:
    if in_force:
        return f"**{effect.rate:.1f} ± {effect.error:.1f}**"
    if not effect.difference and not effect.difference_error:
        return "="
    return f"{effect.rate:.1f} ({effect.difference:+.1f} ± {effect.difference_error:.1f})"


def _histories() -> str:
    """Return how many histories of each situation were judged, on how many nights."""
    rows = [(row.title, row.count, len(row.judged)) for row in SITUATIONS]
    columns = ["", "histories", "judged nights of each"]
    return pd.DataFrame(rows, columns=columns).to_markdown(index=False)
