"""Trainings that were written after `held_out` had been looked at; no rule changed after these."""

from __future__ import annotations

from typing import Any

import numpy as np

import lowprec
from lab.doctor.case import (
    HEALTHY,
    Arrays,
    Case,
    adam,
    logits_loss,
    own_layer,
    sgd,
    split,
)

__all__ = ["HELD_OUT_AGAIN"]


def _rings(by: float = 1.0) -> Arrays:
    """Points on one of three rings in eight dimensions, (n, 8)."""
    rng = np.random.default_rng(31)
    y = rng.integers(0, 3, 1200)
    x = rng.normal(size=(1200, 8))
    x *= (1 + y[:, None]) / np.linalg.norm(x, axis=1, keepdims=True)
    x += 0.1 * rng.normal(size=x.shape)
    return split((by * x).astype("float32"), y.astype("int32"))


def _empty_rows() -> Arrays:
    x, y, test_x, test_y = _rings()
    x = x.copy()
    x[::40] = 0
    return x, y, test_x, test_y


def _shifted_labels() -> Arrays:
    x, y, test_x, test_y = _rings()
    return x, np.roll(y, 1), test_x, np.roll(test_y, 1)


def _order() -> Arrays:
    """Whether a 1 comes before a 2 among 16 tokens, (n, 16); 0 is padding."""
    rng = np.random.default_rng(32)
    x = rng.integers(3, 30, (1500, 16))
    y = rng.integers(0, 2, 1500)
    first, second = rng.integers(0, 6, 1500), rng.integers(7, 12, 1500)
    rows = np.arange(1500)
    x[rows, first], x[rows, second] = 1 + y, 2 - y
    x[:, 13:] = 0
    return split(x.astype("int32"), y.astype("int32"))


def _heights(by: float = 1.0) -> Arrays:
    """A smooth function of six numbers."""
    rng = np.random.default_rng(33)
    x = rng.normal(size=(1200, 6))
    y = by * (np.sin(x[:, :1]) + 0.5 * x[:, 1:2] * x[:, 2:3])
    return split(x.astype("float32"), y.astype("float32"))


def _net(width: int, optimizer: Any, between: Any = None, classes: int = 3,
         loss: Any = logits_loss, last: str | None = None) -> Any:  # fmt: skip
    """Two layers, with a function of one's own between them."""

    def build(keras: Any, dtype: Any) -> Any:
        layers = keras.layers

        own = [own_layer(layers, dtype, between)] if between else []
        net = keras.Sequential(
            [
                keras.Input((width,), dtype=dtype),
                *own,
                layers.Dense(40, activation="elu", dtype=dtype),
                layers.Dense(classes, dtype=last or dtype),
            ]
        )
        net.compile(optimizer(keras), loss=loss(keras))
        return net

    return build


def _transformer(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    tokens = keras.Input((16,), dtype="int32")
    hidden = layers.Embedding(30, 16, dtype=dtype)(tokens)
    place = layers.Conv1D(16, 3, padding="causal", dtype=dtype)(hidden)
    hidden = layers.Add(dtype=dtype)(
        [place, layers.MultiHeadAttention(2, 8, dtype=dtype)(place, place)]
    )
    hidden = layers.Dense(32, activation="gelu", dtype=dtype)(hidden)
    hidden = layers.Flatten(dtype=dtype)(hidden)
    net = keras.Model(tokens, layers.Dense(2, dtype=dtype)(hidden))
    net.compile(keras.optimizers.Adam(), loss=logits_loss(keras))
    return net


def _masked_maximum(keras: Any, dtype: Any) -> Any:
    """Hides padding by a constant that is infinite in float16, which does no harm in a maximum."""
    import tensorflow as tf

    layers = keras.layers

    class Maximum(layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, both: Any) -> Any:
            x, tokens = both
            hidden = tf.constant(-1e9, tf.float64)
            return tf.reduce_max(
                tf.where(tf.equal(tokens, 0)[..., None], tf.cast(hidden, x.dtype), x), 1
            )

    tokens = keras.Input((16,), dtype="int32")
    hidden = layers.Embedding(30, 16, dtype=dtype)(tokens)
    hidden = layers.Conv1D(24, 12, padding="causal", dtype=dtype)(hidden)
    hidden = Maximum(dtype=dtype)([hidden, tokens])
    net = keras.Model(tokens, layers.Dense(2, dtype=dtype)(hidden))
    net.compile(lowprec.SafeAdam(0.01), loss=logits_loss(keras))
    return net


def _standardised(x: Any) -> Any:
    import tensorflow as tf

    mean = tf.reduce_mean(x, -1, keepdims=True)
    return (x - mean) / (tf.math.reduce_std(x, -1, keepdims=True) + 1e-8)


def _soft_maximum(x: Any) -> Any:
    import tensorflow as tf

    largest = tf.math.log(tf.reduce_sum(tf.exp(x * 8.0), -1, keepdims=True)) / 8.0
    return tf.concat([x, largest], -1)


def _normalised(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((8,), dtype=dtype),
            layers.Dense(24, activation="relu", dtype=dtype),
            layers.Rescaling(500.0, dtype=dtype),
            layers.BatchNormalization(momentum=0.7, dtype=dtype),
            layers.Dense(3, dtype=dtype),
        ]
    )
    net.compile(lowprec.SafeAdam(0.01), loss=logits_loss(keras))
    return net


