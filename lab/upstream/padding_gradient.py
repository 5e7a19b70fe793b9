"""In float64 on a GPU the gradient of masked steps of an LSTM is not 0, but what was in memory.

    python padding_gradient.py

An embedding with `mask_zero`, then a bidirectional LSTM: steps that are padding should have the
gradient 0, so the embedding's row 0 as well. Printed: the largest absolute gradient of that row in
float32 and in float64, after memory was filled with large numbers and freed. Exits with 1 where it
is not 0, with 0 where it is, as on a CPU. The figures of docs/gpu.md (4.7e226 with Keras 2, 7.6e127
with Keras 3, on an H100 with TensorFlow 2.21) were of whole trainings.
"""

import sys

import numpy as np
import tensorflow as tf

keras = tf.keras
WORDS, BATCH, LENGTH = 50, 64, 40


def largest_gradient_of_the_padding(dtype: str) -> float:
    """Return the largest absolute gradient of row 0 of the embedding, of 20 batches."""
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(WORDS, 16, mask_zero=True, dtype=dtype),
            layers.Bidirectional(layers.LSTM(32, dtype=dtype), dtype=dtype),
            layers.Dense(1, dtype=dtype),
        ]
    )
    rng, largest = np.random.default_rng(0), 0.0
    for _ in range(20):
        ids = rng.integers(1, WORDS, (BATCH, LENGTH))
        ids[np.arange(LENGTH) >= rng.integers(2, LENGTH, BATCH)[:, None]] = 0
        garbage = tf.fill((BATCH, LENGTH, 64), tf.constant(1e30, dtype))
        del garbage
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(net(tf.constant(ids, tf.int32), training=True)))
        gradient = tape.gradient(loss, net.trainable_variables)[0]
        row = tf.convert_to_tensor(gradient)[0].numpy()
        largest = max(largest, float(np.abs(np.nan_to_num(row, nan=np.inf)).max()))
    return largest


if __name__ == "__main__":
    print(f"TensorFlow {tf.__version__}, {tf.config.list_physical_devices('GPU') or 'no GPU'}")
    found = {dtype: largest_gradient_of_the_padding(dtype) for dtype in ("float32", "float64")}
    for dtype, largest in found.items():
        print(f"{dtype}: {largest:g}")
    sys.exit(any(found.values()))
