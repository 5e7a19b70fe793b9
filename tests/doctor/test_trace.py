"""Every operation of a step is seen, with what it was given."""

import numpy as np
import pytest

from lowprec import framework
from lowprec.doctor.trace import Trace, numbers


@pytest.fixture
def tf():
    return framework.import_tensorflow()


def traced(function, wanted=()):
    trace = Trace(wanted)
    with framework.each_operation(trace.see):
        function()
    return trace


def test_numbers_of_a_tensor(tf):
    found = numbers(tf.constant([0.0, -2.0, np.inf, 0.5], tf.float16))
    assert (found.dtype, found.size, found.largest, found.smallest) == ("float16", 4, 2.0, 0.5)
    assert found.middle == 1.25
    assert (found.zero, found.negative, found.not_finite) == (0.25, 0.25, 0.25)
    assert numbers(np.zeros(3)).smallest is None
    assert numbers(np.zeros(0)).largest == 0.0


def test_numpy_warns_of_no_number():
    """Warnings are errors here: the middle of two of these is beyond float64."""
    found = numbers(np.array([1.7e308, 1.7e308, -np.inf, np.nan]))
    assert (found.largest, found.not_finite) == (1.7e308, 0.5)


def test_the_first_result_that_is_not_finite_and_what_followed(tf):
    def overflow():
        x = tf.constant([300.0, 1.0], tf.float16)
        y = tf.square(x)
        return y - y

    first, second = traced(overflow).suspects.values()
    assert (first.kind, first.operands[0].largest, first.result.not_finite) == (
        "Square",
        300.0,
        0.5,
    )
    assert first.given is None
    assert (second.kind, second.given) == ("Sub", None)  # its operands came from an operation


def test_a_constant_that_is_infinite_is_given(tf):
    scores = tf.zeros((2, 2), tf.float16)
    trace = traced(lambda: scores * np.float16(-np.inf))
    (only,) = trace.suspects.values()
    assert (only.kind, only.given) == ("Mul", 1)


def test_operations_that_are_asked_for(tf):
    x = tf.constant([4.0])
    trace = traced(lambda: tf.sqrt(tf.sqrt(x)), wanted=[("forward", "Sqrt", 2)])
    (found,) = trace.wanted.values()
    assert found.operands[0].largest == 2.0
    assert trace.suspects == {}


def test_the_range_of_each_layer(tf):
    def layers():
        with tf.name_scope("dense"):
            tf.constant([3.0]) * 2.0
        tf.constant([99.0]) * 2.0

    assert traced(layers).layers == {"dense": 6.0}


def test_nothing_is_seen_afterwards(tf):
    trace = traced(lambda: None)
    tf.math.log(tf.constant([0.0]))
    assert trace.suspects == {}
