"""Rounding is that of ml_dtypes, to the bit."""

import ml_dtypes
import numpy as np
import pytest

from lowprec import framework
from lowprec.rows.small_formats import SMALL_FORMATS
from lowprec.training.rounding import (
    rounded,
    rounded_backward,
    rounded_forward,
    scaled_and_rounded,
)

TYPES = {
    "e4m3": ml_dtypes.float8_e4m3fn,
    "e5m2": ml_dtypes.float8_e5m2,
    "e2m1": ml_dtypes.float4_e2m1fn,
}


def values():
    """Every float16 number, its neighbours in float32, and many more of all sizes."""
    every = np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float32)
    every = every[np.isfinite(every)]
    rng = np.random.default_rng(0)
    more = rng.standard_normal(200_000) * np.exp2(rng.uniform(-20, 12, 200_000))
    return np.concatenate([every, every * np.float32(1.0000001), more.astype(np.float32)])


@pytest.fixture
def tf():
    return framework.import_tensorflow()


@pytest.mark.parametrize("name", TYPES)
def test_every_number_is_rounded_as_by_ml_dtypes(tf, name):
    largest = SMALL_FORMATS[name].largest
    assert largest == float(ml_dtypes.finfo(TYPES[name]).max)
    x = values()
    wanted = np.clip(x, -largest, largest).astype(TYPES[name]).astype(np.float32)
    found = rounded(tf.constant(x), name).numpy()
    assert int((found != wanted).sum()) == 0


def test_integers(tf):
    x = tf.constant([-9.0, -0.5, 0.5, 1.5, 2.4, 7.4, 100.0])
    assert rounded(x, "int4").numpy().tolist() == [-7, 0, 0, 2, 2, 7, 7]


@pytest.mark.parametrize("name", SMALL_FORMATS)
@pytest.mark.parametrize("size", [1e-20, 1e-3, 1.0, 1e8])
def test_the_scale_of_a_tensor(tf, name, size):
    """The largest value is kept to within half a step of the format, whatever its size."""
    x = np.float32(size) * np.array([1.0, -0.3, 0.05, 0.0], np.float32)
    found = scaled_and_rounded(tf.constant(x), name).numpy()
    step = 1 / 4 if name in ("e2m1", "int4") else 1 / 8
    assert found[0] == pytest.approx(size, rel=step)
    assert found[3] == 0
    other = scaled_and_rounded(tf.constant(np.float32(2**10) * x), name).numpy()
    assert other.tolist() == (np.float32(2**10) * found).tolist()  # a power of two


def test_a_tensor_of_zeros_and_one_that_is_not_finite(tf):
    assert scaled_and_rounded(tf.zeros(3), "e4m3").numpy().tolist() == [0, 0, 0]
    assert not np.isfinite(scaled_and_rounded(tf.constant([np.nan, 1.0]), "e4m3").numpy()).all()


def test_each_way_leaves_the_other_alone(tf):
    x, upstream = tf.constant([1.0, 0.3]), tf.constant([[1.0, 0.3]])
    for function, value, gradient in (
        (rounded_forward, [1.0, 0.3125], [1.0, 0.3]),
        (rounded_backward, [1.0, 0.3], [1.0, 0.3125]),
    ):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x, "e4m3")
        found = tape.gradient(y, x, output_gradients=upstream[0])
        assert y.numpy() == pytest.approx(value)
        assert found.numpy() == pytest.approx(gradient)
