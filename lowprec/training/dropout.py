"""Keras 2's Dropout with a random state that can be put back; Keras 3's is a variable already.

Keras 2 draws from `RandomUniform`, whose seeds are baked into the graph when it is traced: its
kernel holds a Philox generator with the global seed as its key and the operation's place in the
order of tracing in its counter, and skips 256 times as many numbers as it returns. The same bits
come from `StatelessRandomUniformV2` with key and counter in variables.
"""

from __future__ import annotations

from typing import Any

from lowprec import framework

__all__ = ["ResettableDropout", "own_dropouts"]

SKIPPED = 256
"""Numbers that the counter of `RandomUniform` advances by for each number that it returns
(`GuardedPhiloxRandom::ReserveRandomOutputs` in tensorflow/core/kernels/random_op.cc)."""

PHILOX = 1
"""Of `tf.random.Algorithm`."""


class ResettableDropout:
    """Takes the place of the `RandomGenerator` of a Keras 2 Dropout."""

    def __init__(self, place: int) -> None:
        """Make the generator of the Dropout that is traced at this place, from 0."""
        tf = framework.import_tensorflow()
        self._place = place
        with tf.init_scope():
            self._key = tf.Variable(tf.zeros((1,), tf.uint64), trainable=False)
            self._counter = tf.Variable(tf.zeros((2,), tf.uint64), trainable=False)

    def reset(self, seed: int) -> None:
        """Begin as a model that is traced under this global seed."""
        tf = framework.import_tensorflow()
        self._key.assign(tf.constant([seed], tf.uint64))
        self._counter.assign(tf.constant([0, self._place], tf.uint64))

    def dropout(self, inputs: Any, rate: float, noise_shape: Any = None) -> Any:
        """Return the inputs with some of them dropped, as `RandomGenerator.dropout`."""
        tf = framework.import_tensorflow()
        return tf.nn.experimental.general_dropout(
            inputs, rate=rate, noise_shape=noise_shape, uniform_sampler=self._uniform
        )

    def _uniform(self, shape: Any, dtype: Any, **_: Any) -> Any:
        tf = framework.import_tensorflow()
        shape = tf.convert_to_tensor(shape)
        key, counter = self._key.read_value(), self._counter.read_value()
        replica = framework.replica()
        if replica is not None:  # each of a strategy drops others, as with Keras 2's own generators
            place = tf.cast(replica, tf.uint64) * (1 << 32)
            counter += tf.stack([tf.zeros((), tf.uint64), place])
        drawn = tf.raw_ops.StatelessRandomUniformV2(
            shape=shape, key=key, counter=counter, alg=PHILOX, dtype=dtype
        )
        with tf.control_dependencies([drawn]):
            size = tf.cast(tf.reduce_prod(tf.cast(shape, tf.int64)), tf.uint64)
            skipped = size * tf.constant(SKIPPED, tf.uint64)
            self._counter.assign_add(tf.stack([skipped, tf.zeros((), tf.uint64)]))
        return drawn


def own_dropouts(net: Any) -> tuple[ResettableDropout, ...] | None:
    """Give each Dropout of a Keras 2 model a generator that can be reset; return these.

    None where the model draws random numbers in another way, which could not be put back.
    """
    random_layers = [layer for layer in framework.layers(net) if _draws(layer)]
    if any(type(layer).__name__ != "Dropout" for layer in random_layers):
        return None
    generators = tuple(map(ResettableDropout, range(len(random_layers))))
    for layer, generator in zip(random_layers, generators, strict=True):
        # Past Keras' tracking, which would add the generator's variables to the model's weights.
        object.__setattr__(layer, "_random_generator", generator)
        vars(layer)["_random_generator"] = generator
    return generators


def _draws(layer: Any) -> bool:
    """Whether a layer has a generator of Keras 2, and uses it."""
    if not hasattr(layer, "_random_generator"):
        return False
    rates = [getattr(layer, name, None) for name in ("rate", "dropout", "recurrent_dropout")]
    return any(rates) or all(rate is None for rate in rates)
