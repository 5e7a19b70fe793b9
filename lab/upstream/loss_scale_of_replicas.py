"""Keras 3's loss scale takes a step whose gradient overflows on any device but the first.

    python loss_scale_of_replicas.py

Under `tf.distribute.MirroredStrategy`, `LossScaleOptimizer` looks for infinities before the
gradients are summed over the devices, and takes the first device's answer for all
(`_handle_cross_replica` in keras/src/optimizers/loss_scale_optimizer.py, which says that they are
summed by then). Two logical devices of the CPU get an example each, y = wx with w = 1, one of them
so large that its gradient overflows in float16. Printed: w after a step. Exits with 1 where w is
NaN with either of the two, with 0 where both steps were skipped, as on Keras 2
(TF_USE_LEGACY_KERAS=1).
"""

import sys

import numpy as np
import tensorflow as tf

LARGE = 60_000.0


def weight_after(first: float, second: float, strategy: tf.distribute.Strategy) -> float:
    """Train a step with an example on each device; return the weight."""
    keras = tf.keras
    keras.mixed_precision.set_global_policy("mixed_float16")
    with strategy.scope():
        layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
        net = keras.Sequential([keras.Input((1,)), layer])
        net.compile(optimizer="adam", loss="mae")  # within a loss scale, by the policy
    x = np.array([[first], [second]])
    net.fit(x, 0 * x, batch_size=2, shuffle=False, verbose=0)
    return float(net.get_weights()[0][0, 0])


if __name__ == "__main__":
    (cpu,) = tf.config.list_physical_devices("CPU")
    parts = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(cpu, parts)
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    on_first, on_second = weight_after(LARGE, 1, strategy), weight_after(1, LARGE, strategy)
    print(f"TensorFlow {tf.__version__}, Keras {getattr(tf.keras, '__version__', '2')}")
    print(f"overflow on the first device   w = {on_first}")
    print(f"overflow on the second device  w = {on_second}")
    sys.exit(not np.isfinite([on_first, on_second]).all())
