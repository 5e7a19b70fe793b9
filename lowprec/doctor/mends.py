"""What the doctor can change in a training without touching its author's code, a row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from types import MappingProxyType
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.data.inputs import Arrays, Inputs
from lowprec.diagnosis.rules import Mend
from lowprec.rows.schemes import SCHEMES, Scheme
from lowprec.training.safe_adam import SafeAdam
from lowprec.training.task import Task

__all__ = ["MENDS", "CannotMendError", "Mended", "with_epsilon", "with_learning_rate"]


class CannotMendError(Exception):
    """A training has not got what would be changed."""


@dataclass(frozen=True)
class Mended:
    """A training with something changed."""

    task: Task
    scheme: Scheme


MendOf = Callable[[Task, Scheme, Mapping[str, Any]], Mended]
"""Takes task, scheme and what was measured of the cause."""


def _rebuilt(change: Callable[[Any], None]) -> MendOf:
    """Return the mend that changes the model after it was built."""

    def mend(task: Task, scheme: Scheme, numbers: Mapping[str, Any]) -> Mended:
        def build(of: Scheme) -> Any:
            net = task.build(of)
            change(net)
            return net

        return Mended(replace(task, build=build), scheme)

    return mend


def _compiled_with(change: Callable[[Any], dict[str, Any]]) -> MendOf:
    """Return the mend that compiles the model anew, with other arguments."""
    return _rebuilt(lambda net: _compile(net, change(net)))


def _compile(net: Any, changes: dict[str, Any]) -> None:
    arguments = {"optimizer": _plain_optimizer(net), "loss": net.loss} | changes
    net.compile(**arguments, jit_compile=bool(net.jit_compile))


def _plain_optimizer(net: Any) -> Any:
    """Return a fresh optimizer of the model's kind, without the loss scale that a policy adds."""
    inner = framework.inner_optimizer(net)
    return type(inner).from_config(inner.get_config())


def _optimizer_with(net: Any, **constants: float) -> Any:
    inner = framework.inner_optimizer(net)
    config = inner.get_config()
    if missing := [name for name in constants if name not in config]:
        raise CannotMendError(f"{type(inner).__name__} has no {missing[0]}")
    return type(inner).from_config(config | constants)


def _safe_adam(net: Any) -> dict[str, Any]:
    rate = framework.inner_optimizer(net).get_config()["learning_rate"]
    return {"optimizer": framework.with_loss_scale(SafeAdam(rate))}


def _loss_scale(net: Any) -> dict[str, Any]:
    return {"optimizer": framework.with_loss_scale(_plain_optimizer(net))}


def with_epsilon(epsilon: float) -> MendOf:
    """Return the mend that sets the optimizer's epsilon."""
    return _compiled_with(lambda net: {"optimizer": _optimizer_with(net, epsilon=epsilon)})


def with_learning_rate(divided_by: float) -> MendOf:
    """Return the mend that divides the learning rate."""
    return _compiled_with(
        lambda net: {"optimizer": _optimizer_with(net, learning_rate=_rate(net) / divided_by)}
    )


def _smaller_rate(task: Task, scheme: Scheme, numbers: Mapping[str, Any]) -> Mended:
    """Take the learning rate that was found to work."""
    by = numbers["rate"] / numbers["smaller"]
    return with_learning_rate(by)(task, scheme, numbers)


def _rate(net: Any) -> float:
    rate = framework.inner_optimizer(net).get_config()["learning_rate"]
    if not isinstance(rate, (int, float, np.floating)):
        raise CannotMendError("its learning rate is a schedule")
    return float(rate)


LOSS_FACTOR = 2.0**-20
"""What a loss that is too large is multiplied by. The steps of an optimizer that divides by the
root of squares do not depend on it; the learning rate of another is divided by it."""


def _smaller_loss(net: Any) -> dict[str, Any]:
    loss = framework.keras_module().losses.get(net.loss)

    def smaller(labels: Any, predictions: Any) -> Any:
        return loss(labels, predictions) * LOSS_FACTOR

    config = framework.inner_optimizer(net).get_config()
    if {"beta_2", "rho"} & set(config):
        return {"loss": smaller}
    return {
        "loss": smaller,
        "optimizer": _optimizer_with(net, learning_rate=_rate(net) / LOSS_FACTOR),
    }


def _scheme(name: str) -> MendOf:
    return lambda task, scheme, numbers: Mended(task, SCHEMES[name])


def _smaller_inputs(task: Task, scheme: Scheme, numbers: Mapping[str, Any]) -> Mended:
    """Divide the inputs by their largest value, before they become what the model computes in."""

    def load() -> Inputs:
        inputs = task.load()
        train, test = inputs.train, inputs.test
        if not isinstance(train, Arrays) or not isinstance(test, Arrays):
            raise CannotMendError("its inputs are no arrays")
        if not isinstance(train.x, np.ndarray):
            raise CannotMendError("it has several inputs")
        largest = np.abs(train.x).max()
        smaller = [replace(part, x=part.x / largest) for part in (train, test)]
        return replace(inputs, train=smaller[0], test=smaller[1])

    return Mended(replace(task, load=load), scheme)


def _take_logits(net: Any) -> None:
    """Take the last activation away, and let the loss take logits."""
    last, loss = net.layers[-1], net.loss
    if not hasattr(last, "activation") or not hasattr(loss, "get_config"):
        raise CannotMendError("its last layer or its loss is of its author's own")
    config = loss.get_config()
    if config.get("from_logits") is not False:
        raise CannotMendError("its loss takes no probabilities")
    last.activation = framework.keras_module().activations.linear
    _compile(net, {"loss": type(loss).from_config(config | {"from_logits": True})})


def _end_in_float32(net: Any) -> None:
    """Let the layers after the last one with weights compute in float32."""
    after = list(takewhile(lambda layer: not layer.weights, reversed(net.layers)))
    if not after:
        raise CannotMendError("its last layer has weights")
    for layer in after:
        framework.set_layer_policy(layer, "float32")


MENDS: Mapping[Mend, MendOf] = MappingProxyType(
    {
        "safe-adam": _compiled_with(_safe_adam),
        "epsilon": with_epsilon(1e-4),
        "beta_2": _compiled_with(lambda net: {"optimizer": _optimizer_with(net, beta_2=0.99)}),
        "mixed": _scheme("mixed"),
        "mixed-bfloat16": _scheme("mixed-bfloat16"),
        "smaller loss": _compiled_with(_smaller_loss),
        "smaller inputs": _smaller_inputs,
        "logits": _rebuilt(_take_logits),
        "loss scale": _compiled_with(_loss_scale),
        "smaller rate": _smaller_rate,
        "float32 output": _rebuilt(_end_in_float32),
    }
)
"""By the names that rules have for them."""
