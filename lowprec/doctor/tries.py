"""Trainings beside the one that is examined: its remedies, and what tells causes apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from lowprec import framework
from lowprec.data.inputs import Arrays, Inputs
from lowprec.diagnosis.diagnosis import Finding, Tried
from lowprec.diagnosis.observed import Run
from lowprec.diagnosis.signs_own import MEMORISED, SMALLER_EPSILON, SMALLER_RATES, rate_name
from lowprec.doctor.batches import batches
from lowprec.doctor.mends import MENDS, CannotMendError, Mended, with_epsilon, with_learning_rate
from lowprec.doctor.nets import built
from lowprec.doctor.training import OnStep, run
from lowprec.doctor.twin import TWIN, twin_net
from lowprec.errors import LowprecError
from lowprec.rows.protocols import Budget
from lowprec.rows.schemes import Scheme
from lowprec.training.precision import precision
from lowprec.training.task import Task

__all__ = ["smaller_epsilon", "tell_apart", "trained", "try_remedies"]

BATCH_AGAIN = 200
"""Steps in which a single batch can be learnt by heart, if at all."""


def try_remedies(
    task: Task, scheme: Scheme, seed: int, cause: Finding, on_step: OnStep | None = None
) -> Iterator[Tried]:
    """Train with each remedy of what was found, one after the other."""
    numbers = cause.sign.numbers
    for remedy in cause.rule.remedies:
        if remedy.mend is None:
            yield Tried(remedy, None, "it is in code that only its author can change")
            continue
        try:
            yield Tried(remedy, trained(MENDS[remedy.mend](task, scheme, numbers), seed, on_step))
        except (CannotMendError, LowprecError) as error:
            yield Tried(remedy, None, str(error))


def trained(mended: Mended, seed: int, on_step: OnStep | None = None) -> Run:
    """Train a mended training as an examination does, without looking at its steps."""
    with precision(mended.scheme, seed):
        inputs = mended.task.load()
        net = built(mended.task, mended.scheme)
        return run(net, mended.task, mended.scheme.name, inputs, seed, on_step)


def tell_apart(
    task: Task, scheme: Scheme, inputs: Inputs, seed: int, on_step: OnStep | None = None
) -> dict[str, Run]:
    """Train a twin that does not learn otherwise: slower, and on a single batch.

    Returns:
        The trainings, by the names that the signs of faults that are not precision's ask for. It
        ends with the first learning rate at which the twin learns.
    """
    tried: dict[str, Run] = {}
    for by in SMALLER_RATES:
        with suppress(CannotMendError):
            mended = with_learning_rate(by)(task, scheme, {}).task
            tried[rate_name(by)] = found = _twin_run(mended, scheme, inputs, seed, on_step)
            if found.learns:
                return tried
    one, batch = _on_one_batch(task, inputs, seed)
    tried[MEMORISED] = _twin_run(one, scheme, batch, seed, on_step)
    return tried


def smaller_epsilon(
    task: Task, scheme: Scheme, inputs: Inputs, seed: int, on_step: OnStep | None = None
) -> dict[str, Run]:
    """Train the twin with the epsilon that Keras has by default."""
    mended = with_epsilon(1e-7)(task, scheme, {}).task
    return {SMALLER_EPSILON: _twin_run(mended, scheme, inputs, seed, on_step)}


def _twin_run(task: Task, scheme: Scheme, inputs: Inputs, seed: int, on_step: OnStep | None) -> Run:
    with precision(TWIN, seed):
        return run(twin_net(task, scheme), task, TWIN.name, inputs, seed, on_step)


def _on_one_batch(task: Task, inputs: Inputs, seed: int) -> tuple[Task, Inputs]:
    """Return a task on the first batch alone, to learn and to be scored on."""
    x, y, _ = next(batches(task, inputs, seed))
    x, y = framework.import_tensorflow().nest.map_structure(np.asarray, (x, y))
    labels = inputs.train.labels
    if isinstance(y, np.ndarray) and isinstance(labels, np.ndarray):
        y = y.reshape(len(y), *labels.shape[1:])
    one = Arrays(x, y)
    task = replace(task, budget=Budget(BATCH_AGAIN), batch_size=len(one.labels))
    return task, replace(inputs, train=one, test=one)
