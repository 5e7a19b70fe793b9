"""Keras' optimizers and loss scales, where its generations differ."""

from __future__ import annotations

from typing import Any

from lowprec.framework.versions import import_tensorflow, keras_generation, keras_module

__all__ = [
    "adam_variables",
    "build_optimizer",
    "inner_optimizer",
    "loss_scale",
    "scaled_loss",
    "second_moments",
    "state_variables",
    "with_loss_scale",
]


def adam_variables(optimizer: Any, variable: Any) -> tuple[Any, Any, Any]:
    """Return a model's variable and its two moments in Adam, as TensorFlow's variables."""
    if keras_generation() == "2":
        place = optimizer._index_dict[optimizer._var_key(variable)]
    else:
        place = optimizer._get_variable_index(variable)
    moments = optimizer._momentums[place], optimizer._velocities[place]
    weights, first, second = (getattr(v, "_value", v) for v in (variable, *moments))
    return weights, first, second


def build_optimizer(net: Any) -> None:
    """Make all variables of a compiled model's optimizer, which Keras does in the first step."""
    optimizer = _optimizer_with_variables(net)
    optimizer.build(net.trainable_variables)
    if keras_generation() == "2":
        optimizer._built = True  # else the first step makes them again


def state_variables(net: Any) -> list[Any]:
    """Return all variables that training changes, the optimizer's and the loss scale's included.

    The loss scale of Keras 2 is private, and no variable of its optimizer; so is the product of
    momenta of its Nadam.
    """
    scale = getattr(getattr(net.optimizer, "_loss_scale", None), "_weights", {})
    optimizer = _optimizer_with_variables(net)
    known = {id(variable) for variable in optimizer.variables}
    attributes = (value for _, value in sorted(vars(optimizer).items()))
    private = [
        value
        for value in attributes
        if isinstance(value, import_tensorflow().Variable) and id(value) not in known
    ]
    scales = (scale[name] for name in sorted(scale))
    return [*net.variables, *optimizer.variables, *private, *scales]


def _optimizer_with_variables(net: Any) -> Any:
    """Return the optimizer that owns the variables: of Keras 2's loss scaling the inner one."""
    return inner_optimizer(net) if keras_generation() == "2" else net.optimizer


def inner_optimizer(net: Any) -> Any:
    """Return the optimizer that moves the weights, within a loss scale's or not."""
    return getattr(net.optimizer, "inner_optimizer", net.optimizer)


def with_loss_scale(optimizer: Any) -> Any:
    """Return an optimizer with a dynamic loss scale around it, by Keras' defaults."""
    return keras_module().mixed_precision.LossScaleOptimizer(optimizer)


def loss_scale(net: Any) -> float | None:
    """Return the loss scale in force; None where there is none."""
    optimizer = net.optimizer
    if not hasattr(optimizer, "inner_optimizer"):
        return None
    return float(optimizer.loss_scale if keras_generation() == "2" else optimizer.dynamic_scale)


def scaled_loss(net: Any, loss: Any) -> Any:
    """Return a loss as it is differentiated, its scale in it."""
    scale = getattr(net.optimizer, "scale_loss", None) or getattr(
        net.optimizer, "get_scaled_loss", None
    )
    return scale(loss) if scale else loss


def second_moments(net: Any) -> list[Any] | None:
    """Return the second moments of a model's optimizer, one a trainable variable; None without."""
    return getattr(inner_optimizer(net), "_velocities", None) or None
