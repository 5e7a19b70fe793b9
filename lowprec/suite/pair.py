"""The training of one pair in a test: under pytest-benchmark's clock, judged, as it is stored."""

from __future__ import annotations

from typing import Any

from lowprec.expectations.table import conditions_of, load_expectations
from lowprec.expectations.verdict import Judgement, judge_record
from lowprec.record.record import Record
from lowprec.record.session import StoredPair
from lowprec.rows.matrix import Pair
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.pair import OnEpoch, PairTrainer, Plan

__all__ = ["judged", "plan_of", "trained"]


def plan_of(pair: Pair, option: Any, timed: bool) -> Plan:
    """Return what the session's options say of the training of a pair.

    Args:
        pair: names of model and scheme.
        option: pytest's options.
        timed: whether anything is timed; without that, nothing is warmed up.
    """
    protocol = PROTOCOLS[option.protocol]
    warmups = protocol.warmup_rounds if timed else 0
    rounds = option.rounds or protocol.rounds
    seeds = (option.seed,) * warmups + tuple(range(option.seed, option.seed + rounds))
    # Who names a number of rounds wants no more.
    least_s = protocol.least_training_s if timed and not option.rounds else 0.0
    return Plan(MODELS[pair.model], SCHEMES[pair.scheme], protocol, seeds, warmups, least_s)


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


def judged(record: Record, asked_for: tuple[Pair, ...] | None) -> tuple[Judgement, StoredPair]:
    """Judge a record against this environment's expectation; return that and the stored form."""
    conditions = conditions_of(record)
    expectation = load_expectations().get(conditions)
    judgement = judge_record(record, conditions, expectation)
    expected = expectation.stored(len(record.rounds)) if expectation else None
    return judgement, StoredPair.of(
        record, expected, judgement.verdict, judgement.message, asked_for
    )
