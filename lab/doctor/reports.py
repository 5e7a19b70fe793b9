"""Small models that fail as twelve public reports do, for a cause that was measured."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.doctor.case import HEALTHY, Arrays, Case, logits_loss, split

__all__ = ["REPORTS"]

SEED = 12


def _blobs(classes: int, width: int, count: int, spread: float = 1.0) -> Arrays:
    """Points around a centre a class."""
    rng = np.random.default_rng(SEED)
    y = rng.integers(0, classes, count)
    x = spread * (rng.normal(size=(classes, width))[y] + rng.normal(size=(count, width)))
    return split(x.astype("float32"), y.astype("int32"), count * 4 // 5)


def _adam_mse_data() -> Arrays:
    rng = np.random.default_rng(SEED)
    x = 0.3 * rng.random((2400, 16, 16, 1)) + np.kron(
        rng.random((2400, 4, 4)), np.ones((4, 4))
    ).reshape(2400, 16, 16, 1)
    weights = np.kron(rng.normal(size=(4, 4)), np.ones((4, 4)))[..., None]
    y = np.tanh((x * weights).sum((1, 2, 3)) / 24)[:, None]
    return split(x.astype("float32"), y.astype("float32"), 2000)


def _adam_mse(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((16, 16, 1), dtype=dtype),
            layers.Conv2D(8, 3, activation="relu", dtype=dtype),
            layers.MaxPooling2D(dtype=dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(64, activation="relu", dtype=dtype),
            layers.Dense(1, dtype=dtype),
        ]
    )
    net.compile(keras.optimizers.Adam(), loss="mse")
    return net


def _superresolution_data() -> Arrays:
    rng = np.random.default_rng(SEED)
    sharp = np.kron(rng.random((300, 4, 4)), np.ones((3, 3))) + 0.2 * rng.random((300, 12, 12))
    blurred = np.kron(sharp.reshape(300, 6, 2, 6, 2).mean((2, 4)), np.ones((2, 2)))
    return split(blurred[..., None].astype("float32"), sharp[..., None].astype("float32"), 240)


def _superresolution(keras: Any, dtype: Any) -> Any:
    layers = keras.layers

    def conv(filters: int, **options: Any) -> Any:
        return layers.Conv2D(filters, 3, padding="same", dtype=dtype, **options)

    image = keras.Input((12, 12, 1), dtype=dtype)
    hidden = first = conv(16)(image)
    for _ in range(2):
        inner = conv(16)(conv(16, activation="relu")(hidden))
        hidden = layers.Add(dtype=dtype)([hidden, layers.Rescaling(0.1, dtype=dtype)(inner)])
    hidden = layers.Add(dtype=dtype)([first, conv(16)(hidden)])
    net = keras.Model(image, conv(1)(hidden))
    net.compile(keras.optimizers.Adam(), loss="mae")
    return net


def _bfloat16_data() -> Arrays:
    rng = np.random.default_rng(SEED)
    means = np.kron(rng.random((10, 7, 7)), np.ones((4, 4)))
    y = rng.integers(0, 10, 2400)
    noise = 0.65 * rng.random((2400, 28, 28)) + 0.2 * rng.normal(size=(2400, 28, 28))
    x = np.clip(0.35 * means[y] + noise, 0, 1)
    return split(x.astype("float32"), y.astype("int32"), 2000)


def _bfloat16(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((28, 28), dtype=dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(64, activation="relu", dtype=dtype),
            layers.Dense(10, dtype=dtype),
        ]
    )
    net.compile(keras.optimizers.Adam(), loss=logits_loss(keras))
    return net


PIXELS = 1024


def _summed_data() -> Arrays:
    rng = np.random.default_rng(SEED)
    code = rng.normal(size=(1200, 8))
    y = 200 * np.tanh(code @ rng.normal(size=(8, PIXELS)) / 3)
    x = code @ rng.normal(size=(8, 64)) / 3
    return split(x.astype("float32"), y.astype("float32"), 1000)


def _summed(keras: Any, dtype: Any, loss: Any = None) -> Any:
    import tensorflow as tf

    def summed(labels: Any, predictions: Any) -> Any:
        difference = tf.cast(labels, predictions.dtype) - predictions
        return tf.reduce_sum(tf.square(difference) * 1000.0, -1)

    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((64,)),
            layers.Dense(128, activation="relu", dtype=dtype),
            layers.Dense(128, activation="relu", dtype=dtype),
            layers.Dense(PIXELS, dtype=dtype),
            layers.Activation("linear", dtype="float32"),
        ]
    )
    net.compile(keras.optimizers.Adam(0.01), loss=loss or summed)
    return net


LENGTH = 24


def _masked_data() -> Arrays:
    rng = np.random.default_rng(SEED)
    count = 1500
    x = rng.integers(5, 60, (count, LENGTH))
    y = rng.integers(0, 4, count)
    x[np.arange(count), rng.integers(0, 6, count)] = 1 + y  # the sign to find
    x[np.arange(LENGTH) >= rng.integers(8, LENGTH, count)[:, None]] = 0  # padding
    return split(x.astype("int32"), y.astype("int32"), 1200)


def _masked(keras: Any, dtype: Any, negative: float = -1e9) -> Any:
    import tensorflow as tf

    layers = keras.layers

    class Attention(layers.Layer):  # type: ignore[misc, name-defined]
        def build(self, shape: Any) -> None:
            self.q, self.k = (layers.Dense(16, dtype=dtype) for _ in range(2))
            self.q.build(shape[0])
            self.k.build(shape[0])
            self.built = True

        def call(self, both: Any) -> Any:
            hidden, tokens = both
            scores = tf.matmul(self.q(hidden), self.k(hidden), transpose_b=True) / 4
            mask = tf.cast(tokens != 0, scores.dtype)[:, None, :]
            scores += (1 - mask) * negative
            return tf.matmul(tf.nn.softmax(scores), hidden)

    tokens = keras.Input((LENGTH,), dtype="int32")
    hidden = layers.Embedding(64, 16, dtype=dtype)(tokens)
    hidden = layers.Add(dtype=dtype)([hidden, Attention(dtype=dtype)([hidden, tokens])])
    hidden = layers.Dense(32, activation="relu", dtype=dtype)(hidden)
    hidden = layers.GlobalMaxPooling1D(dtype=dtype)(hidden)
    net = keras.Model(tokens, layers.Dense(4, dtype=dtype)(hidden))
    net.compile(keras.optimizers.Adam(0.003, epsilon=1e-4), loss=logits_loss(keras))
    return net


def _normalised_data() -> Arrays:
    rng = np.random.default_rng(SEED)
    y = rng.integers(0, 4, 1500)
    x = rng.normal(size=(4, 32))[y] + rng.normal(size=(1500, 32))
    x[rng.random(1500) < 0.02] = 0  # an empty row now and then
    return split(x.astype("float32"), y.astype("int32"), 1200)


def _normalised(keras: Any, dtype: Any, epsilon: float = 1e-12) -> Any:
    import tensorflow as tf

    layers = keras.layers

    class Normalisation(layers.Layer):  # type: ignore[misc, name-defined]
        def build(self, shape: Any) -> None:
            width = (shape[-1],)
            self.gamma = self.add_weight(shape=width, initializer="ones", name="gamma")
            self.beta = self.add_weight(shape=width, initializer="zeros", name="beta")
            self.built = True

        def call(self, x: Any) -> Any:
            mean, variance = tf.nn.moments(x, [-1], keepdims=True)
            gamma, beta = (
                tf.cast(tf.convert_to_tensor(v), x.dtype) for v in (self.gamma, self.beta)
            )
            return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)

    net = keras.Sequential(
        [
            keras.Input((32,), dtype=dtype),
            Normalisation(dtype=dtype),
            layers.Dense(32, activation="relu", dtype=dtype),
            layers.Dense(4, dtype=dtype),
        ]
    )
    net.compile(keras.optimizers.Adam(0.003, epsilon=1e-4), loss=logits_loss(keras))
    return net


def _raw_data() -> Arrays:
    rng = np.random.default_rng(SEED)
    y = rng.integers(0, 4, 1000)
    means = np.kron(rng.random((4, 4, 4)), np.ones((3, 3)))
    x = 60000 + 10000 * np.clip(0.6 * means[y] + 0.4 * rng.random((1000, 12, 12)), 0, 1)
    return split(x[..., None].astype("float32"), y.astype("int32"), 800)


def _raw(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    image = keras.Input((12, 12, 1))
    hidden = layers.ZeroPadding2D(1, dtype=dtype)(image)
    hidden = layers.GroupNormalization(groups=1, dtype=dtype)(hidden)
    hidden = layers.Conv2D(16, 3, activation="relu", dtype=dtype)(hidden)
    hidden = layers.Flatten(dtype=dtype)(hidden)
    net = keras.Model(image, layers.Dense(4, dtype="float32")(hidden))
    net.compile("adam", loss=logits_loss(keras))
    return net


def _growing_data() -> Arrays:
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(1400, 16)).astype("float32")
    y = 3e6 * np.abs(x @ rng.normal(size=(16, 4)) / 4).sum(1, keepdims=True)
    return split(x, y.astype("float32"), 1200)


def _growing(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    inputs = keras.Input((16,))
    hidden = layers.Dense(32, activation="relu", dtype=dtype)(inputs)
    for _ in range(2):
        inner = layers.Dense(32, activation="relu", dtype=dtype)(hidden)
        hidden = layers.Add(dtype=dtype)([hidden, inner])
    net = keras.Model(inputs, layers.Dense(1, dtype="float32")(hidden))
    net.compile(keras.optimizers.Adam(0.05), loss="mae")
    return net


def _batch_normalised(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((32,), dtype=dtype),
            layers.BatchNormalization(momentum=0.9, dtype=dtype),
            layers.Dense(32, activation="relu", dtype=dtype),
            layers.Dense(4, dtype=dtype),
        ]
    )
    net.compile(keras.optimizers.Adam(0.003, epsilon=1e-4), loss=logits_loss(keras))
    return net


def _fine_tuned(keras: Any, dtype: Any) -> Any:
    layers, rng = keras.layers, np.random.default_rng(7)

    def trained(*shape: int) -> np.ndarray:
        """Weights as a finished pre-training leaves them, between .5 and 1."""
        return np.asarray(rng.uniform(0.5, 1, shape) * rng.choice([-1, 1], shape))

    net = keras.Sequential(
        [
            keras.Input((256,), dtype=dtype),
            layers.Rescaling(1 / 16, dtype=dtype),
            layers.Dense(64, activation="relu", use_bias=False, dtype=dtype),
            layers.Rescaling(1 / 8, dtype=dtype),
            layers.Dense(4, use_bias=False, dtype=dtype),
        ]
    )
    net.layers[1].set_weights([trained(256, 64)])
    net.layers[3].set_weights([trained(64, 4)])
    net.compile(keras.optimizers.Adam(1e-4, epsilon=1e-3), loss=logits_loss(keras))
    return net


def _own_logarithm(keras: Any, dtype: Any) -> Any:
    import tensorflow as tf

    def crossentropy(labels: Any, p: Any) -> Any:
        """As written by hand, in the output's own dtype."""
        hot = tf.one_hot(tf.cast(tf.reshape(labels, [-1]), tf.int32), 10, dtype=p.dtype)
        return -tf.reduce_sum(hot * tf.math.log(p), -1)

    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((32,)),
            layers.Dense(64, activation="relu", dtype=dtype),
            layers.Dense(10, dtype=dtype),
            layers.Softmax(dtype=dtype),
            layers.Activation("tanh", dtype=dtype),
        ]
    )
    net.compile(keras.optimizers.Adam(0.01), loss=crossentropy)
    return net


