"""`lowprec calibrate`: train pairs over seeds, show the spread, propose rows."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING

from lowprec.commands.command import Command, Result
from lowprec.commands.completion import completed_by, list_of
from lowprec.wording import counted

if TYPE_CHECKING:
    from lowprec.expectations.trials import Trial
    from lowprec.record.record import Record
    from lowprec.training.pair import Plan

__all__ = ["CALIBRATE", "calibrate"]


def calibrate(plans: Sequence[Plan], write: bool) -> Iterator[str]:
    """Train every plan, a seed a round; yield each proposed row, and keep it where `write` is set.

    Where a row is in force, the seeds also try it: how often sessions of these seeds pass, and how
    often it notices a loss. That means something only on seeds that the row was not made from.

    A row is written as soon as its pair is done, so that a long run that is broken off keeps
    what it has measured.

    Raises:
        DataError: the protocol's data is missing or damaged.
        ExpectationError: the table cannot be read or written.
    """
    from lowprec.data.inputs import check_inputs
    from lowprec.expectations.calibration import made_with, propose, row_text, widened
    from lowprec.expectations.table import conditions_of, load_expectations, write_expectations
    from lowprec.expectations.trials import trial
    from lowprec.rows.models import MODELS

    check_inputs(plans[0].protocol, [MODELS[plan.task.name] for plan in plans])
    trials = []
    for record in map(_trained, plans):
        row = propose(record, conditions_of(record), made_with())
        table = dict(load_expectations())
        yield row_text(row)
        if old := table.get(row.conditions):
            trials.append(trial(record, old))
            yield f"  the row in force {_trial_text(trials[-1])}"
            for change in widened(old, row):
                yield f"  wider than the row in force: {change}"
        if write:
            table[row.conditions] = row
            write_expectations(table.values())
    if len(trials) > 1:
        rate = math.prod(trial.pass_rate for trial in trials)
        yield f"the {len(trials)} rows in force pass together at a rate of {rate:.4f}"


def _trained(plan: Plan) -> Record:
    from lowprec.training.pair import PairTrainer
    from lowprec.training.progress import ProgressLine, real_terminal, shown

    terminal = real_terminal()
    line = ProgressLine(terminal) if terminal else None
    with shown(line, plan, column=0) as on_epoch, PairTrainer(plan, on_epoch) as trainer:
        trainer.train_all()
    return trainer.record()


def _trial_text(trial: Trial) -> str:
    from lowprec.expectations.trials import LOSS

    text = f"passes {trial.passed} of {counted(trial.sessions, 'session')} of these seeds"
    if trial.noticed is None:
        return text
    return f"{text}, and notices a loss of {LOSS} in {trial.noticed} of these {trial.sessions}"


def _options(parser: argparse.ArgumentParser) -> None:
    from lowprec.choices import FIRST_CALIBRATION_SEED, MAX_SEED, MIN_SEEDS, integer, names_in
    from lowprec.rows.models import MODELS, PAPER_MODELS
    from lowprec.rows.protocols import PROTOCOLS
    from lowprec.rows.schemes import PAPER_SCHEMES, SCHEME_SETS, SCHEMES

    parser.add_argument("--protocol", choices=tuple(PROTOCOLS), default="quick")
    models = parser.add_argument(
        "--models", type=names_in(MODELS), default=PAPER_MODELS, metavar="A,B"
    )
    completed_by(models, list_of(MODELS))
    schemes = parser.add_argument(
        "--schemes", type=names_in(SCHEMES, SCHEME_SETS), default=PAPER_SCHEMES, metavar="a,b"
    )
    completed_by(schemes, list_of([*SCHEMES, *SCHEME_SETS]))
    parser.add_argument(
        "--seeds",
        type=integer(MIN_SEEDS, 1000),
        default=MIN_SEEDS,
        metavar="N",
        help=f"trainings a pair, each with a seed of its own (default and least: {MIN_SEEDS})",
    )
    parser.add_argument(
        "--first-seed",
        type=integer(0, MAX_SEED),
        default=FIRST_CALIBRATION_SEED,
        metavar="N",
        help=f"the next training has N + 1, and so on (default: {FIRST_CALIBRATION_SEED})",
    )
    parser.add_argument(
        "--write", action="store_true", help="put the proposed rows into expectations.csv"
    )


def _run(options: argparse.Namespace) -> Result:
    from lowprec.rows.models import MODELS
    from lowprec.rows.protocols import PROTOCOLS
    from lowprec.rows.schemes import SCHEMES
    from lowprec.training.pair import Plan
    from lowprec.training.task import paper_task

    protocol = PROTOCOLS[options.protocol]
    seeds = tuple(range(options.first_seed, options.first_seed + options.seeds))
    plans = [
        Plan(paper_task(MODELS[model], protocol), SCHEMES[scheme], protocol, seeds)
        for model, scheme in product(options.models, options.schemes)
    ]
    return Result(calibrate(plans, options.write))


CALIBRATE = Command(
    ("calibrate",), "train pairs over many seeds and propose their expectations", _run, _options
)
