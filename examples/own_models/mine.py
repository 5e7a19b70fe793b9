"""Two small models and their data: what a project of one's own may look like."""

import numpy as np


def tokens(count, seed):
    """Sequences of 12 word ids, (count, 12), and whether the word 7 is among them, (count,)."""
    random = np.random.default_rng(seed)
    words = random.integers(1, 50, (count, 12))
    return words.astype("int32"), (words == 7).any(axis=1).astype("int64")


def tiny_transformer(keras, dtype):
    """One block of attention over 12 words, with a dtype for each layer or None."""
    layers = keras.layers
    words = keras.Input((12,), dtype="int32")
    x = layers.Embedding(50, 16, dtype=dtype)(words)
    attended = layers.MultiHeadAttention(2, 8, dtype=dtype)(x, x)
    x = layers.LayerNormalization(dtype=dtype)(layers.Add(dtype=dtype)([x, attended]))
    x = layers.GlobalMaxPooling1D(dtype=dtype)(x)
    return keras.Model(words, layers.Dense(2, activation="softmax", dtype=dtype)(x))


def spectra(count, seed):
    """Mixtures of three curves, (count, 32), twice: what goes in and what shall come out."""
    random = np.random.default_rng(seed)
    t = np.linspace(0, 1, 32)
    curves = np.stack([np.sin(2 * np.pi * t), np.cos(4 * np.pi * t), t])
    mixed = (random.uniform(0.5, 2, (count, 3)) @ curves).astype("float32")
    return mixed, mixed


def autoencoder(keras, dtype):
    """32 numbers through 4, with a dtype for each layer or None."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((32,), dtype=dtype),
            layers.Dense(16, activation="relu", dtype=dtype),
            layers.Dense(4, dtype=dtype),
            layers.Dense(16, activation="relu", dtype=dtype),
            layers.Dense(32, dtype=dtype),
        ]
    )
