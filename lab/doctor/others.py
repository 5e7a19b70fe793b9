"""Trainings of the same causes with other layers, sizes and optimizers; of no fault of precision;
and healthy ones.
"""

from __future__ import annotations

from typing import Any

import numpy as np

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
from lab.doctor.reports import LEAP

__all__ = ["OTHERS"]


def _points(classes: int = 3, width: int = 12, count: int = 1000, by: float = 1.0) -> Arrays:
    rng = np.random.default_rng(3)
    y = rng.integers(0, classes, count)
    x = by * (1.5 * rng.normal(size=(classes, width))[y] + rng.normal(size=(count, width)))
    return split(x.astype("float32"), y.astype("int32"))


def _curves(by: float = 1.0) -> Arrays:
    """Series of 20 numbers and their mean slope."""
    rng = np.random.default_rng(4)
    slope = rng.normal(size=(1000, 1, 1))
    x = slope * np.linspace(-1, 1, 20)[:, None] + 0.2 * rng.normal(size=(1000, 20, 1))
    x, y = x.astype("float32"), by * slope[:, :, 0].astype("float32")
    return split(x, y)


def _flat_curves() -> Arrays:
    x, y, test_x, test_y = _curves()
    return x[..., 0], y, test_x[..., 0], test_y


def _words() -> Arrays:
    """Bags of 40 words, some of which decide."""
    rng = np.random.default_rng(5)
    x = rng.integers(1, 300, (1500, 40))
    weight = rng.normal(size=300)
    y = (weight[x].sum(1) > 0).astype("int32")
    return split(x.astype("int32"), y)


def _random_labels() -> Arrays:
    x, y, test_x, test_y = _points()
    rng = np.random.default_rng(6)
    return x, rng.permutation(y), test_x, rng.permutation(test_y)


def _with_nan() -> Arrays:
    x, y, test_x, test_y = _points()
    x = x.copy()
    x[::50, 0] = np.nan
    return x, y, test_x, test_y


def _dense(optimizer: Any, loss: Any = logits_loss, activation: str = "relu", width: int = 12,
           classes: int = 3, **last: Any) -> Any:  # fmt: skip
    def build(keras: Any, dtype: Any) -> Any:
        layers = keras.layers
        net = keras.Sequential(
            [
                keras.Input((width,), dtype=dtype),
                layers.Dense(48, activation=activation, dtype=dtype),
                layers.Dense(24, activation=activation, dtype=dtype),
                layers.Dense(classes, dtype=dtype, **last),
            ]
        )
        net.compile(optimizer(keras), loss=loss(keras))
        return net

    return build


def _recurrent(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((20, 1), dtype=dtype),
            layers.Conv1D(12, 3, activation="tanh", dtype=dtype),
            layers.GRU(8, dtype=dtype),
            layers.Dense(1, dtype=dtype),
        ]
    )
    net.compile(keras.optimizers.Nadam(), loss="mse")
    return net


def _bag(optimizer: Any) -> Any:
    def build(keras: Any, dtype: Any) -> Any:
        layers = keras.layers
        net = keras.Sequential(
            [
                keras.Input((40,), dtype="int32"),
                layers.Embedding(300, 16, dtype=dtype),
                layers.GlobalAveragePooling1D(dtype=dtype),
                layers.Dense(2, dtype=dtype),
            ]
        )
        net.compile(optimizer(keras), loss=logits_loss(keras))
        return net

    return build


def _with_layer(call: Any, optimizer: Any, dtype_of_last: str | None = None) -> Any:
    """A model with a layer that computes `call`."""

    def build(keras: Any, dtype: Any) -> Any:
        layers = keras.layers

        net = keras.Sequential(
            [
                keras.Input((12,), dtype=dtype),
                layers.Dense(32, dtype=dtype),
                own_layer(layers, dtype, call),
                layers.Dense(3, dtype=dtype_of_last or dtype),
            ]
        )
        net.compile(optimizer(keras), loss=logits_loss(keras))
        return net

    return build


def _mean_square_norm(epsilon: float) -> Any:
    def call(x: Any) -> Any:
        import tensorflow as tf

        x = tf.nn.relu(x - 3.0)  # often nothing is left of a row
        return x / tf.sqrt(tf.reduce_mean(x * x, -1, keepdims=True) + epsilon)

    return call


def _best_of(penalty: float) -> Any:
    def call(x: Any) -> Any:
        import tensorflow as tf

        hidden = tf.cast(x < 0, x.dtype)
        return tf.nn.softmax(x - hidden * penalty) * 8.0

    return call


def _squares(by: float) -> Any:
    """Squares of numbers that are larger by a factor, which is then taken out."""

    def call(x: Any) -> Any:
        import tensorflow as tf

        return tf.square(x * by) / by / by

    return call


