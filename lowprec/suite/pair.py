"""The training of one pair in a test: under pytest-benchmark's clock, judged, as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lowprec.expectations.calibration import made_with, propose
from lowprec.expectations.table import (
    EXPECTATIONS_PATH,
    Conditions,
    Expectation,
    conditions_of,
    load_expectations,
    write_expectations,
)
from lowprec.expectations.verdict import Judgement, judge_record
from lowprec.record.record import Record
from lowprec.record.stored_pair import StoredPair
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import Scheme
from lowprec.suite.options import Options
from lowprec.training.pair import OnEpoch, PairTrainer, Plan
from lowprec.training.task import Task

__all__ = ["calibrated", "judged", "plan_of", "rows_in", "trained"]


def plan_of(task: Task, scheme: Scheme, option: Options, timed: bool) -> Plan:
    """Return what the session's options say of the training of a pair.

    Args:
        task: what is trained.
        scheme: that it is trained in.
        option: those of the session.
        timed: whether anything is timed; without that, nothing is warmed up.
    """
    protocol = PROTOCOLS[option.protocol]
    warmups = protocol.warmup_rounds if timed else 0
    rounds = option.rounds or protocol.rounds
    seeds = (option.seed,) * warmups + tuple(range(option.seed, option.seed + rounds))
    # Who names a number of rounds wants no more.
    least_s = protocol.least_training_s if timed and not option.rounds else 0.0
    return Plan(task, scheme, protocol, seeds, warmups, least_s, option.devices)


def trained(plan: Plan, benchmark: Any, on_epoch: OnEpoch | None) -> Record:
    """Train all rounds of a plan, timed where pytest-benchmark is enabled."""
    with PairTrainer(plan, on_epoch) as trainer:
        if benchmark.enabled:
            benchmark.pedantic(
                trainer.fit,
                setup=trainer.start,
                teardown=trainer.finish,
                rounds=trainer.warm_up(),
            )
        else:
            benchmark.pedantic(trainer.train_all)
    return trainer.record()


def rows_in(table: Path) -> Mapping[Conditions, Expectation]:
    """Return the expectations of a table; none where a user has not made one yet.

    Raises:
        ExpectationError: it cannot be read, or the package's own is missing.
    """
    return load_expectations(table) if table == EXPECTATIONS_PATH or table.exists() else {}


def calibrated(plan: Plan, table: Path, on_epoch: OnEpoch | None) -> Expectation:
    """Train a plan, a seed a round, and write the row that follows into a table; return the row.

    Raises:
        ExpectationError: the table cannot be read or written.
    """
    rows = dict(rows_in(table))
    with PairTrainer(plan, on_epoch) as trainer:
        trainer.train_all()
    record = trainer.record()
    row = propose(record, conditions_of(record), made_with())
    write_expectations((rows | {row.conditions: row}).values(), table)
    return row


def judged(
    record: Record, table: Path, asked_for: tuple[Pair, ...] | None
) -> tuple[Judgement, StoredPair]:
    """Judge a record against this environment's expectation; return that and the stored form.

    Args:
        record: of the pair.
        table: where its expectation stands; one that is missing has none.
        asked_for: the pairs that the session was to train; None where that was the matrix.
    """
    conditions = conditions_of(record)
    expectation = rows_in(table).get(conditions)
    own_table = table.name if table != EXPECTATIONS_PATH else None
    judgement = judge_record(record, conditions, expectation, own_table)
    expected = expectation.stored(len(record.rounds)) if expectation else None
    return judgement, StoredPair.of(
        record, expected, judgement.verdict, judgement.message, asked_for
    )
