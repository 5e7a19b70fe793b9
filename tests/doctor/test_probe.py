"""A look at a step, which does not take it."""

import numpy as np
import pytest

from lowprec import framework
from lowprec.doctor.nets import taken
from lowprec.doctor.probe import look
from lowprec.rows.schemes import SCHEMES
from lowprec.training.precision import precision
from tests.doctor.trainings import built, points

BATCH = (*points(16), None)


@pytest.fixture
def tf():
    return framework.import_tensorflow()


def test_loss_and_gradients_are_those_of_keras(tf):
    with precision(SCHEMES["double"], 3):
        net = built(SCHEMES["double"])
        before = taken(net.weights)
        seen = look(net, BATCH)
        assert [np.array_equal(a, b) for a, b in zip(before, taken(net.weights), strict=True)]
        with tf.GradientTape() as tape:
            logits = net(BATCH[0])
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(BATCH[1], tf.cast(logits, "float64"))
            )
        expected = tape.gradient(loss, [getattr(v, "_value", v) for v in net.trainable_variables])
    assert seen.loss == pytest.approx(float(loss), rel=1e-6)
    for found, wanted in zip(seen.gradients, expected, strict=True):
        assert found.values == pytest.approx(wanted.numpy(), rel=1e-5, abs=1e-9)


def test_the_loss_scale_is_in_the_gradients():
    with precision(SCHEMES["mixed"], 3):
        net = built(SCHEMES["mixed"])
        scale = framework.loss_scale(net)
        seen = look(net, BATCH)
    with precision(SCHEMES["single"], 3):
        plain = look(built(SCHEMES["single"]), BATCH)
        assert framework.loss_scale(built(SCHEMES["single"])) is None
    assert scale == 2.0**15
    for scaled, gradient in zip(seen.gradients, plain.gradients, strict=True):
        assert scaled.values / scale == pytest.approx(gradient.values, abs=2e-3)


def test_rows_of_an_embedding():
    keras = framework.keras_module()
    tokens = np.array([[1, 1, 2], [0, 3, 1]], "int32")
    with precision(SCHEMES["single"], 3):
        net = keras.Sequential(
            [
                keras.Input((3,), dtype="int32"),
                keras.layers.Embedding(5, 2),
                keras.layers.GlobalAveragePooling1D(),
                keras.layers.Dense(1),
            ]
        )
        net.compile("sgd", "mse")
        framework.build_optimizer(net)
        seen = look(net, (tokens, np.array([[1.0], [2.0]], "float32"), None))
    gradient = seen.gradients[0]
    assert (gradient.rows, gradient.repeated, gradient.bad_rows) == (6, True, ())
    assert gradient.values.shape == (5, 2)
    assert not gradient.values[4].any()


def test_a_variable_that_the_loss_does_not_depend_on():
    with precision(SCHEMES["single"], 3):
        net = built(SCHEMES["single"])
        net.layers[-1].kernel.assign(np.zeros((8, 3)))
        seen = look(net, BATCH)
    assert seen.gradients[0].summary.zero == 1


@pytest.mark.parametrize("by_design", [False, True])
def test_the_first_bad_operation_is_one_that_float64_has_not(tf, by_design):
    keras = framework.keras_module()

    class Large(keras.layers.Layer):
        def call(self, x):
            if by_design:  # minus infinity hides, in any precision
                x = tf.maximum(x, tf.math.log(tf.zeros_like(x)))
            return tf.square(x * 300.0) / 300.0 / 300.0

    def net_of(scheme):
        dtype = scheme.layer_dtype
        with precision(scheme, 3):
            net = keras.Sequential([keras.Input((3,), dtype=dtype), Large(dtype=dtype)])
            net.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        return net

    low = look(net_of(SCHEMES["half"]), BATCH)
    twin = look(net_of(SCHEMES["double"]), BATCH, low.trace.suspects)
    bad = low.first_bad(twin)
    assert (bad.kind, bad.phase) == ("Square", "forward")
    assert bad.twin_result.largest > 65504
    assert "large" in bad.scope