def _standardised(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((12,)),
            layers.BatchNormalization(dtype=dtype),
            layers.Dense(24, activation="relu", dtype=dtype),
            layers.Dense(3, dtype="float32"),
        ]
    )
    net.compile(keras.optimizers.Adam(0.01), loss=logits_loss(keras))
    return net


def _convolution(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((20, 1), dtype=dtype),
            layers.Conv1D(8, 3, dtype=dtype),
            layers.BatchNormalization(momentum=0.8, dtype=dtype),
            layers.Activation("relu", dtype=dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(1, dtype=dtype),
        ]
    )
    net.compile(keras.optimizers.SGD(0.01), loss="mse")
    return net


def _large_curves() -> Arrays:
    x, y, test_x, test_y = _curves()
    return x * 2000, y, test_x * 2000, test_y


def _binary(keras: Any, dtype: Any) -> Any:
    import tensorflow as tf

    def likelihood(labels: Any, p: Any) -> Any:
        labels = tf.cast(labels, p.dtype)
        return -tf.reduce_mean(labels * tf.math.log(p) + (1 - labels) * tf.math.log(1 - p), -1)

    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((12,), dtype=dtype),
            layers.Dense(32, activation="relu", dtype=dtype),
            layers.Dense(1, activation="sigmoid", dtype=dtype),
        ]
    )
    net.compile(keras.optimizers.SGD(0.02), loss=likelihood)
    return net


def _binary_of_logits(keras: Any, dtype: Any) -> Any:
    import tensorflow as tf

    def likelihood(labels: Any, logits: Any) -> Any:
        labels = tf.cast(labels, logits.dtype)
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits), -1)

    net = _binary(keras, dtype)
    net.layers[-1].activation = keras.activations.linear
    net.compile(keras.optimizers.SGD(0.02), loss=likelihood)
    return net


def _near_or_far() -> Arrays:
    x, y, test_x, test_y = _points(classes=2, by=4.0)
    return x, y[:, None], test_x, test_y[:, None]


def _times(*factors: float) -> Any:
    """A cross-entropy of logits times factors, as a scale that is never taken out again."""

    def loss(keras: Any) -> Any:
        entropy = logits_loss(keras)

        def scaled(labels: Any, predictions: Any) -> Any:
            value = entropy(labels, predictions)
            for factor in factors:
                value = value * factor
            return value

        return scaled

    return loss


def _logarithm_of_anything(keras: Any) -> Any:
    import tensorflow as tf

    return lambda labels, predictions: tf.reduce_mean(
        tf.square(tf.math.log(predictions) - tf.cast(labels, predictions.dtype)), -1
    )


def _frozen(keras: Any, dtype: Any) -> Any:
    net = _dense(lambda k: k.optimizers.Adam())(keras, dtype)
    kernel = net.layers[-1]
    kernel.set_weights([np.zeros_like(np.asarray(w, "float32")) for w in kernel.get_weights()])
    kernel.trainable = False
    net.compile(keras.optimizers.Adam(), loss=logits_loss(keras))
    return net


def _padding(keras: Any, dtype: Any) -> Any:
    """A layer whose gradient is garbage where it is padding, as a GPU's kernel had it."""
    import tensorflow as tf

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def hide(x: Any, hidden: Any) -> Any:
        def gradient(upstream: Any) -> Any:
            return tf.where(hidden, tf.constant(np.nan, upstream.dtype), upstream), None

        return tf.where(hidden, tf.zeros_like(x), x), gradient

    layers = keras.layers

    class Hide(layers.Layer):  # type: ignore[misc, name-defined]
        supports_masking = True  # it takes the mask, and hands none on

        def compute_mask(self, both: Any, mask: Any = None) -> None:
            return None

        def call(self, both: Any) -> Any:
            words, tokens = both
            return hide(words, tf.equal(tokens, 0)[..., None])

    tokens = keras.Input((40,), dtype="int32")
    words = layers.Embedding(300, 16, mask_zero=True, dtype=dtype)(tokens)
    hidden = layers.GlobalAveragePooling1D(dtype=dtype)(Hide(dtype=dtype)([words, tokens]))
    net = keras.Model(tokens, layers.Dense(2, dtype=dtype)(hidden))
    net.compile(keras.optimizers.Adam(0.01), loss=logits_loss(keras))
    return net


def _padded_words() -> Arrays:
    x, y, test_x, test_y = _words()
    for part in (x, test_x):
        part[:, 35:] = 0
    return x, y, test_x, test_y


