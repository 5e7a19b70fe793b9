"""Adam for weights in half precision, on both generations of Keras.

In float16 squared gradients below 6e-8 are 0, and Adam's step is then many times its learning rate;
repeated rows of an embedding overflow or vanish where they are summed; and in bfloat16 beta_2 is 1,
which is to be 0.999, so that no step is taken. None of this is in the format of the weights: it is
in the optimizer's arithmetic.
"""

from __future__ import annotations

from typing import Any

from lowprec import framework

__all__ = ["SafeAdam"]

_tf = framework.import_tensorflow()
_keras = framework.keras_module()
_Adam: Any = _keras.optimizers.Adam

GAIN = 2.0**10
"""Of what is kept of the moments: in float16 gradients from 6e-11 to 64 then have one."""


@_keras.utils.register_keras_serializable("lowprec")
class SafeAdam(_Adam):  # type: ignore[misc]
    """Adam whose arithmetic is in float32, whatever dtype the weights have.

    The moments are kept in the dtype of the weights, so with float16 the state is half as large as
    with float32: the first as it is, the second as its square root, both times `GAIN`, and what is
    beyond the dtype's range at its end. Sparse gradients are summed in float32 and become dense.

    Arguments are those of `keras.optimizers.Adam`. Around it, `LossScaleOptimizer` keeps gradients
    from vanishing on their way:

        keras.mixed_precision.LossScaleOptimizer(lowprec.SafeAdam(1e-3))

    Raises:
        ValueError: `amsgrad` is asked for, which it does not have.
    """

    def __init__(self, learning_rate: Any = 0.001, **options: Any) -> None:
        if options.get("amsgrad"):
            raise ValueError("SafeAdam: amsgrad is asked for, expected none; use Adam for it")
        super().__init__(learning_rate=learning_rate, **{"name": "safe_adam", **options})

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any = None) -> None:
        """Take one step of one variable; D. P. Kingma and J. Ba, "Adam", 2015, algorithm 1."""
        weights, first, root = framework.adam_variables(self, variable)
        rate = _wide(self.learning_rate if learning_rate is None else learning_rate)
        step = _wide(self.iterations) + 1
        beta_1, beta_2 = float(self.beta_1), float(self.beta_2)
        g = _wide(_tf.convert_to_tensor(_summed(gradient)))
        m = beta_1 * _wide(first) / GAIN + (1 - beta_1) * g
        r = _tf.sqrt(beta_2 * _tf.square(_wide(root) / GAIN) + (1 - beta_2) * _tf.square(g))
        alpha = rate * _tf.sqrt(1 - _tf.pow(beta_2, step)) / (1 - _tf.pow(beta_1, step))
        weights.assign(_tf.cast(_wide(weights) - alpha * m / (r + self.epsilon), weights.dtype))
        first.assign(_kept(m * GAIN, first.dtype))
        root.assign(_kept(r * GAIN, root.dtype))


def _wide(value: Any) -> Any:
    return _tf.cast(value, _tf.float32)


def _summed(gradient: Any) -> Any:
    """Return a gradient whose repeated rows, where it is sparse, will be summed in float32."""
    if not isinstance(gradient, _tf.IndexedSlices):
        return gradient
    return _tf.IndexedSlices(_wide(gradient.values), gradient.indices, gradient.dense_shape)


def _kept(value: Any, dtype: Any) -> Any:
    return _tf.cast(_tf.clip_by_value(value, -dtype.max, dtype.max), dtype)
