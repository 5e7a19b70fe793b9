"""Trainings that were written after the rules, and to which no rule was fitted."""

from __future__ import annotations

from typing import Any

import numpy as np

import lowprec
from lab.doctor.case import (
    HEALTHY,
    NOT_KNOWN,
    Arrays,
    Case,
    adam,
    logits_loss,
    own_layer,
    split,
)
from lab.doctor.reports import LEAP

__all__ = ["HELD_OUT"]


def _waves(by: float = 1.0) -> Arrays:
    """Noisy waves of three frequencies, (n, 30, 2)."""
    rng = np.random.default_rng(21)
    y = rng.integers(0, 3, 900)
    phase = rng.uniform(0, 2 * np.pi, (900, 1))
    t = np.linspace(0, 1, 30)
    angle = 2 * np.pi * (y[:, None] * 2 + 1) * t + phase
    x = np.stack([np.sin(angle), np.cos(angle)], -1) + 0.3 * rng.normal(size=(900, 30, 2))
    return split((by * x).astype("float32"), y.astype("int32"))


def _pictures() -> Arrays:
    """Bright squares in one of four corners, (n, 10, 10, 1)."""
    rng = np.random.default_rng(22)
    y = rng.integers(0, 4, 800)
    x = 0.4 * rng.random((800, 10, 10, 1))
    for image, corner in zip(x, y, strict=True):
        image[
            (corner // 2) * 5 : (corner // 2) * 5 + 5, (corner % 2) * 5 : (corner % 2) * 5 + 5
        ] += 0.3
    return split(x.astype("float32"), y.astype("int32"))


def _spectra() -> Arrays:
    """Mixtures of three curves, which shall come out as they go in, (n, 24)."""
    rng = np.random.default_rng(23)
    t = np.linspace(0, 1, 24)
    curves = np.stack([np.sin(3 * t), np.cos(5 * t), t])
    x = rng.normal(size=(1000, 3)) @ curves
    return split(x.astype("float32"), x.astype("float32"))


def _counts() -> Arrays:
    """Counts whose logarithm is linear in the inputs, up to some 1e5."""
    rng = np.random.default_rng(24)
    x = rng.uniform(0, 1, (1000, 4))
    y = np.exp(x.sum(1, keepdims=True) * 3.2)
    return split(x.astype("float32"), y.astype("float32"))


def _tokens() -> Arrays:
    """Which of two words comes more often among 25, (n, 25)."""
    rng = np.random.default_rng(25)
    x = rng.integers(1, 50, (1200, 25))
    y = ((x < 20).sum(1) > 9).astype("int32")
    return split(x.astype("int32"), y)


def _stack(shape: tuple[int, ...], make: Any, optimizer: Any, loss: Any = logits_loss,
           inputs: str | None = None) -> Any:  # fmt: skip
    """A sequential model of the layers that `make(layers, dtype)` returns."""

    def build(keras: Any, dtype: Any) -> Any:
        net = keras.Sequential(
            [keras.Input(shape, dtype=inputs or dtype), *make(keras.layers, dtype)]
        )
        net.compile(optimizer(keras), loss=loss(keras))
        return net

    return build


def _lstm(layers: Any, dtype: Any) -> list[Any]:
    return [layers.LSTM(12, dtype=dtype), layers.Dense(3, dtype=dtype)]


def _conv_norm(layers: Any, dtype: Any) -> list[Any]:
    return [
        layers.Conv2D(6, 3, activation="relu", dtype=dtype),
        layers.BatchNormalization(momentum=0.8, dtype=dtype),
        layers.Flatten(dtype=dtype),
        layers.Dense(4, dtype=dtype),
    ]


def _autoencoder(layers: Any, dtype: Any) -> list[Any]:
    return [
        layers.Dense(16, activation="tanh", dtype=dtype),
        layers.Dense(4, dtype=dtype),
        layers.Dense(24, dtype=dtype),
    ]


def _attention(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    waves = keras.Input((30, 2), dtype=dtype)
    hidden = layers.Conv1D(16, 5, activation="relu", dtype=dtype)(waves)
    hidden = layers.Add(dtype=dtype)(
        [hidden, layers.MultiHeadAttention(2, 8, dtype=dtype)(hidden, hidden)]
    )
    hidden = layers.LayerNormalization(dtype=dtype)(hidden)
    hidden = layers.Flatten(dtype=dtype)(hidden)
    net = keras.Model(waves, layers.Dense(3, dtype="float32")(hidden))
    net.compile(keras.optimizers.Adam(3e-3), loss=logits_loss(keras))
    return net


def _cold(layers: Any, dtype: Any) -> list[Any]:
    """Similarities over a temperature that is far too low."""
    return [
        *_flat(layers, dtype),
        own_layer(layers, dtype, lambda x: x / 1e-5 * 1e-5),
    ]


def _deviation(layers: Any, dtype: Any) -> list[Any]:
    """Scaled by a deviation that is the root of a difference of two large numbers."""
    import tensorflow as tf

    def scaled(x: Any) -> Any:
        x = x + 30.0
        variance = (
            tf.reduce_mean(x * x, 1, keepdims=True) - tf.reduce_mean(x, 1, keepdims=True) ** 2
        )
        return (x - tf.reduce_mean(x, 1, keepdims=True)) / (tf.sqrt(variance) + 0.1)

    return [
        own_layer(layers, dtype, scaled),
        layers.Flatten(dtype=dtype),
        layers.Dense(24, activation="relu", dtype=dtype),
        layers.Dense(3, dtype=dtype),
    ]


def _of_length_one(layers: Any, dtype: Any) -> list[Any]:
    import tensorflow as tf

    def normalised(x: Any) -> Any:
        return x / tf.sqrt(tf.reduce_sum(x * x, -1, keepdims=True))

    return [
        layers.Flatten(dtype=dtype),
        own_layer(layers, dtype, normalised),
        layers.Dense(24, activation="relu", dtype=dtype),
        layers.Dense(3, dtype=dtype),
    ]


def _summed_up(layers: Any, dtype: Any) -> list[Any]:
    import tensorflow as tf

    return [
        layers.Conv1D(16, 5, activation="relu", dtype=dtype),
        own_layer(layers, dtype, lambda x: tf.reduce_sum(x * 30_000.0, 1) / 9e5),
        layers.Dense(3, dtype=dtype),
    ]


def _exponential(layers: Any, dtype: Any) -> list[Any]:
    return [
        layers.Dense(16, activation="relu", dtype=dtype),
        layers.Dense(1, activation="exponential", dtype=dtype),
    ]


def _dead(layers: Any, dtype: Any) -> list[Any]:
    return [
        layers.Flatten(dtype=dtype),
        layers.Dense(16, dtype=dtype),
        own_layer(layers, dtype, lambda x: x - 100.0),
        layers.ReLU(dtype=dtype),
        layers.Dense(3, use_bias=False, dtype=dtype),
    ]


def _flat(layers: Any, dtype: Any) -> list[Any]:
    return [
        layers.Flatten(dtype=dtype),
        layers.Dense(24, activation="relu", dtype=dtype),
        layers.Dense(3, dtype=dtype),
    ]


def _probabilities(layers: Any, dtype: Any) -> list[Any]:
    return [
        layers.Flatten(dtype=dtype),
        layers.Dense(24, activation="relu", dtype=dtype),
        layers.Dense(3, activation="softmax", dtype=dtype),
    ]


def _words(layers: Any, dtype: Any) -> list[Any]:
    return [
        layers.Embedding(50, 8, dtype=dtype),
        layers.LSTM(8, dtype=dtype),
        layers.Dense(2, dtype=dtype),
    ]


def _divergence(keras: Any) -> Any:
    """Kullback and Leibler's, written by hand."""
    import tensorflow as tf

    def loss(labels: Any, q: Any) -> Any:
        hot = tf.one_hot(tf.cast(tf.reshape(labels, [-1]), tf.int32), 3, dtype=q.dtype)
        p = hot * 0.97 + 0.01
        return tf.reduce_sum(p * tf.math.log(p / q), -1)

    return loss


def _relative(keras: Any) -> Any:
    return "mean_absolute_percentage_error"


def _mse(keras: Any) -> Any:
    return "mse"


def _fixed_scale(keras: Any) -> Any:
    """A loss scale that is fixed, and too large."""
    if hasattr(keras.optimizers.Optimizer, "scale_loss"):
        return keras.optimizers.Adam(3e-3, loss_scale_factor=2.0**28)
    return keras.mixed_precision.LossScaleOptimizer(
        keras.optimizers.Adam(3e-3), dynamic=False, initial_scale=2.0**28
    )


def _safe(keras: Any) -> Any:
    return lowprec.SafeAdam(3e-3)


def _sgd(keras: Any) -> Any:
    return keras.optimizers.SGD(0.05)


HELD_OUT = (
    Case("LSTM", "half", _waves, _stack((30, 2), _lstm, adam(3e-3)), LEAP),
    Case("convolution with a normalisation", "half", _pictures,
         _stack((10, 10, 1), _conv_norm,
                lambda keras: keras.optimizers.AdamW(1e-3, epsilon=1e-9)),
         "epsilon of the optimizer is 0"),
    Case("autoencoder, Nadam", "bfloat16", _spectra,
         _stack((24,), _autoencoder, lambda keras: keras.optimizers.Nadam(3e-3), _mse),
         "beta_2 is 1", regression=True),
    Case("words and an LSTM", "bfloat16", _tokens,
         _stack((25,), lambda layers, dtype: [layers.Embedding(50, 8, dtype=dtype),
                                              layers.GlobalMaxPooling1D(dtype=dtype),
                                              layers.Dense(2, dtype=dtype)],
                adam(0.01), inputs="int32"), "beta_2 is 1"),
    Case("temperature of 1e-5", "half", _waves, _stack((30, 2), _cold, _sgd),
         "activations overflow"),
    Case("difference of squares", "half", _waves, _stack((30, 2), _deviation, _sgd), NOT_KNOWN),
    Case("unit length of small vectors", "half", lambda: _waves(1e-5),
         _stack((30, 2), _of_length_one, _sgd), "epsilon of a layer is 0"),
    Case("sum over time", "half", _waves,
         _stack((30, 2), _summed_up, lambda keras: keras.optimizers.SGD(1.0)),
         "activations overflow", epochs=10),
    Case("counts by an exponential", "half", _counts,
         _stack((4,), _exponential, lambda keras: keras.optimizers.SGD(1e-3), _relative),
         {"2": "loss overflows, or its gradient", "3": "activations overflow"}, regression=True,
         epochs=30),
    Case("fixed loss scale of 2^28", "mixed", _waves, _stack((30, 2), _flat, _fixed_scale),
         {"2": "loss overflows, or its gradient", "3": HEALTHY}),
    Case("divergence by hand", "half", lambda: _waves(12.0),
         _stack((30, 2), _probabilities, lambda keras: keras.optimizers.SGD(5e-4), _divergence),
         "probability is 0", epochs=15),
    Case("learning rate of 1e4", "half", _waves,
         _stack((30, 2), _flat, lambda keras: keras.optimizers.SGD(1e4)),
         "learning rate too large"),
    Case("dead ReLU", "mixed", _waves, _stack((30, 2), _dead, adam(1e-3)),
         "model does not learn"),
    Case("attention", "mixed", _waves, _attention, HEALTHY, epochs=8),
    Case("convolution, SafeAdam", "half", _pictures, _stack((10, 10, 1), _conv_norm, _safe),
         HEALTHY, epochs=8),
    Case("waves, SafeAdam", "bfloat16", _waves, _stack((30, 2), _flat, _safe), HEALTHY),
    Case("words and an LSTM, double", "double", _tokens,
         _stack((25,), _words, adam(0.01), inputs="int32"), HEALTHY, epochs=8),
)  # fmt: skip
"""Of one cause there is no rule: a difference that cancels."""