def _mean_data() -> Arrays:
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(1200, 16, 16, 3)) + rng.normal(size=(1200, 1, 1, 3))
    y = x.mean((1, 2)) @ np.array([[1.0], [-0.5], [0.25]])
    return split(x.astype("float32"), y.astype("float32"), 1000)


def _mean(keras: Any, dtype: Any) -> Any:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((16, 16, 3), dtype=dtype),
            layers.Conv2D(16, 3, activation="relu", dtype=dtype),
            layers.GlobalAveragePooling2D(dtype=dtype),
            layers.Dense(1, dtype=dtype),
        ]
    )
    net.compile(keras.optimizers.Adam(0.003, epsilon=1e-8), loss="mse")
    return net


LEAP = "second moments underflow and weights leap"

REPORTS = (
    Case("mean squares", "half", _adam_mse_data, _adam_mse, LEAP, epochs=8, regression=True,
         report="keras-team/keras 11860"),
    Case("super-resolution", "half", _superresolution_data, _superresolution, LEAP, epochs=16,
         batch=16, regression=True, report="keras-team/keras 11832"),
    Case("bfloat16", "bfloat16", _bfloat16_data, _bfloat16, "beta_2 is 1",
         report="tensorflow/tensorflow 58138"),
    Case("summed loss", "mixed", _summed_data, _summed,
         {"2": "loss overflows, or its gradient", "3": HEALTHY}, epochs=6, regression=True,
         report="keras-team/keras 16100, tf-keras 644"),
    Case("attention's mask", "half", _masked_data, _masked, "constant overflows",
         mended=lambda keras, dtype: _masked(keras, dtype, -1e4),
         report="google/flax 982, NVIDIA/apex 93"),
    Case("normalisation", "half", _normalised_data, _normalised, "epsilon of a layer is 0",
         mended=lambda keras, dtype: _normalised(keras, dtype, 1e-3),
         report="tensorflow/tensorflow 24979"),
    Case("raw inputs", "mixed", _raw_data, _raw, "input overflows", epochs=6,
         report="keras-team/keras 22586"),
    Case("growing activations", "mixed", _growing_data, _growing, "activations overflow",
         epochs=20, regression=True, report="karpathy/nanoGPT 167"),
    Case("moving variance", "half", lambda: _blobs(4, 32, 1500, 1000.0), _batch_normalised,
         {"2": HEALTHY, "3": "statistic overflows"}, epochs=6, report="keras-team/keras 9582"),
    Case("fine-tuning", "half", lambda: _blobs(4, 256, 2400), _fine_tuned, "updates round away",
         epochs=20, report="huggingface/transformers 566"),
    Case("own logarithm", "mixed", lambda: _blobs(10, 32, 1500, 0.9), _own_logarithm,
         "probability is 0", epochs=6, report="keras-team/keras 16552"),
    Case("mean of a convolution", "half", _mean_data, _mean, "epsilon of the optimizer is 0",
         epochs=12, regression=True, report="tensorflow/tensorflow 7226"),
)  # fmt: skip
"""On Keras 3 the summed loss trains, once its scale has fallen below 1, and Keras 2 keeps the
moving variance in float32."""
