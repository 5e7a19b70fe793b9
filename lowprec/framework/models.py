"""Keras' layers and losses, where its generations differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lowprec.framework.versions import import_tensorflow, keras_generation, keras_module

__all__ = [
    "current_scope",
    "from_logits",
    "layers",
    "loss_dtype",
    "numpy_dtype",
    "quantization",
    "replaced_weights",
    "set_attribute",
    "set_layer_policy",
    "use_cell",
    "weight_name",
]


def layers(model: Any) -> Iterator[Any]:
    """Yield every layer of `model`, wrapped and nested ones included, the model itself not.

    `_flatten_layers` is private in Keras 2 and 3, and the only walk that enters wrappers and
    recurrent cells; the public `model.layers` stops at the top level.
    """
    yield from model._flatten_layers(include_self=False)


def weight_name(weight: Any) -> str:
    """Return a weight's full name: its path on Keras 3, whose `name` is just "kernel"."""
    return str(getattr(weight, "path", weight.name))


def from_logits(net: Any) -> bool:
    """Return whether the loss of a compiled model takes logits, so that 0 is even odds."""
    config = net.loss.get_config() if hasattr(net.loss, "get_config") else {}
    return bool(config.get("from_logits", False))


def loss_dtype(loss: Any, labels: Any, predictions: Any) -> Any:
    """Return the dtype in which Keras works out a loss: an object, a name or a function.

    Functions and names of these are wrapped, in floatx by Keras 3 and in the predictions' dtype by
    Keras 2.
    """
    if isinstance(loss, keras_module().losses.Loss):
        return loss(import_tensorflow().convert_to_tensor(labels), predictions).dtype
    return keras_module().backend.floatx() if keras_generation() == "3" else predictions.dtype


def current_scope() -> str:
    """Return the name scope, which Keras opens for each call of a layer; "" outside of any."""
    return str(import_tensorflow().get_current_name_scope() or "")


def numpy_dtype(variable: Any) -> Any:
    """Return the dtype of a variable as NumPy's, or ml_dtypes' where NumPy has none."""
    return import_tensorflow().as_dtype(variable.dtype).as_numpy_dtype


def set_layer_policy(layer: Any, name: str) -> None:
    """Set the dtype policy of a layer that was built, which Keras 2 has no public way to."""
    if keras_generation() == "2":
        layer._set_dtype_policy(name)
    else:
        layer.dtype_policy = name


def use_cell(lstm: Any) -> None:
    """Let an LSTM of Keras 2 call its cell, in whose place it else runs a function of its own."""
    if keras_generation() == "2":
        lstm._could_use_gpu_kernel = False


def set_attribute(layer: Any, name: str, value: Any) -> None:
    """Set an attribute of a layer past Keras' tracking, which would take it for its own."""
    vars(layer)[name] = value


@contextmanager
def replaced_weights(layer: Any, names: Sequence[str], by: Callable[[Any], Any]) -> Iterator[None]:
    """Let a layer's weights be what a function makes of them, while it is called.

    Keras 3 keeps some of them under a private name, "_kernel".
    """
    kept = {key: value for key, value in vars(layer).items() if key.lstrip("_") in names}
    if len(kept) != len(names):
        raise AttributeError(f"{type(layer).__name__} has no weights {', '.join(names)}")
    vars(layer).update({key: by(value) for key, value in kept.items()})
    try:
        yield
    finally:
        vars(layer).update(kept)


def quantization(layer: Any) -> str | None:
    """Return how Keras itself quantizes a layer, such as "float8"; None where it does not."""
    mode = getattr(layer, "quantization_mode", None)
    return str(mode) if mode else None
