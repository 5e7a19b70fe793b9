"""Adam in float32 whatever dtype the weights have, on literal gradients."""

import numpy as np
import pytest

import lowprec
from lowprec.framework import (
    build_optimizer,
    import_tensorflow,
    keras_module,
    state_variables,
)
from lowprec.training.safe_adam import GAIN, SafeAdam

tf = import_tensorflow()
keras = keras_module()


def weights_after(optimizer, start, gradients, dtype="float32"):
    """The weights of a variable after a step for each gradient."""
    net = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(len(start), use_bias=False, dtype=dtype)]
    )
    [kernel] = net.trainable_variables
    kernel.assign(np.array([start]))
    optimizer.build(net.trainable_variables)
    for gradient in gradients:
        optimizer.apply_gradients([(tf.constant([gradient], dtype), kernel)])
    return kernel.numpy()[0].astype(float)


GRADIENTS = ([0.1, -0.2, 0.0], [0.3, 0.1, -1.0], [-0.2, 0.5, 2.0])


def test_in_single_precision_it_is_adam():
    start = [1.0, -1.0, 0.5]
    ours = weights_after(SafeAdam(0.01), start, GRADIENTS)
    assert ours == pytest.approx(
        weights_after(keras.optimizers.Adam(0.01), start, GRADIENTS), abs=1e-6
    )


@pytest.mark.parametrize("size", [1e-6, 1e-5, 1e-3, 1.0, 60.0])
def test_with_float16_weights_steps_are_those_of_double_precision(size):
    """The square of the smallest is 1e-12, of which float16 knows nothing; of the largest 3600."""
    [after] = weights_after(SafeAdam(0.01), [0.0], [[size]] * 3, "float16")
    wanted = weights_after(keras.optimizers.Adam(0.01), [0.0], [[size]] * 3, "float64")
    assert after == pytest.approx(wanted[0], rel=0.02)


def test_adam_itself_leaps_there():
    [after] = weights_after(keras.optimizers.Adam(0.01), [0.0], [[1e-3]], "float16")
    assert after < -1, "a hundred times the learning rate"


def test_with_bfloat16_weights_steps_are_taken():
    [after] = weights_after(SafeAdam(0.01), [0.0], [[1.0]] * 3, "bfloat16")
    assert after == pytest.approx(-0.03, rel=0.02)
    [stuck] = weights_after(keras.optimizers.Adam(0.01), [0.0], [[1.0]] * 3, "bfloat16")
    assert stuck == 0


def test_what_is_beyond_the_range_of_the_moments_is_at_its_end():
    [after] = weights_after(SafeAdam(0.01), [0.0], [[6e4]] * 3, "float16")
    assert np.isfinite(after)
    assert after < 0


def test_its_state_is_in_the_dtype_of_the_weights():
    optimizer = SafeAdam()
    weights_after(optimizer, [0.0], [[1.0]], "float16")
    moments = [v for v in optimizer.variables if tuple(v.shape) == (1, 1)]
    assert [np.dtype(v.dtype if isinstance(v.dtype, str) else v.dtype.name) for v in moments] == [
        np.dtype("float16")
    ] * 2
    assert moments[0].numpy()[0, 0] == pytest.approx(0.1 * GAIN, rel=1e-3)


def test_rows_that_are_repeated_are_summed_before_they_are_squared():
    """Keras 3's Adam squares each by itself."""
    layer = keras.layers.Embedding(3, 1, dtype="float16", embeddings_initializer="zeros")
    layer.build((None,))
    optimizer = SafeAdam(0.01)
    optimizer.build(layer.trainable_variables)
    rows = tf.IndexedSlices(
        tf.constant([[0.5]] * 100, tf.float16), tf.constant([1] * 100), tf.constant([3, 1])
    )
    for _ in range(3):
        optimizer.apply_gradients([(rows, layer.embeddings)])
    assert layer.embeddings.numpy()[:, 0].astype(float) == pytest.approx([0, -0.03, 0], rel=0.02)


def test_it_is_public_and_can_be_stored():
    assert lowprec.SafeAdam is SafeAdam
    config = keras.optimizers.serialize(SafeAdam(0.01))
    again = keras.optimizers.deserialize(config)
    assert isinstance(again, SafeAdam)
    assert float(again.learning_rate) == pytest.approx(0.01)


def test_amsgrad_is_refused():
    with pytest.raises(ValueError, match="amsgrad is asked for, expected none"):
        SafeAdam(amsgrad=True)


def test_weights_and_state_take_half_of_what_they_take_in_single_precision():
    """Twelve bytes a weight there: itself and two moments."""

    def state_bytes(dtype, optimizer):
        layer = keras.layers.Dense(100, dtype=dtype)
        net = keras.Sequential([keras.Input((100,)), layer])
        net.compile(optimizer, "mse")
        build_optimizer(net)
        arrays = [v.numpy() for v in state_variables(net)]
        return sum(array.nbytes for array in arrays if array.size >= 100)

    weights = 100 * 100 + 100
    assert state_bytes("float16", SafeAdam()) == 6 * weights
    assert state_bytes("float32", keras.optimizers.Adam()) == 12 * weights
