"""The `lowprec calibrate` command: train pairs over seeds, show the spread, propose rows."""

from __future__ import annotations

import datetime
import math
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
from lowprec.records import Record
from lowprec.trials import LOSS, Trial, trial

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

    Where a row is in force, the seeds also try it: how often sessions of these seeds pass, and how
    often it notices a loss. That means something only on seeds that the row was not made from.

    A row is written as soon as its pair is done, so that a long run that is broken off keeps
    what it has measured.

    Raises:
        DataError: the protocol's data is missing or damaged.
        ExpectationError: the table cannot be read or written.
    """
    check_inputs(protocol, models)
    trials = []
    for record in _trained(protocol, models, schemes, seeds):
        row = propose(record, expectation_key(record), _made_with())
        table = dict(load_expectations())
        tell(_told(row))
        if old := table.get(row.key):
            trials.append(trial(record, old))
            tell(f"  the row in force {_trial_told(trials[-1])}")
            for change in widened(old, row):
                tell(f"  wider than the row in force: {change}")
        if write:
            table[row.key] = row
            write_expectations(table.values())
    if len(trials) > 1:
        rate = math.prod(one.pass_rate for one in trials)
        tell(f"the {len(trials)} rows in force pass together at a rate of {rate:.4f}")


def _trained(
    protocol: str, models: Sequence[str], schemes: Sequence[str], seeds: Sequence[int]
) -> Iterator[Record]:
    terminal = real_terminal()
    line = ProgressLine(terminal) if terminal else None
    for model, scheme in product(models, schemes):
        plan = Plan(model, scheme, protocol, tuple(seeds))
        with shown(line, plan, column=0) as on_epoch, PairTrainer(plan, on_epoch) as trainer:
            trainer.train_all()
        yield trainer.record()


def _made_with() -> str:
    device = framework.device()
    where = device.gpu or ("cpu with oneDNN" if device.onednn else "cpu without oneDNN")
    return (
        f"TensorFlow {framework.tensorflow_version()}, Keras {framework.keras_version()}, {where}, "
        f"{datetime.datetime.now(tz=datetime.UTC).date()}"
    )


def _trial_told(one: Trial) -> str:
    told = f"passes {one.passed} of {one.sessions} sessions of these seeds"
    if one.noticed is None:
        return told
    return f"{told}, and notices a loss of {LOSS} in {one.noticed}"


def _told(row: Expectation) -> str:
    band = "" if row.accuracy_min is None else f" {row.accuracy_min:.4f} to {row.accuracy_max:.4f}"
    return f"{row.model} {row.scheme}: {row.outcome}{band}\n  {row.evidence}"
