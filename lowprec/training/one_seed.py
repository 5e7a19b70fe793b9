"""One round of one pair, as a calibration trains it here or in a worker of a cluster."""

from __future__ import annotations

import socket
import threading
from datetime import UTC, datetime
from functools import cache, lru_cache, partial

from cpuinfo import get_cpu_info

from lowprec.data.datasets import front, load
from lowprec.data.inputs import check_inputs
from lowprec.record.data_info import DataInfo
from lowprec.record.seed_round import Maker, SeedRound, Work
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.environment import current_environment
from lowprec.training.own_code import own_code
from lowprec.training.pair import OnEpoch, PairTrainer, Plan
from lowprec.training.shared_model import SharedModel
from lowprec.training.task import paper_task

__all__ = ["data_of", "plan_of", "this_maker", "train_round"]

_ALONE = threading.Lock()
"""A round sets what holds for the whole process; a worker may have several threads."""


def plan_of(work: Work, *seeds: int) -> Plan:
    """Return the plan of a round, or of more of its pair's."""
    protocol = PROTOCOLS[work.protocol]
    task = paper_task(MODELS[work.model], protocol)
    return Plan(task, SCHEMES[work.scheme], protocol, seeds or (work.seed,))


def train_round(work: Work, on_epoch: OnEpoch | None = None) -> SeedRound:
    """Train one round from fresh weights; return what came of it.

    Raises:
        DataError: the data is missing or damaged.
        PrecisionError: a built layer does not have the scheme's dtypes.
    """
    with _ALONE:
        model = _model(work.protocol, work.model, work.scheme)
        with PairTrainer(plan_of(work), on_epoch, model) as trainer:
            trainer.train_all()
        record, maker = trainer.record(), this_maker()
    return SeedRound(
        work=work,
        budget=record.budget,
        data=record.data,
        maker=maker,
        day=str(datetime.now(UTC).date()),
        guess=record.guess,
        round=record.rounds[0] if record.rounds else None,
        unsupported=record.unsupported,
    )


@lru_cache(maxsize=1)
def _model(protocol: str, model: str, scheme: str) -> SharedModel:
    """Return the pair's one model, which its next round finds traced; the pair before is gone."""
    plan = plan_of(Work(protocol, model, scheme, 0))
    return SharedModel(partial(plan.task.build, plan.scheme))


@cache
def this_maker() -> Maker:
    """Return who this process is; imports TensorFlow."""
    return Maker(own_code(), current_environment(get_cpu_info()), socket.gethostname())


def data_of(protocol: str, model: str) -> DataInfo:
    """Return what a model is trained on, without importing TensorFlow for the sample.

    Raises:
        DataError: it is missing or damaged.
    """
    row = PROTOCOLS[protocol]
    check_inputs(row, [MODELS[model]])
    dataset, size = load(MODELS[model].dataset, row.source), row.budgets[model].train_size
    return (front(dataset, size) if size else dataset).info
