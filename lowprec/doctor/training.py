"""A training step by step, with what it leaves after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.data.inputs import Inputs
from lowprec.diagnosis.observed import Run
from lowprec.doctor.nets import taken
from lowprec.doctor.probe import Batch, as_tensors
from lowprec.doctor.trace import wide
from lowprec.doctor.twin_step import Taken
from lowprec.errors import LowprecError, UsageError
from lowprec.record.outcomes import round_outcome
from lowprec.training.evaluation import bad_prediction, unread_weight
from lowprec.training.missing_kernels import naming_missing_kernels
from lowprec.training.task import Task

__all__ = ["OnStep", "batches", "run", "steps_of"]

LOST = 20
"""Steps in a row with a loss and weights that are not finite, after which nothing comes back."""

OnStep = Callable[[Taken], None]


def batches(task: Task, inputs: Inputs, seed: int) -> Iterator[Batch]:
    """Yield the batches of all epochs, in an order that is the same for each training.

    Arrays are shuffled here; data sets come in their own order, begun from the same seed.
    """
    framework.keras_module().utils.set_random_seed(seed)
    arguments = inputs.train.fit_arguments(task.batch_size)
    random = np.random.default_rng(seed)
    for _ in range(task.budget.epochs):
        if "y" in arguments:
            yield from _of_arrays(arguments, random)
        else:
            for batch in _of_batches(arguments["x"]):
                yield (*batch, None) if len(batch) == 2 else tuple(batch[:3])


def steps_of(task: Task, inputs: Inputs) -> int:
    """Return how many steps a training takes, or nearly so where the data comes in batches."""
    size = task.batch_size or len(
        framework.import_tensorflow().nest.flatten(inputs.train.example()[1])[0]
    )
    examples = len(framework.import_tensorflow().nest.flatten(inputs.train.labels)[0])
    return task.budget.epochs * -(-examples // size)


def _of_arrays(arguments: dict[str, Any], random: np.random.Generator) -> Iterator[Batch]:
    structure = framework.import_tensorflow().nest
    x, y, size = arguments["x"], arguments["y"], arguments["batch_size"] or 32
    order = random.permutation(len(structure.flatten(y)[0]))
    for start in range(0, len(order), size):
        places = order[start : start + size]
        yield (*structure.map_structure(lambda array: array[places], (x, y)), None)  # noqa: B023


def _of_batches(data: Any) -> Iterator[Any]:
    if hasattr(data, "element_spec"):
        yield from data
    else:
        yield from (data[place] for place in range(len(data)))
        data.on_epoch_end()


def run(
    net: Any, task: Task, scheme: str, inputs: Inputs, seed: int, on_step: OnStep | None = None
) -> Run:
    """Train a compiled model for all of its budget, or until it is lost.

    Args:
        net: with fresh weights and a built optimizer.
        task: that it is of.
        scheme: name, for the result.
        inputs: the task's.
        seed: of the order of examples.
        on_step: called after each step.
    """
    state = framework.state_variables(net)
    begun = [wide(v) for v in net.trainable_variables]
    losses: list[float] = []
    scales: list[float] = []
    trained = {id(v) for v in net.trainable_variables}
    places = [place for place, variable in enumerate(state) if id(variable) in trained]
    skipped, lost, before = 0, 0, taken(state)
    for number, batch in enumerate(batches(task, inputs, seed), start=1):
        scale = framework.loss_scale(net)
        loss = _train(net, batch)
        after = taken(state)
        applied = any(not _equal(before[place], after[place]) for place in places)
        losses.append(loss)
        skipped += not applied
        scales += [scale] if scale is not None else []
        if on_step:
            on_step(Taken(number, batch, loss, scale, before, after, applied))
        before = after
        lost = lost + 1 if not np.isfinite(loss) and not _finite(net) else 0
        if lost == LOST:
            break
    return _result(net, task, scheme, inputs, losses, scales, skipped, begun)


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    return one.tobytes() == other.tobytes()


def _finite(net: Any) -> bool:
    return all(np.isfinite(wide(v)).all() for v in net.trainable_variables)


def _train(net: Any, batch: Batch) -> float:
    """Take a step; return its loss, without those of the steps before it."""
    net.reset_metrics()
    inputs, labels, weights = as_tensors(batch)
    try:
        with naming_missing_kernels():
            result = net.train_on_batch(inputs, labels, sample_weight=weights, return_dict=True)
    except LowprecError:
        raise
    except Exception as error:
        first_line = str(error).strip().partition("\n")[0]
        raise UsageError(
            f"a step of the training raised {type(error).__name__}: {first_line}; that is no "
            "matter of precision: look at shapes, labels and the loss"
        ) from error
    return float(np.asarray(result["loss"], dtype=np.float64))


def _result(
    net: Any,
    task: Task,
    scheme: str,
    inputs: Inputs,
    losses: list[float],
    scales: list[float],
    skipped: int,
    begun: list[np.ndarray],
) -> Run:
    test, metric = inputs.test, task.metric

    def predict() -> np.ndarray:
        answers: np.ndarray = net.predict(**test.predict_arguments(task.batch_size), verbose=0)
        return answers

    predictions = predict()
    unread_weight(net, predict, predictions)  # sets to 0 what nothing reads
    score = metric.score(net, predictions, test.labels)
    trainable = {id(v) for v in net.trainable_variables}
    bad = [v for v in net.weights if not np.isfinite(wide(v)).all()]
    moved = [(wide(v) != b).ravel() for v, b in zip(net.trainable_variables, begun, strict=True)]
    not_finite = [n for n, loss in enumerate(losses, start=1) if not np.isfinite(loss)]
    outcome = round_outcome(
        (),
        (framework.weight_name(bad[0]), "nan") if bad else None,
        bad_prediction(predictions),
        score,
        metric.guess(test.labels),
    )
    return Run(
        scheme=scheme,
        steps=len(losses),
        skipped=skipped,
        losses=tuple(loss if np.isfinite(loss) else None for loss in losses),
        outcome=outcome.outcome,
        score=score.accuracy,
        moved=float(np.concatenate(moved).mean()) if moved else 0.0,
        first_bad_loss=not_finite[0] if not_finite else None,
        last_bad_loss=not_finite[-1] if not_finite else None,
        bad_variable=framework.weight_name(bad[0]) if bad else None,
        bad_trained=bool(bad) and id(bad[0]) in trainable,
        least_scale=min(scales, default=None),
        last_scale=framework.loss_scale(net),
    )
