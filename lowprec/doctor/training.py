"""A training step by step, with what it leaves after each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.data.inputs import Inputs
from lowprec.diagnosis.observed import Run
from lowprec.doctor.batches import batches
from lowprec.doctor.nets import taken
from lowprec.doctor.probe import Batch, as_tensors
from lowprec.doctor.trace import all_finite
from lowprec.doctor.twin_step import Taken
from lowprec.errors import LowprecError, UsageError
from lowprec.record.outcomes import round_outcome
from lowprec.training.evaluation import bad_prediction, unread_weight
from lowprec.training.missing_kernels import naming_missing_kernels
from lowprec.training.task import Task

__all__ = ["OnStep", "run"]

LOST = 20
"""Steps in a row with a loss and weights that are not finite, after which nothing comes back."""

OnStep = Callable[[Taken], None]


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
    steps = _Steps(net)
    for batch in batches(task, inputs, seed):
        step = steps.take(batch)
        if on_step:
            on_step(step)
        if steps.lost == LOST:
            break
    return steps.result(task, scheme, inputs)


class _Steps:
    """Takes steps, and keeps what is said of them as a whole.

    Attributes:
        lost: steps up to the last one with neither loss nor weights finite.
    """

    def __init__(self, net: Any) -> None:
        self.lost = 0
        self._net = net
        self._state = framework.state_variables(net)
        self._trained = {id(variable) for variable in net.trainable_variables}
        self._begun = self._before = taken(self._state)
        self._losses: list[float] = []
        self._scales: list[float] = []
        self._still = 0

    def take(self, batch: Batch) -> Taken:
        """Train on a batch."""
        scale = framework.loss_scale(self._net)
        loss = _train(self._net, batch)
        before, self._before = self._before, taken(self._state)
        applied = any(now.tobytes() != then.tobytes() for then, now in self._changes(before))
        self._losses.append(loss)
        self._scales += [] if scale is None else [scale]
        self._still += not applied
        alive = np.isfinite(loss) or all_finite(self._net.trainable_variables)
        self.lost = 0 if alive else self.lost + 1
        return Taken(len(self._losses), batch, loss, scale, before, self._before, applied)

    def _changes(self, since: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return each trainable variable as it was, and as it is."""
        return [
            (then, now)
            for variable, then, now in zip(self._state, since, self._before, strict=True)
            if id(variable) in self._trained
        ]

    def result(self, task: Task, scheme: str, inputs: Inputs) -> Run:
        """Score the model, and return what came of the training."""
        net, test, metric = self._net, inputs.test, task.metric

        def predict() -> np.ndarray:
            answers: np.ndarray = net.predict(**test.predict_arguments(task.batch_size), verbose=0)
            return answers

        predictions = predict()
        unread_weight(net, predict, predictions)  # sets to 0 what nothing reads
        score = metric.score(net, predictions, test.labels)
        bad = [v for v in net.weights if not all_finite([v])]
        name = framework.weight_name(bad[0]) if bad else None
        guess = metric.guess(test.labels)
        outcome = round_outcome(
            (), (name, "nan") if name else None, bad_prediction(predictions), score, guess
        )
        moved = [(then != now).ravel() for then, now in self._changes(self._begun)]
        bad_losses = [n for n, loss in enumerate(self._losses, 1) if not np.isfinite(loss)]
        return Run(
            scheme=scheme,
            steps=len(self._losses),
            skipped=self._still,
            losses=tuple(loss if np.isfinite(loss) else None for loss in self._losses),
            outcome=outcome.outcome,
            score=score.accuracy,
            moved=float(np.concatenate(moved).mean()) if moved else 0.0,
            first_bad_loss=bad_losses[0] if bad_losses else None,
            last_bad_loss=bad_losses[-1] if bad_losses else None,
            bad_variable=name,
            bad_trained=bool(bad) and id(bad[0]) in self._trained,
            least_scale=min(self._scales, default=None),
            last_scale=framework.loss_scale(net),
        )


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
