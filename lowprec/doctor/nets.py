"""A compiled model as the doctor handles it: its state, its optimizer's, its dropout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.diagnosis.formats import format_of
from lowprec.diagnosis.observed import Constant
from lowprec.doctor.trace import wide
from lowprec.rows.schemes import Scheme
from lowprec.training.task import Task

__all__ = [
    "built",
    "constants",
    "learning_rate",
    "put",
    "put_optimizer",
    "taken",
    "without_dropout",
]

CONSTANTS = ("epsilon", "beta_1", "beta_2", "momentum", "rho", "weight_decay")
"""Names of constants in the configuration of Keras' optimizers."""


def built(task: Task, scheme: Scheme) -> Any:
    """Return the compiled model of a task, with its optimizer's variables."""
    net = task.build(scheme)
    framework.build_optimizer(net)
    return net


def taken(variables: Sequence[Any]) -> list[np.ndarray]:
    """Return the values of variables."""
    return [np.array(variable.numpy()) for variable in variables]


def put(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    """Set variables to values, each in the variable's dtype."""
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value.astype(framework.numpy_dtype(variable)))


def put_optimizer(twin: Any, net: Any) -> bool:
    """Set the twin's optimizer to the state of the net's; return whether it has one like that."""
    own, other = (framework.inner_optimizer(n).variables for n in (twin, net))
    if [v.shape for v in own] != [v.shape for v in other]:
        return False
    put(own, taken(other))
    return True


def learning_rate(net: Any) -> float:
    """Return the learning rate in force."""
    return float(wide(framework.inner_optimizer(net).learning_rate))


def constants(net: Any, dtype: str) -> tuple[Constant, ...]:
    """Return the constants of the optimizer, as the dtype of the weights holds them."""
    config = framework.inner_optimizer(net).get_config()
    values = {name: config.get(name) for name in CONSTANTS}
    return tuple(
        Constant(name, float(value), format_of(dtype).held(value))
        for name, value in values.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    )


@contextmanager
def without_dropout(net: Any) -> Iterator[None]:
    """Switch dropout off inside: two dtypes draw other numbers from one seed."""
    dropouts = [
        layer
        for layer in framework.layers(net)
        if "Dropout" in type(layer).__name__ and hasattr(layer, "rate")
    ]
    rates = [layer.rate for layer in dropouts]
    for layer in dropouts:
        layer.rate = 0.0
    try:
        yield
    finally:
        for layer, rate in zip(dropouts, rates, strict=True):
            layer.rate = rate
