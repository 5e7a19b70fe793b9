"""Layers that round: which, what, and where they do not."""

from itertools import product

import numpy as np
import pytest

from lowprec import framework
from lowprec.errors import UnsupportedError, UsageError
from lowprec.rows.models import MODELS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.dtypes import read_dtypes
from lowprec.training.precision import precision
from lowprec.training.rounding import scaled_and_rounded
from tests.doctor.trainings import task
from tests.training.tiny_inputs import task_of

EMULATED = ("fp8", "int4-fp8", "fp4")


@pytest.fixture
def tf():
    return framework.import_tensorflow()


def built(model, scheme):
    with precision(SCHEMES[scheme], seed=1):
        made = task_of(MODELS[model])
        return made.build(SCHEMES[scheme]), made.load()


@pytest.mark.parametrize(
    ("model", "layers"),
    [
        ("NN-I", ["Dense", "Dense"]),
        ("CNN-I", ["Conv2D"] * 3 + ["Dense"] * 2),
        ("NN-T", ["Embedding", "Dense"]),
        ("RNN-T", ["Embedding", "LSTMCell", "LSTMCell", "Dense", "Dense"]),
    ],
)
def test_the_record_says_which_layers_round(model, layers):
    net, inputs = built(model, "fp8")
    report = read_dtypes(net, inputs.train.example())
    found = [(layer.layer, layer.rounded) for layer in report.layers if layer.rounded]
    assert sorted(found) == sorted((layer, "e4m3 forward, e5m2 backward") for layer in layers)
    assert (report.variable, report.compute) == ("float32", "float32")


def test_a_dense_layer_rounds_inputs_weights_and_the_gradient(tf):
    net, _ = built("NN-I", "fp8")
    dense = net.layers[-2]
    x = tf.constant(np.random.default_rng(0).normal(size=(4, 128)), tf.float32)
    upstream = tf.constant(np.random.default_rng(1).normal(size=(4, 10)), tf.float32)
    kernel = tf.constant(dense.get_weights()[0])
    with tf.GradientTape() as tape:
        y = dense(x)
    plain = [getattr(v, "_value", v) for v in dense.trainable_variables]
    gradient = tape.gradient(y, plain[0], output_gradients=upstream)
    x8, kernel8 = (scaled_and_rounded(v, "e4m3") for v in (x, kernel))
    assert y.numpy() == pytest.approx((x8 @ kernel8).numpy(), abs=1e-5)
    assert float(tf.reduce_max(tf.abs(y - x @ kernel))) > 1e-3
    wanted = tf.transpose(x8) @ scaled_and_rounded(upstream, "e5m2")
    assert gradient.numpy() == pytest.approx(wanted.numpy(), abs=1e-5)
    assert np.array_equal(dense.get_weights()[0], kernel)  # the weights are as they were


@pytest.mark.parametrize(
    ("model", "scheme"),
    [*product(["NN-I"], EMULATED), ("CNN-I", "fp4"), ("NN-T", "fp8"), ("RNN-T", "int4-fp8")],
)
def test_it_changes_what_a_model_says_and_no_weight(model, scheme):
    (net, inputs), (plain, _) = built(model, scheme), built(model, "single")
    plain.set_weights(net.get_weights())
    x, _ = inputs.train.example()
    logits = net.predict(x, verbose=0)
    assert np.isfinite(logits).all()
    with_rounding, without = net.layers[-2].get_weights(), plain.layers[-1].get_weights()
    assert all(np.array_equal(a, b) for a, b in zip(with_rounding, without, strict=True))
    hidden = plain.predict(x, verbose=0)  # probabilities of unrounded logits
    probabilities = _softmax(logits) if logits.shape[1] > 1 else 1 / (1 + np.exp(-logits))
    assert np.abs(probabilities - hidden).max() > 1e-6
    assert np.abs(probabilities - hidden).max() < 0.3


def _softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def test_a_users_model_rounds_too():
    made = task()
    with precision(SCHEMES["int4-fp8"], 1):
        net = made.build(SCHEMES["int4-fp8"])
        report = read_dtypes(net, made.load().train.example())
    assert [layer.rounded for layer in report.layers] == ["int4 forward, e5m2 backward"] * 2


def test_a_users_model_is_not_quantized_by_keras():
    with (
        precision(SCHEMES["fp8-keras"], 1),
        pytest.raises(UsageError, match="before it is compiled"),
    ):
        task().build(SCHEMES["fp8-keras"])


def test_keras_own_quantizes_dense_layers_alone():
    if framework.keras_generation() == "2":
        with pytest.raises(UnsupportedError, match="no kernel for quantize in float8"):
            built("CNN-I", "fp8-keras")
        return
    net, inputs = built("CNN-I", "fp8-keras")
    report = read_dtypes(net, inputs.train.example())
    rounded = {layer.layer for layer in report.layers if layer.rounded}
    assert rounded == {"Dense"}
