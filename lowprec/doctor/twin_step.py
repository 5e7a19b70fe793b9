"""A step of the training set beside the same step in float64, variable by variable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec import structs

from lowprec import framework
from lowprec.diagnosis.formats import format_of
from lowprec.diagnosis.observed import Numbers, Step, VariableStep
from lowprec.doctor.nets import put, put_optimizer, taken
from lowprec.doctor.probe import Batch, Gradient, Look, look
from lowprec.doctor.trace import all_finite, numbers, wide

__all__ = ["Taken", "step_beside_twin"]


@dataclass(frozen=True)
class Taken:
    """A step as the training took it.

    Attributes:
        number: from 1.
        batch: that it was of.
        loss: as it was reported.
        scale: of the loss, before it.
        before, after: values of `framework.state_variables`.
        applied: whether it changed a weight.
    """

    number: int
    batch: Batch
    loss: float
    scale: float | None
    before: list[np.ndarray]
    after: list[np.ndarray]
    applied: bool


def step_beside_twin(net: Any, twin: Any, taken_step: Taken) -> Step:
    """Look at a step that was taken; the model is after it as it was before.

    Args:
        net: that took the step.
        twin: the same model in float64; its weights and its optimizer are overwritten.
        taken_step: the step.
    """
    state = framework.state_variables(net)
    put(state, taken_step.before)
    low = look(net, taken_step.batch)
    weights = [wide(v) for v in net.trainable_variables]
    put(twin.weights, taken(net.weights))
    put_optimizer(twin, net)
    beside = look(twin, taken_step.batch, low.trace.suspects)
    twin_updates = _updates(twin, [gradient.tensor for gradient in beside.gradients])
    repeated = _repeated(twin, beside, twin_updates)
    put(state, taken_step.after)
    moments = framework.second_moments(net) or [None] * len(weights)
    seen = tuple(
        _variable(variable, *values)
        for variable, *values in zip(
            net.trainable_variables,
            weights,
            low.gradients,
            beside.gradients,
            moments,
            twin_updates,
            repeated,
            strict=True,
        )
    )
    return Step(
        number=taken_step.number,
        loss=_finite(taken_step.loss),
        twin_loss=_finite(beside.loss),
        loss_scale=taken_step.scale,
        applied=taken_step.applied,
        weights_finite=all_finite(net.trainable_variables),
        first_bad=low.first_bad(beside),
        layers=low.trace.layers,
        variables=seen,
    )


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _updates(twin: Any, gradients: Sequence[Any]) -> list[np.ndarray]:
    """Return how the twin's optimizer moves its weights by gradients, and put them back."""
    weights, optimizer = twin.trainable_variables, framework.inner_optimizer(twin)
    variables = [*weights, *optimizer.variables]
    before = taken(variables)
    pairs = [(g, v) for g, v in zip(gradients, weights, strict=True) if g is not None]
    optimizer.apply_gradients(pairs)
    moved = [
        after - start for after, start in zip(taken(weights), before[: len(weights)], strict=True)
    ]
    put(variables, before)
    return moved


def _repeated(twin: Any, beside: Look, updates: Sequence[np.ndarray]) -> list[float | None]:
    """Return how the update of each variable differs where repeated rows are summed first."""
    if not any(gradient.repeated for gradient in beside.gradients):
        return [None] * len(beside.gradients)
    tf = framework.import_tensorflow()
    dense = [
        g.tensor if g.tensor is None else tf.convert_to_tensor(g.tensor) for g in beside.gradients
    ]
    summed = _updates(twin, dense)
    return [
        _norm(one) / _norm(other) if gradient.repeated and _norm(other) else None
        for gradient, one, other in zip(beside.gradients, updates, summed, strict=True)
    ]


def _norm(values: np.ndarray) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt((values**2).sum()))


def _variable(
    variable: Any,
    before: np.ndarray,
    gradient: Gradient,
    twin_gradient: Gradient,
    moment: Any,
    twin_update: np.ndarray,
    repeated: float | None,
) -> VariableStep:
    dtype = str(framework.import_tensorflow().as_dtype(variable.dtype).name)
    after = wide(variable)
    with np.errstate(over="ignore", invalid="ignore"):
        update = after - before
    moves, still = twin_update != 0, after == before
    small = np.abs(twin_update) < format_of(dtype).spacing(np.nan_to_num(before)) / 2
    known, not_zero = twin_gradient.values != 0, gradient.values != 0
    return VariableStep(
        name=framework.weight_name(variable),
        weights=_of(before, dtype),
        gradient=gradient.summary,
        twin_gradient=twin_gradient.summary,
        lost=_share(~not_zero, known),
        moment_lost=_share(wide(moment) == 0, not_zero) if moment is not None else None,
        moment=numbers(moment) if moment is not None else None,
        update=_of(update, dtype),
        twin_update=_of(twin_update, "float64"),
        stuck=_share(still, moves),
        rounded_away=_share(still & small, moves),
        repeated=repeated,
        bad_rows=gradient.bad_rows,
        rows=gradient.rows,
    )


def _share(what: np.ndarray, among: np.ndarray) -> float:
    return float((what & among).sum() / among.sum()) if among.any() else 0.0


def _of(values: np.ndarray, dtype: str) -> Numbers:
    return structs.replace(numbers(values), dtype=dtype)
