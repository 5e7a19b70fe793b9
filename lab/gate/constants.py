"""python -m lab.gate.constants: what other values of the gate's constants would change.

Each value of each constant of `CONSTANTS` meets the same generated histories, by the rule of the
package alone. docs/gate/constants.csv has the rates, docs/gate/constants.md the tables.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from lowprec.judging import evidence, noise, slowdown, student
from lowprec.judging.student import Floats

from . import situations as s
from .situations import Situation

DOCS = Path(__file__).parents[2] / "docs" / "gate"
FALSE = (s.FALSE_4, s.FALSE_2)


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


def _values(*values: float) -> dict[str, float]:
    return {f"{value:g}": value for value in values}


CONSTANTS = (
    Constant(
        slowdown,
        "PAIR_EVIDENCE",
        _values(5.4, 6.4, 7.4),
        (*FALSE, s.PAIR_2, s.PAIR_4, s.AFTER_SPIKE),
        "",
    ),
    Constant(slowdown, "GROUP_EVIDENCE", _values(4.8, 5.8, 6.8), (*FALSE, s.SCHEME), ""),
    Constant(slowdown, "MACHINE_EVIDENCE", _values(4, 5, 6), (*FALSE, s.EVERYTHING), ""),
    Constant(
        evidence,
        "SLOWDOWN",
        {f"log {ratio:.2f}": math.log(ratio) for ratio in (1.07, 1.10, 1.15)},
        (*FALSE, s.PAIR_2, s.PAIR_4, s.SCHEME, s.EVERYTHING),
        "",
    ),
    Constant(
        evidence,
        "NIGHTS",
        {"1": 1, "2": 2, "3": 3, "4": 4},
        (*FALSE, s.PAIR_2, s.PAIR_4, s.EVERYTHING, s.AFTER_SPIKE),
        "",
    ),
    Constant(
        evidence,
        "SPIKE_RATE",
        _values(0.0005, 0.002, 0.008),
        (*FALSE, s.PAIR_2, s.PAIR_4, s.AFTER_SPIKE),
        "",
    ),
    Constant(
        evidence,
        "SPIKE_RANGE",
        _values(0.25, 0.5, 1),
        (*FALSE, s.PAIR_2, s.PAIR_4, s.AFTER_SPIKE),
        "",
    ),
    Constant(
        evidence,
        "EARLIER_NIGHT",
        _values(2.5, 3.5, 5),
        (*FALSE, s.PAIR_4, s.EVERYTHING, s.AFTER_SPIKE),
        "",
    ),
    Constant(evidence, "EASY", _values(2, 3, 4), (s.FALSE_2, s.PAIR_2, s.SMALL), ""),
    Constant(slowdown, "WINDOW", _values(20, 40, 80), (s.FALSE_4, s.PAIR_2, s.WANDERING), ""),
    Constant(
        slowdown,
        "PART_OF_GROUP",
        {f"SLOWDOWN / {n}" if n else "0": evidence.SLOWDOWN / n if n else 0.0 for n in (0, 4, 2)},
        (s.THREE_CHANGED, s.FOURTH),
        "",
    ),
    Constant(slowdown, "MIN_GROUP", _values(2, 3, 5), (s.SCHEME, s.OTHERS), ""),
    Constant(noise, "MIN_BASELINE", _values(2, 3, 5), (s.FIRST_NIGHTS, s.FOURTH_NIGHT), ""),
    Constant(
        noise,
        "MIN_PAIRS",
        _values(3, 4, 5),
        (s.FALSE_OF_3, s.ONE_OF_3, s.FALSE_OF_4, s.ONE_OF_4),
        "",
    ),
    Constant(noise, "OUTLIER", _values(3, 4, 6), (*FALSE, s.PAIR_2, s.SPIKY_BASELINE), ""),
    Constant(noise, "ODD_SHARE", _values(0.01, 0.05, 0.2), (*FALSE, s.SCHEME, s.EVERYTHING), ""),
    Constant(noise, "COMMON_FREEDOM", _values(1, 3, 10), (*FALSE, s.SCHEME, s.EVERYTHING), ""),
    Constant(
        student,
        "MAX_PRIOR_FREEDOM",
        _values(20, 200, 2000),
        (s.FALSE_4, s.PAIR_2, s.FIRST_NIGHTS, s.BIMODAL),
        "",
    ),
    Constant(student, "LEAST_DEVIATION", _values(1e-4, 1e-3, 5e-3), (s.TINY,), ""),
)
"""In the order of the tables."""


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


REMEMBERED: Mapping[str, _Known] = MappingProxyType(
    {name: _Known(getattr(slowdown, name)) for name in ("fit", "common_factor", "median")}
)


@contextmanager
def _remembering() -> Iterator[None]:
    """Compute each fit, common factor and median once."""
    with ExitStack() as stack:
        for name, known in REMEMBERED.items():
            stack.enter_context(patch.object(slowdown, name, known))
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


def measure() -> Iterator[Effect]:
    """Measure every value; the one in force once a situation."""
    with _remembering():
        in_force = {situation.title: situation.shares() for situation in s.SITUATIONS}
    for row in CONSTANTS:
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
    weighs = row.module in (evidence, slowdown)
    with _remembering() if weighs else nullcontext(), row.set_to(value):
        return situation.shares()


def _mean(shares: Floats) -> tuple[float, float]:
    """Return the mean over histories in per cent, and its standard error."""
    return 100 * float(shares.mean()), 100 * float(shares.std(ddof=1)) / math.sqrt(len(shares))


INTRODUCTION = """\
# The gate's constants

    pip install -e '.[gate]' && python -m lab.gate.constants
"""


def markdown(effects: Iterable[Effect]) -> str:
    """Return the page: a table and what it shows for each constant, and the situations."""
    known = {(effect.constant, effect.value, effect.situation): effect for effect in effects}
    parts = [INTRODUCTION.strip()]
    for row in CONSTANTS:
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
    rows = [(row.title, row.count, len(row.judged)) for row in s.SITUATIONS]
    columns = ["", "histories", "judged nights of each"]
    return pd.DataFrame(rows, columns=columns).to_markdown(index=False)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lab.gate.constants", description=__doc__)
    parser.add_argument("--draw-only", action="store_true", help="draw what was measured before")
    path = DOCS / "constants.csv"
    if not parser.parse_args().draw_only:
        table = pd.DataFrame(vars(effect) for effect in measure())
        table.to_csv(path, index=False, float_format="%.5g")
    rows = pd.read_csv(path, dtype={"value": str}).to_dict("records")
    effects = [Effect(**{str(name): number for name, number in row.items()}) for row in rows]
    (DOCS / "constants.md").write_text(markdown(effects), encoding="utf-8")


if __name__ == "__main__":
    main()