def _large_weights(keras: Any, dtype: Any) -> Any:
    net = _net(8, lambda k: k.optimizers.SGD(1e-3))(keras, dtype)
    rng = np.random.default_rng(34)
    for layer in net.layers:
        if layer.weights:
            kernel, bias = (np.asarray(w, "float32") for w in layer.get_weights())
            layer.set_weights([rng.choice([-1, 1], kernel.shape) * (1.5 + kernel), bias - 1])
    return net


def _mse(keras: Any) -> Any:
    return "mse"


HELD_OUT_AGAIN = (
    Case("transformer", "half", _order, _transformer, HEALTHY, epochs=8),
    Case("rings, AdamW of beta_2 .9999", "bfloat16", _rings,
         _net(8, lambda keras: keras.optimizers.AdamW(0.01, beta_2=0.9999)), "beta_2 is 1",
         epochs=8),
    Case("heights, Adam of epsilon 1e-8", "half", _heights,
         _net(6, adam(0.003, epsilon=1e-8), classes=1, loss=_mse),
         "epsilon of the optimizer is 0", regression=True, epochs=12),
    Case("standardised rows", "half", _empty_rows, _net(8, sgd(), _standardised),
         "labels do not follow from inputs", epochs=30),
    Case("soft maximum", "mixed", _rings, _net(9 - 1, adam(0.01), _soft_maximum),
         "activations overflow", epochs=8),
    Case("masked maximum", "half", _order, _masked_maximum, HEALTHY, epochs=8),
    Case("rate of 300, RMSprop", "half", _rings,
         _net(8, lambda keras: keras.optimizers.RMSprop(300.0)), "learning rate too large",
         epochs=8),
    Case("labels of the example before", "single", _shifted_labels, _net(8, adam(0.01)),
         "labels do not follow from inputs", epochs=8),
    Case("heights of 1e30", "mixed", lambda: _heights(1e30),
         _net(6, adam(0.01), classes=1, loss=_mse, last="float32"),
         "model does not learn", regression=True, epochs=8),
    Case("loss of 1e8, gradients clipped", "half", _rings,
         _net(8, sgd(0.1, clipnorm=1.0), loss=lambda keras: lambda y, p: logits_loss(keras)(
             y, p) * 5e4), "updates are lost", epochs=8),
    Case("variance of activations", "half", _rings, _normalised,
         {"2": HEALTHY, "3": "statistic overflows"}, epochs=8),
    Case("weights of 1.5, SGD", "bfloat16", _rings, _large_weights, "updates round away",
         epochs=40),
    Case("rings, Adagrad", "half", _rings,
         _net(8, lambda keras: keras.optimizers.Adagrad(0.1)), HEALTHY, epochs=12),
    Case("rings, mixed bfloat16", "mixed-bfloat16", _rings, _net(8, adam(0.01)), HEALTHY,
         epochs=8),
)  # fmt: skip
"""The transformer learns though its weights leap; standardised rows have lost their radius."""
