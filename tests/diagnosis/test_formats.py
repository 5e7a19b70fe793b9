"""What a format holds, beside NumPy and by hand."""

import numpy as np
import pytest

from lowprec.diagnosis.formats import format_of


@pytest.mark.parametrize(
    ("name", "largest", "smallest"),
    [
        ("float16", 65504.0, 2.0**-24),
        ("bfloat16", (2 - 2**-7) * 2.0**127, 2.0**-133),
        ("float32", float(np.finfo(np.float32).max), 2.0**-149),
    ],
)
def test_the_ends_of_a_format(name, largest, smallest):
    found = format_of(name)
    assert (found.largest, found.smallest) == (largest, smallest)


@pytest.mark.parametrize(
    ("name", "value", "held"),
    [
        ("float16", 1e-8, 0.0),  # TensorFlow 1's epsilon
        ("float16", 1e-7, 2.0**-23),  # Keras'
        ("float16", -1e9, -np.inf),
        ("float16", 0.999, 0.9990234375),
        ("bfloat16", 0.999, 1.0),
        ("bfloat16", 1e9, 238.0 * 2**22),
        ("float64", 0.1, 0.1),
    ],
)
def test_what_becomes_of_a_constant(name, value, held):
    assert format_of(name).held(value) == held


@pytest.mark.parametrize("name", ["float16", "float32"])
def test_spacing_is_numpys(name):
    values = np.array([0.0, 6e-8, 1e-5, 0.5, 0.75, 1.0, -1.0, 3.0, 60000.0]).astype(name)
    spacing = format_of(name).spacing(values.astype(np.float64))
    assert spacing.tolist() == np.abs(np.spacing(np.abs(values))).astype(np.float64).tolist()


def test_spacing_of_bfloat16():
    assert format_of("bfloat16").spacing([1.0, 1.5, 0.75]).tolist() == [2**-7, 2**-7, 2**-8]


def test_an_unknown_format():
    with pytest.raises(TypeError, match="float13"):
        format_of("float13")