def _near_one(rate: float) -> Any:
    """Weights near 1 that are only a little moved."""

    def build(keras: Any, dtype: Any) -> Any:
        net = _dense(sgd(rate), activation="tanh")(keras, dtype)
        rng = np.random.default_rng(8)
        for layer in net.layers:
            kernel, bias = (np.asarray(w, "float32") for w in layer.get_weights())
            layer.set_weights([rng.choice([-1, 1], kernel.shape) * (1 + kernel), bias + 1])
        return net

    return build


PRECISION = (
    Case("GRU, Nadam", "half", _curves, _recurrent, LEAP, regression=True),
    Case("dense, AdamW", "half", _flat_curves,
         _dense(lambda keras: keras.optimizers.AdamW(1e-3), lambda keras: "mse", width=20,
                classes=1), LEAP, epochs=8, regression=True),
    Case("dense, Nadam of epsilon 1e-10", "half", _points,
         _dense(lambda keras: keras.optimizers.Nadam(1e-3, epsilon=1e-10)),
         "epsilon of the optimizer is 0"),
    Case("dense, Adamax", "half", _points, _dense(lambda keras: keras.optimizers.Adamax(1e-2)),
         "optimizer's arithmetic fails"),
    Case("dense, AdamW of beta_2 .9995", "bfloat16", _points,
         _dense(lambda keras: keras.optimizers.AdamW(3e-3, beta_2=0.9995)), "beta_2 is 1"),
    Case("penalty of 1e6", "half", _points, _with_layer(_best_of(1e6), sgd()),
         "constant overflows",
         mended=_with_layer(_best_of(3e4), sgd())),
    Case("root of mean squares", "half", _points,
         _with_layer(_mean_square_norm(1e-9), sgd()), "epsilon of a layer is 0",
         mended=_with_layer(_mean_square_norm(1e-3), sgd())),
    Case("inputs of 1e6", "mixed", lambda: _points(by=1e6), _standardised, "input overflows"),
    Case("squares", "half", _points, _with_layer(_squares(300.0), sgd(0.01)),
         "activations overflow", mended=_with_layer(_squares(1.0), sgd(0.01))),
    Case("moving variance of a convolution", "half", _large_curves, _convolution,
         {"2": HEALTHY, "3": "statistic overflows"}, regression=True, epochs=8),
    Case("logistic likelihood", "half", _near_or_far, _binary, "probability is 0", epochs=8,
         mended=_binary_of_logits),
    Case("loss times 3e6", "half", _points, _dense(sgd(1e-7), _times(3e3, 1e3)),
         "loss overflows, or its gradient", epochs=8),
    Case("loss times 1e-6", "half", _points, _dense(sgd(3e4), _times(1e-6)),
         {"2": HEALTHY, "3": "gradients underflow"}),
    Case("weights near 1, SGD", "bfloat16", _points, _near_one(2e-3), "updates round away",
         epochs=40),
)  # fmt: skip
"""Faults of the format."""

OWN = (
    Case("bag of words, epsilon 1e-2", "half", _words, _bag(adam(0.02, epsilon=1e-2)),
         "epsilon is too large", epochs=8),
    Case("learning rate of 300", "single", _points, _dense(sgd(300.0)),
         "learning rate too large"),
    Case("learning rate of 300, Adam", "mixed", _points, _dense(adam(300.0)),
         "learning rate too large"),
    Case("labels at random", "half", _random_labels, _dense(sgd()),
         "labels do not follow from inputs"),
    Case("inputs with NaN", "mixed", _with_nan, _dense(adam()), "data not finite"),
    Case("logarithm of anything", "half", _flat_curves,
         _dense(adam(), _logarithm_of_anything, width=20, classes=1),
         "loss outside its domain", regression=True),
    Case("frozen at 0", "single", _points, _frozen, "model does not learn"),
)  # fmt: skip
"""Faults that are not precision's."""

SOUND = (
    *(Case(f"dense, Adam, {scheme}", scheme, _points, _dense(adam(3e-3)), HEALTHY)
      for scheme in ("double", "single", "mixed", "mixed-bfloat16")),
    Case("dense, SGD", "half", _points, _dense(sgd()), HEALTHY),
    Case("dense, momentum", "half", _points, _dense(sgd(0.05, momentum=0.9)), HEALTHY),
    Case("dense, RMSprop", "half", _points,
         _dense(lambda keras: keras.optimizers.RMSprop(3e-3)), HEALTHY),
    Case("dense, SGD, bfloat16", "bfloat16", _points, _dense(sgd()), HEALTHY),
    Case("convolution, mixed", "mixed", _curves, _convolution, HEALTHY, regression=True),
    Case("bag of words, single", "single", _words, _bag(adam(0.02)), HEALTHY, epochs=8),
    Case("garbage in the padding", "single", _padded_words, _padding, HEALTHY, epochs=8),
)  # fmt: skip
"""Trainings without a fault, or with one that does no harm."""

OTHERS = (*PRECISION, *OWN, *SOUND)
