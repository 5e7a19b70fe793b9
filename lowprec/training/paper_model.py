"""The paper's models, built and compiled."""

from __future__ import annotations

from typing import Any

from lowprec import framework
from lowprec.rows.models import Model
from lowprec.rows.schemes import Scheme
from lowprec.training.emulation import make_smaller
from lowprec.training.missing_kernels import naming_missing_kernels
from lowprec.training.optimizers import optimizer_of

__all__ = ["LOGITS_LAYER", "build"]

LOGITS_LAYER = "float32_logits"
"""Name of the last layer of a model that ends in logits."""


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
        layers = model.layers(keras, scheme)
        if scheme.logits:
            layers[-1].activation = keras.activations.linear
            layers.append(keras.layers.Activation("linear", dtype="float32", name=LOGITS_LAYER))
        net = keras.Sequential(layers)
        make_smaller(net, scheme)
    losses = keras.losses
    varying_length = None in tuple(net.inputs[0].shape)[1:]
    net.compile(
        optimizer=optimizer_of(scheme.optimizer),
        loss=losses.SparseCategoricalCrossentropy(from_logits=scheme.logits)
        if model.classes > 2
        else losses.BinaryCrossentropy(from_logits=scheme.logits),
        metrics=["accuracy"],
        **({"jit_compile": False} if varying_length else {}),
    )
    return net
