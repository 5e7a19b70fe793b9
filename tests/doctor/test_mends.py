"""What each mend changes, and where it cannot."""

import numpy as np
import pytest

import lowprec
from lowprec import framework
from lowprec.doctor.mends import MENDS, CannotMendError
from lowprec.rows.schemes import SCHEMES
from lowprec.training.precision import precision
from tests.doctor.trainings import build, points, task

NUMBERS = {"rate": 0.5, "smaller": 0.05}


def mended(name, builder=build, scheme="half"):
    """The mended task's model and its scheme, and what it is to be trained on."""
    found = MENDS[name](task(builder), SCHEMES[scheme], NUMBERS)
    with precision(found.scheme, 12):
        inputs = found.task.load()
        net = found.task.build(found.scheme)
        net.train_on_batch(*inputs.train.example())
        return net, found.scheme, inputs


def adam(keras, dtype):
    return build(keras, dtype, keras.optimizers.Adam(0.01))


@pytest.mark.parametrize(
    ("name", "field", "value"), [("epsilon", "epsilon", 1e-4), ("beta_2", "beta_2", 0.99)]
)
def test_a_constant_of_the_optimizer(name, field, value):
    config = mended(name, adam)[0].optimizer.get_config()
    assert (config[field], config["learning_rate"]) == pytest.approx((value, 0.01))


@pytest.mark.parametrize("name", ["epsilon", "beta_2"])
def test_an_optimizer_without_the_constant(name):
    with pytest.raises(CannotMendError, match="SGD has no"):
        mended(name)


def test_the_safe_optimizer_keeps_the_learning_rate():
    net, *_ = mended("safe-adam", adam)
    inner = framework.inner_optimizer(net)
    assert isinstance(inner, lowprec.SafeAdam)
    assert float(inner.get_config()["learning_rate"]) == pytest.approx(0.01)
    assert framework.loss_scale(net) is not None


def test_a_loss_scale_around_the_same_optimizer():
    net, *_ = mended("loss scale")
    assert type(framework.inner_optimizer(net)).__name__ == "SGD"
    assert framework.loss_scale(net) is not None


def test_a_smaller_learning_rate():
    assert float(mended("smaller rate")[0].optimizer.learning_rate) == pytest.approx(0.05)


def test_a_smaller_loss_and_what_the_steps_depend_on():
    rate = float(mended("smaller loss", scheme="single")[0].optimizer.learning_rate)
    assert rate == pytest.approx(0.5 * 2**20)  # SGD's steps are as long as before
    rate = float(mended("smaller loss", adam, "single")[0].optimizer.learning_rate)
    assert rate == pytest.approx(0.01)


@pytest.mark.parametrize("name", ["mixed", "mixed-bfloat16"])
def test_another_scheme(name):
    net, scheme, _ = mended(name)
    assert scheme.name == name
    assert net.layers[-1].compute_dtype == scheme.compute_dtype


def test_smaller_inputs():
    *_, inputs = mended("smaller inputs")
    assert np.abs(inputs.train.x).max() == pytest.approx(1)
    assert inputs.test.x == pytest.approx(inputs.train.x)
    data = framework.import_tensorflow().data.Dataset.from_tensor_slices(points()).batch(8)
    found = MENDS["smaller inputs"](task(train=data, test=data), SCHEMES["half"], {})
    with pytest.raises(CannotMendError, match="no arrays"):
        found.task.load()


def test_logits_in_place_of_probabilities():
    def probabilities(keras, dtype):
        return build(keras, dtype, activation="softmax")

    net, *_ = mended("logits", probabilities)
    assert framework.from_logits(net)
    assert net.layers[-1].activation.__name__ == "linear"
    with pytest.raises(CannotMendError, match="takes no probabilities"):
        mended("logits")
    with pytest.raises(CannotMendError, match="of its author's own"):
        mended("logits", lambda keras, dtype: build(keras, dtype, factor=2.0))


def test_an_output_in_float32():
    def with_activation(keras, dtype):
        net = build(keras, dtype)
        net.add(keras.layers.Softmax(dtype=dtype))
        net.compile("sgd", "sparse_categorical_crossentropy")
        return net

    net, *_ = mended("float32 output", with_activation, "mixed")
    assert [layer.compute_dtype for layer in net.layers[-2:]] == ["float16", "float32"]
    with pytest.raises(CannotMendError, match="has weights"):
        mended("float32 output")
