"""A small convolutional net: a base that was trained on stripes, and a head for figures."""

from pathlib import Path

import numpy as np

BASE = Path(__file__).with_name("base.npz")
"""Kernels and biases of the base, by `python pretrain.py`."""

FLOAT32 = ("norm_1", "norm_2", "answer")
"""Layers that stay in float32 under any scheme: sums over many pixels, and the softmax."""


def base_layers(keras, dtype):
    """Two convolutions, each followed by a normalisation of our own."""

    class ImageNorm(keras.layers.Layer):
        """Mean 0 and variance 1 over an image's pixels and channels."""

        def call(self, x):
            mean = keras.ops.mean(x, axis=(1, 2, 3), keepdims=True)
            variance = keras.ops.mean((x - mean) ** 2, axis=(1, 2, 3), keepdims=True)
            return (x - mean) / (variance + 1e-5) ** 0.5

    layers = keras.layers
    return [
        layers.Conv2D(8, 3, activation="relu", dtype=dtype, name="conv_1"),
        ImageNorm(dtype="float32", name="norm_1"),
        layers.MaxPooling2D(2, dtype=dtype),
        layers.Conv2D(16, 3, activation="relu", dtype=dtype, name="conv_2"),
        ImageNorm(dtype="float32", name="norm_2"),
    ]


def with_head(keras, dtype, classes):
    """The base with a head for so many classes."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((16, 16, 1), dtype=dtype),
            *base_layers(keras, dtype),
            layers.Flatten(dtype=dtype),
            layers.Dense(classes, activation="softmax", dtype="float32", name="answer"),
        ]
    )


def fine_tuned(keras, dtype):
    """A head for the three figures on the trained base, whose first convolution is frozen."""
    net = with_head(keras, dtype, classes=3)
    with np.load(BASE) as stored:
        for name in ("conv_1", "conv_2"):
            net.get_layer(name).set_weights([stored[f"{name}/kernel"], stored[f"{name}/bias"]])
    net.get_layer("conv_1").trainable = False
    net.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
    return net
