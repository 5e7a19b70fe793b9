"""Keras 3's Adam on TensorFlow squares the repeated rows of an embedding's gradient one by one.

    python adam_repeated_rows.py

An embedding's gradient comes as `tf.IndexedSlices`, with a row as often as its index is in the
batch. Adam's second moment is of the square of the gradient, which is the sum of these rows; Keras
3 takes the sum of their squares. Printed: one weight after three steps whose gradient comes in 100
slices, beside the same gradient made dense, and beside Adam in NumPy. Exits with 1 where slices and
dense gradient differ, with 0 where they agree, as on Keras 2 (TF_USE_LEGACY_KERAS=1).
"""

import sys

import numpy as np
import tensorflow as tf

keras = tf.keras
REPEATS, STEPS, RATE = 100, 3, 1e-3


def gradients(step: int) -> np.ndarray:
    """Return the values of the slices of a step; signs vary, as they do in training."""
    return np.random.default_rng(step).normal(1e-3, 1e-2, REPEATS).astype("float32")


def weight_after(dense: bool) -> float:
    """Train one row by Keras' Adam, with slices or with their sum."""
    table = keras.layers.Embedding(1, 1, embeddings_initializer="zeros")
    table.build((None,))
    variable = table.trainable_variables[0]
    adam = keras.optimizers.Adam(RATE)
    for step in range(STEPS):
        slices = tf.IndexedSlices(
            tf.constant(gradients(step)[:, None]),
            tf.zeros(REPEATS, tf.int32),
            tf.constant([1, 1]),
        )
        adam.apply_gradients([(tf.convert_to_tensor(slices) if dense else slices, variable)])
    return float(np.asarray(table.get_weights()[0])[0, 0])


def adam_by_hand(beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-7) -> float:
    """Kingma and Ba, Adam, 2015, algorithm 1, on the sums of the slices."""
    weight = first = second = 0.0
    for step in range(STEPS):
        gradient = float(gradients(step).sum())
        first = beta_1 * first + (1 - beta_1) * gradient
        second = beta_2 * second + (1 - beta_2) * gradient**2
        corrected = np.sqrt(1 - beta_2 ** (step + 1)) / (1 - beta_1 ** (step + 1))
        weight -= RATE * corrected * first / (np.sqrt(second) + epsilon)
    return weight


if __name__ == "__main__":
    slices, dense = weight_after(dense=False), weight_after(dense=True)
    print(f"TensorFlow {tf.__version__}, Keras {getattr(keras, '__version__', '2')}")
    print(f"gradient in slices  {slices:.6f}")
    print(f"the same, dense     {dense:.6f}")
    print(f"Adam by hand        {adam_by_hand():.6f}")
    sys.exit(bool(abs(slices - dense) > 1e-5))
