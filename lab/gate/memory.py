"""python -m lab.gate.memory: what the gate remembers over versions, drifts, lanes and steps.

docs/gate/memory.csv has the measured numbers, docs/gate/memory.md the tables.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from lowprec.judging.student import Floats
from lowprec.rows.matrix import MATRIX

from .generator import SCOPES, Flags, histories
from .kinds import DRIFT, FALSE_ALARMS, KINDS, MACHINES, ONE_VERSION, Kind
from .measured import (
    ALARMS,
    BY_LIMIT,
    LAST,
    MEDIAN,
    SAME_NIGHT,
    WITHIN_3,
    Measured,
    key,
    read,
    write,
)
from .memory_tables import GATE, markdown
from .rates_before import rates_before_and_after
from .rules import RULES

DOCS = Path(__file__).parents[2] / "docs" / "gate"


def measure(rules: Iterable[str]) -> Iterator[Measured]:
    """Measure every kind, rule by rule."""
    for rule in rules:
        within: dict[str, Mapping[str, Floats]] = {}
        for kind in KINDS:
            count = kind.histories if rule == GATE else kind.others
            if not count or (kind.compared and rule != GATE):
                continue
            answers = np.array(list(_answers(rule, kind, count)))
            numbers = _numbers(kind, answers)
            if kind.software == ONE_VERSION:
                within[kind.seed] = numbers
            compared = within[kind.seed] if kind.compared else {}
            yield from _measured(rule, kind, numbers, compared)
            if kind.question == DRIFT:
                for name, middle in ((MEDIAN, np.median), (LAST, np.max)):
                    ratio = float(middle(_ratio(kind, answers)))
                    yield _row(rule, kind, name, count, ratio if np.isfinite(ratio) else np.nan)


def _answers(rule: str, kind: Kind, count: int) -> Iterator[float]:
    """Yield the share of nights with an alarm, or on which of the nights asked it was found."""
    # The others look at each pair alone: those that do not change have no part in what they find.
    alone = rule != GATE and kind.scope
    columns = np.flatnonzero(SCOPES[kind.scope]) if alone else np.arange(len(MATRIX))
    changed = np.isin(columns, np.flatnonzero(SCOPES[kind.scope] if kind.scope else []))
    least = max(1.0, kind.least * changed.sum())
    for history, _ in histories(kind.seed, MACHINES[kind.machine], kind.asked.stop, count):
        flags = _flags(rule, kind, kind.change(history)[:, columns], columns)
        if kind.question == FALSE_ALARMS:
            yield float(np.mean([night.any() for night in flags]))
        else:
            delays = (n for n, night in enumerate(flags, 1) if night[changed].sum() >= least)
            yield next(delays, float("inf"))


def _flags(rule: str, kind: Kind, log_s: Floats, columns: npt.NDArray[np.intp]) -> Iterator[Flags]:
    """Yield which pairs are called slower on the nights asked, as long as somebody looks."""
    gate = RULES[rule]([MATRIX[column] for column in columns])
    for number, night in enumerate(log_s):
        version = kind.version(number)
        if number < kind.learnt:
            gate.learn(night, version)
            continue
        flags = gate.judge(night, version)
        if number in kind.asked:
            yield flags


def _numbers(kind: Kind, answers: Floats) -> dict[str, Floats]:
    """Return what is told of a kind, each with a value a history."""
    if kind.question == FALSE_ALARMS:
        return {ALARMS: answers}
    if kind.question == DRIFT:
        return {BY_LIMIT: (_ratio(kind, answers) <= kind.limit).astype(float)}
    return {SAME_NIGHT: (answers <= 1).astype(float), WITHIN_3: (answers <= 3).astype(float)}


def _ratio(kind: Kind, nights: Floats) -> Floats:
    """Return how much slower than at first it has become after so many nights."""
    ratio: Floats = (1 + kind.share) ** nights
    return ratio


def _measured(
    rule: str, kind: Kind, numbers: Mapping[str, Floats], within: Mapping[str, Floats]
) -> Iterator[Measured]:
    for name, values in numbers.items():
        mean, error = _mean(values)
        apart = _mean(values - within[name]) if within else ()
        yield _row(rule, kind, name, len(values), mean, error, *apart)


def _row(rule: str, kind: Kind, number: str, count: int, *value: float) -> Measured:
    return Measured(*key(kind, rule, number), count, count * len(kind.asked), *value)


def _mean(values: Floats) -> tuple[float, float]:
    """Return the mean over histories, and its standard error."""
    error = float(values.std(ddof=1)) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return float(values.mean()), error


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lab.gate.memory", description=__doc__)
    parser.add_argument("--rule", choices=RULES, help="measure one alone, the others stay (all)")
    parser.add_argument("--draw-only", action="store_true", help="draw what was measured before")
    options, path = parser.parse_args(), DOCS / "memory.csv"
    if not options.draw_only:
        rules = [options.rule] if options.rule else list(RULES)
        stay = [row for row in read(path).values() if row.rule not in rules] if options.rule else []
        rows: list[Measured] = []
        for row in measure(rules):
            rows.append(row)
            write([*rows, *stay], path)  # as it comes: it takes a while
            print(f"{time.process_time():.0f} s: {', '.join(row.key)}", flush=True)
    before, after = (pd.read_csv(DOCS / name) for name in ("rates.before.csv", "rates.csv"))
    rates = rates_before_and_after(before, after)
    text = f"{markdown(read(path))}\n## Rates before and after\n\n{rates}\n"
    (DOCS / "memory.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
