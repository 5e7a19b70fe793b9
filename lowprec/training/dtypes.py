"""The dtypes of a built model, read back and held against its scheme."""

from __future__ import annotations

from typing import Any

from lowprec import framework
from lowprec.errors import PrecisionError
from lowprec.record.record import DtypeReport, LayerDtypes
from lowprec.rows.models import Model
from lowprec.rows.schemes import Scheme

__all__ = ["check_dtypes", "read_dtypes"]


def read_dtypes(net: Any, model: Model) -> DtypeReport:
    """Read dtypes back from a built model, wrapped layers and recurrent cells included.

    The loss dtype is that of a loss computed on a prediction of the model's output dtype.
    """
    tf = framework.import_tensorflow()
    width = model.classes if model.classes > 2 else 1
    prediction = tf.fill((1, width), tf.constant(0.5, net.outputs[0].dtype))
    loss = net.loss(tf.zeros((1, 1), tf.int64), prediction)
    return DtypeReport.of(
        inputs=tuple(_name(tensor.dtype) for tensor in net.inputs),
        loss=_name(loss.dtype),
        layers=tuple(
            _layer_dtypes(layer)
            for layer in framework.layers(net)
            if type(layer).__name__ != "InputLayer"  # it computes nothing
        ),
    )


def _layer_dtypes(layer: Any) -> LayerDtypes:
    inner = {id(w) for sub in framework.layers(layer) for w in sub.weights}
    own = [w for w in layer.weights if id(w) not in inner]
    return LayerDtypes(
        name=layer.name,
        layer=type(layer).__name__,
        variable=_name(layer.variable_dtype),
        compute=_name(layer.compute_dtype),
        weights=tuple(sorted({_name(w.dtype) for w in own})),
    )


def _name(dtype: Any) -> str:
    return str(getattr(dtype, "name", dtype))


def check_dtypes(report: DtypeReport, model: Model, scheme: Scheme) -> None:
    """Raise PrecisionError where a layer's variables or computation are not the scheme's."""
    for layer in report.layers:
        variable, compute = scheme.variable_dtype, scheme.compute_dtype
        if scheme.layer_dtype and layer.layer in model.float32_layers:
            variable = compute = "float32"
        read_back = (layer.variable, layer.compute, *layer.weights)
        if read_back != (variable, compute, *(variable for _ in layer.weights)):
            raise PrecisionError(
                f"{model.name} {scheme.name}: layer {layer.name} has variables in "
                f"{', '.join(layer.weights) or layer.variable} and computes in {layer.compute}, "
                f"expected {variable} and {compute}; this Keras treats dtypes in another way "
                "than lowprec knows"
            )
