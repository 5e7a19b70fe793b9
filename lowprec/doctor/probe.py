"""One step under instruments: forward, loss and backward, operation by operation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec import structs

from lowprec import framework
from lowprec.diagnosis.observed import Numbers, Operation
from lowprec.doctor.nets import without_dropout
from lowprec.doctor.trace import Key, Trace, numbers, wide
from lowprec.record.profile import CONVERSION

__all__ = ["Batch", "Gradient", "Look", "as_tensors", "look"]


Batch = tuple[Any, Any, Any]
"""What the model takes, labels, and weights of the examples or None."""


@dataclass(frozen=True)
class Gradient:
    """Of one variable, as backpropagation gives it.

    Attributes:
        tensor: TensorFlow's, dense or as slices; None where the loss does not depend on it.
        values: dense, in float64.
        summary: of these, with the dtype that it had.
        rows: how many slices it came in; 0 where it is dense.
        bad_rows: rows of the variable with a gradient that is not finite, where it came in slices.
        repeated: whether a row came more than once.
    """

    tensor: Any
    values: np.ndarray
    summary: Numbers
    rows: int = 0
    bad_rows: tuple[int, ...] = ()
    repeated: bool = False


@dataclass(frozen=True)
class Look:
    """What a step shows.

    Attributes:
        loss: of the batch, without the loss scale.
        gradients: of the trainable variables, the loss scale in them.
        trace: of the operations.
    """

    loss: float
    gradients: tuple[Gradient, ...]
    trace: Trace

    def first_bad(self, twin: Look) -> Operation | None:
        """Return the first operation that is not finite while the twin's is; else the first.

        A conversion of what is not finite in either hands that on. The twin has to have looked for
        these `suspects`.
        """
        found = None
        for key, operation in self.trace.suspects.items():
            # Conversions have no like in the twin, so that their numbers do not agree.
            other = twin.trace.wanted.get(key) if operation.kind != CONVERSION else None
            beside = structs.replace(
                operation,
                twin_operands=other.operands if other else None,
                twin_result=other.result if other else None,
            )
            own = all(operand.not_finite == 0 for operand in operation.operands)
            if other is None and (own or found is None):
                return beside
            if other is not None and not other.result.not_finite:
                return beside
            found = found or beside
        return found


def look(net: Any, batch: Batch, wanted: Collection[Key] = ()) -> Look:
    """Look at a step of a model without taking it: no weight and no moment changes.

    Args:
        net: compiled.
        batch: that the step is of.
        wanted: operations whose operands are asked for.
    """
    tf = framework.import_tensorflow()
    inputs, labels, weights = as_tensors(batch)
    trace = Trace(wanted)
    variables = net.trainable_variables
    plain = [getattr(variable, "_value", variable) for variable in variables]
    with without_dropout(net), framework.each_operation(trace.see):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(plain)
            predictions = net(inputs, training=True)
            trace.phase = "loss"
            loss = net.compute_loss(x=inputs, y=labels, y_pred=predictions, sample_weight=weights)
            scaled = framework.scaled_loss(net, loss)
        trace.phase = "backward"
        gradients = tape.gradient(scaled, plain)
    return Look(
        float(wide(loss)),
        tuple(_gradient(g, v) for g, v in zip(gradients, plain, strict=True)),
        trace,
    )


def as_tensors(batch: Batch) -> Batch:
    """Return a batch as Keras' `fit` hands it over: floating-point numbers in floatx."""
    tf = framework.import_tensorflow()
    floatx = framework.keras_module().backend.floatx()

    def tensor(part: Any) -> Any:
        if part is None:
            return None
        made = tf.convert_to_tensor(part)
        return tf.cast(made, floatx) if made.dtype.is_floating else made

    inputs, labels, weights = (tf.nest.map_structure(tensor, part) for part in batch)
    return inputs, labels, weights


def _gradient(gradient: Any, variable: Any) -> Gradient:
    tf = framework.import_tensorflow()
    if gradient is None:
        zeros = np.zeros(variable.shape)
        return Gradient(None, zeros, numbers(zeros))
    if not isinstance(gradient, tf.IndexedSlices):
        return Gradient(gradient, wide(gradient), numbers(gradient))
    indices = gradient.indices.numpy()
    slices = wide(gradient.values).reshape(len(indices), -1)
    bad = np.unique(indices[~np.isfinite(slices).all(axis=1)])
    dense = tf.convert_to_tensor(gradient)
    return Gradient(
        gradient,
        wide(dense),
        numbers(dense),
        rows=len(indices),
        bad_rows=tuple(int(row) for row in bad[:1000]),
        repeated=len(np.unique(indices)) < len(indices),
    )
