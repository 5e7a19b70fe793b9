"""Tiny trainings to be examined: points of three classes, a dense net."""

import numpy as np

from lowprec.data.own import own_inputs
from lowprec.training.own_task import own_task


def points(count=96):
    rng = np.random.default_rng(1)
    y = rng.integers(0, 3, count)
    x = 3 * np.eye(3)[y] + 0.3 * rng.normal(size=(count, 3))
    return x.astype("float32"), y.astype("int32")


def build(keras, dtype, optimizer=None, factor=1.0, dropout=0.0, **last):
    """A dense net on logits; the loss may be scaled."""
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((3,), dtype=dtype),
            layers.Dense(8, activation="relu", dtype=dtype),
            *([layers.Dropout(dropout, dtype=dtype)] if dropout else []),
            layers.Dense(3, dtype=dtype, **last),
        ]
    )
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits="activation" not in last)
    loss = entropy if factor == 1.0 else lambda y, p: entropy(y, p) * factor
    net.compile(optimizer or keras.optimizers.SGD(0.5), loss=loss)
    return net


def task(builder=build, train=None, test=None, epochs=3, **options):
    data = own_inputs("points", train or points(), test or points())
    return own_task("points", builder, data, epochs, **options)


def built(scheme, seed=12, **options):
    """A net of the scheme with its optimizer's variables; call it inside `precision`."""
    from lowprec import framework

    net = build(framework.keras_module(), scheme.layer_dtype, **options)
    framework.build_optimizer(net)
    return net
