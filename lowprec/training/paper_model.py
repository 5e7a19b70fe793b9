"""The paper's models, built and compiled."""

from __future__ import annotations

from typing import Any

from lowprec import framework
from lowprec.rows.models import Model
from lowprec.rows.schemes import Scheme
from lowprec.training.missing_kernels import naming_missing_kernels

__all__ = ["build"]


def build(model: Model, scheme: Scheme) -> Any:
    """Return the compiled Keras model of a pair, with fresh weights.

    Raises:
        UnsupportedError: TensorFlow has no kernel that the building needs.

    A model whose batches differ in length is never compiled with XLA, which Keras 3 does on a GPU
    by default and Keras 2 did not: XLA compiles anew for each length, which takes many times
    longer than the training.
    """
    keras = framework.keras_module()
    with naming_missing_kernels():
        net = keras.Sequential(model.layers(keras, scheme))
    losses = keras.losses
    varying_length = None in tuple(net.inputs[0].shape)[1:]
    net.compile(
        optimizer=keras.optimizers.Adam(),
        loss=losses.SparseCategoricalCrossentropy()
        if model.classes > 2
        else losses.BinaryCrossentropy(),
        metrics=["accuracy"],
        **({"jit_compile": False} if varying_length else {}),
    )
    return net
