"""Layers that compute as a smaller format would: emulated, so only accuracy means something."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lowprec import framework
from lowprec.errors import UnsupportedError
from lowprec.rows.schemes import Scheme
from lowprec.rows.small_formats import Rounding
from lowprec.training.rounding import rounded_backward, rounded_forward

__all__ = ["make_smaller", "round_layers", "rounding_of"]

WEIGHTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Dense": ("kernel",),
        "Conv1D": ("kernel",),
        "Conv2D": ("kernel",),
        "Embedding": ("embeddings",),
        "LSTMCell": ("kernel", "recurrent_kernel"),
    }
)
"""Layers that round: class -> the weights that its products take. All others compute as ever."""

_MARK = "lowprec_rounding"


def round_layers(net: Any, rounding: Rounding) -> None:
    """Let every layer of a model that can be rounded do so; before it is traced.

    Inputs and weights of a layer are rounded, of a cell the hidden state, too; biases are not.
    """
    for layer in framework.layers(net):
        if type(layer).__name__ == "LSTM":
            framework.use_cell(layer)
        if type(layer).__name__ in WEIGHTS:
            _round(layer, rounding)


def make_smaller(net: Any, scheme: Scheme) -> None:
    """Let a built model compute in what a scheme has below half precision, if anything.

    Raises:
        UnsupportedError: this Keras has no such quantization.
    """
    if scheme.rounding:
        round_layers(net, scheme.rounding)
    if scheme.quantize:
        if not hasattr(net, "quantize"):
            raise UnsupportedError("quantize", scheme.quantize)
        with warnings.catch_warnings():
            # Of each layer that it leaves as it is; the record says which it does not.
            warnings.simplefilter("ignore")
            net.quantize(scheme.quantize)


def rounding_of(layer: Any) -> str | None:
    """Return to what a layer rounds; None where it does not."""
    rounding = getattr(layer, _MARK, None)
    return str(rounding) if rounding else framework.quantization(layer)


def _round(layer: Any, rounding: Rounding) -> None:
    kind, plain_call = type(layer).__name__, layer.call

    def call(inputs: Any, *args: Any, **options: Any) -> Any:
        if kind != "Embedding":  # which takes indices
            inputs = rounded_forward(inputs, rounding.forward)
        if kind != "LSTMCell":
            with framework.replaced_weights(layer, WEIGHTS[kind], _forward):
                return rounded_backward(plain_call(inputs, *args, **options), rounding.backward)
        states, *rest = args or (options.pop("states"),)
        states = [_forward(states[0]), *states[1:]]
        with framework.replaced_weights(layer, WEIGHTS[kind], _forward):
            output, after = plain_call(inputs, states, *rest, **options)
        return rounded_backward(output, rounding.backward), after

    def _forward(x: Any) -> Any:
        return rounded_forward(x, rounding.forward)

    framework.set_attribute(layer, "call", call)
    framework.set_attribute(layer, _MARK, rounding)
