"""The `lowprec calibrate` command: train pairs over seeds, show the spread, propose rows."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from itertools import product

from lowprec import framework
from lowprec.calibration import propose, widened
from lowprec.expectations import (
    Expectation,
    load_expectations,
    write_expectations,
)
from lowprec.inputs import check_inputs
from lowprec.pairs import PairTrainer, Plan, expectation_key
from lowprec.progress import ProgressLine, real_terminal, shown

__all__ = ["calibrate"]


def calibrate(
    protocol: str,
    models: Sequence[str],
    schemes: Sequence[str],
    seeds: Sequence[int],
    write: bool,
    tell: Callable[[str], None],
) -> None:
    """Train every pair once a seed; `tell` each proposed row, and keep it where `write` is set.

    A row is written as soon as its pair is done, so that a long run that is broken off keeps
    what it has measured.

    Raises:
        DataError: the protocol's data is missing or damaged.
        ExpectationError: the table cannot be read or written.
    """
    check_inputs(protocol, models)
    for row in _proposals(protocol, models, schemes, seeds):
        table = dict(load_expectations())
        old = table.get(row.key)
        tell(_told(row))
        for change in widened(old, row) if old else ():
            tell(f"  wider than the row in force: {change}")
        if write:
            table[row.key] = row
            write_expectations(table.values())


def _proposals(
    protocol: str, models: Sequence[str], schemes: Sequence[str], seeds: Sequence[int]
) -> Iterator[Expectation]:
    terminal = real_terminal()
    line = ProgressLine(terminal) if terminal else None
    for model, scheme in product(models, schemes):
        plan = Plan(model, scheme, protocol, tuple(seeds))
        with shown(line, plan, column=0) as on_epoch, PairTrainer(plan, on_epoch) as trainer:
            trainer.train_all()
        record = trainer.record()
        yield propose(record, expectation_key(record), _made_with())


def _made_with() -> str:
    device = framework.device()
    where = device.gpu or ("cpu with oneDNN" if device.onednn else "cpu without oneDNN")
    return (
        f"TensorFlow {framework.tensorflow_version()}, Keras {framework.keras_version()}, {where}, "
        f"{datetime.datetime.now(tz=datetime.UTC).date()}"
    )


def _told(row: Expectation) -> str:
    band = "" if row.accuracy_min is None else f" {row.accuracy_min:.4f} to {row.accuracy_max:.4f}"
    return f"{row.model} {row.scheme}: {row.outcome}{band}\n  {row.evidence}"
