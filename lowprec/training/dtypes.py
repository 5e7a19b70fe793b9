"""The dtypes of a built model, read back and held against its scheme."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

import msgspec

from lowprec import framework
from lowprec.errors import PrecisionError
from lowprec.record.record import DtypeReport, LayerDtypes
from lowprec.rows.schemes import COMPUTE_DTYPES, Scheme
from lowprec.training.emulation import rounding_of

__all__ = ["check_dtypes", "read_dtypes"]

FLOATS = frozenset(dtype for dtypes in COMPUTE_DTYPES.values() for dtype in dtypes)


def read_dtypes(net: Any, example: tuple[Any, Any]) -> DtypeReport:
    """Read dtypes back from a built model, wrapped layers and recurrent cells included.

    The loss dtype is that of a loss computed on a prediction of the model's output dtype.

    Args:
        net: the compiled model.
        example: a few examples and their labels, as the model takes them.
    """
    tf = framework.import_tensorflow()
    x, y = example
    if getattr(net, "inputs", None):
        inputs = [tensor.dtype for tensor in net.inputs]
        predictions = [_stand_in(tensor, len(tf.nest.flatten(y)[0])) for tensor in net.outputs]
    else:  # of a subclass of Model, which has none before it is called
        inputs = [tensor.dtype for tensor in tf.nest.flatten(x)]
        predictions = tf.nest.flatten(net(x, training=False))
    return DtypeReport.of(
        inputs=tuple(map(_name, inputs)),
        loss=_joined_names(_loss_dtypes(net, tf.nest.flatten(y), predictions)),
        layers=tuple(
            _layer_dtypes(layer)
            for layer in framework.layers(net)
            if type(layer).__name__ != "InputLayer"  # it computes nothing
        ),
    )


def _stand_in(output: Any, count: int) -> Any:
    """Return predictions of the shape and the dtype of an output."""
    tf = framework.import_tensorflow()
    shape = [count, *(size or 1 for size in tuple(output.shape)[1:])]
    return tf.fill(shape, tf.constant(0.5, output.dtype))


def _loss_dtypes(net: Any, labels: list[Any], predictions: list[Any]) -> Iterator[Any]:
    """Yield the dtype of the loss of each output that has one."""
    losses = framework.import_tensorflow().nest.flatten(net.loss)
    for loss, y, predicted in zip(losses, labels, predictions, strict=False):
        yield framework.loss_dtype(loss, y, predicted)


def _joined_names(dtypes: Iterable[Any]) -> str:
    return "+".join(sorted(set(map(_name, dtypes))))


def _layer_dtypes(layer: Any) -> LayerDtypes:
    inner = {id(w) for sub in framework.layers(layer) for w in sub.weights}
    own = [w for w in layer.weights if id(w) not in inner]
    return LayerDtypes(
        name=layer.name,
        layer=type(layer).__name__,
        variable=_name(layer.variable_dtype),
        compute=_name(layer.compute_dtype),
        weights=tuple(sorted({_name(w.dtype) for w in own})),
        rounded=rounding_of(layer) or msgspec.UNSET,
    )


def _name(dtype: Any) -> str:
    return str(getattr(dtype, "name", dtype))


def check_dtypes(
    report: DtypeReport, model: str, scheme: Scheme, float32_layers: Collection[str] = ()
) -> None:
    """Raise PrecisionError where a layer's variables or computation are not the scheme's.

    Args:
        report: read back from the model.
        model: its name.
        scheme: that it was built under.
        float32_layers: names of layers that may stay in float32, and classes that must under a
            scheme that gives a dtype to each layer.
    """
    for layer in report.layers:
        if layer.compute not in FLOATS:  # such as a lookup of words
            continue
        variable, compute = scheme.variable_dtype, scheme.compute_dtype
        if scheme.layer_dtype and layer.layer in float32_layers:
            variable = compute = "float32"
        read_back = {layer.variable, *layer.weights}, layer.compute
        allowed = [({variable}, compute)]
        if layer.name in float32_layers:
            allowed.append(({"float32"}, "float32"))
        if read_back not in allowed:
            raise PrecisionError(
                f"{model} {scheme.name}: layer {layer.name} has variables in "
                f"{', '.join(layer.weights) or layer.variable} and computes in {layer.compute}, "
                f"expected {variable} and {compute}; give it the dtype that the builder is called "
                "with, or name it in float32_layers"
            )
