"""An examination as a whole, and what follows from it."""

import numpy as np
import pytest

import lowprec
from lowprec import framework
from lowprec.diagnosis.diagnosis import diagnose
from lowprec.diagnosis.signs_own import MEMORISED, SMALLER_RATES, rate_name
from lowprec.doctor.examination import examine
from lowprec.rows.schemes import SCHEMES
from tests.doctor.trainings import build, points, task


def adam(factor=1.0, **constants):
    return lambda keras, dtype: build(
        keras, dtype, keras.optimizers.Adam(0.05, **constants), factor
    )


def cause(builder, scheme, **options):
    diagnosis = diagnose(examine(task(builder, **options), SCHEMES[scheme], 12))
    return diagnosis.cause.rule.name if diagnosis.cause else diagnosis.state


@pytest.mark.parametrize("scheme", ["double", "single", "mixed", "half"])
def test_a_sound_training(scheme):
    seen = examine(task(), SCHEMES[scheme], 12)
    assert diagnose(seen).state == "healthy"
    assert [step.number for step in seen.steps] == [1, 2, 3]
    assert (seen.optimizer, seen.learning_rate, seen.tries) == ("SGD", 0.5, {})
    assert seen.inputs.largest == pytest.approx(np.abs(points()[0]).max())
    assert seen.labels is None
    assert (seen.twin.score, seen.guess) == (1.0, pytest.approx(0.37, abs=0.1))


def test_the_optimizer_in_bfloat16():
    assert cause(adam(), "bfloat16") == "beta_2 is 1"


def test_the_optimizer_in_float16():
    assert cause(adam(0.1, epsilon=1e-8), "half") == "epsilon of the optimizer is 0"


def test_a_twin_that_fails_is_looked_into():
    def still(keras, dtype):
        return build(keras, dtype, keras.optimizers.SGD(0.0), kernel_initializer="zeros")

    seen = examine(task(still), SCHEMES["single"], 12)
    assert seen.twin.outcome == "chance"
    assert list(seen.tries) == [*map(rate_name, SMALLER_RATES), MEMORISED]
    assert diagnose(seen).cause.rule.name == "model does not learn"


def test_a_learning_rate_that_is_too_large():
    def build_(keras, dtype):
        return build(keras, dtype, keras.optimizers.SGD(1e5))

    assert cause(build_, "single", epochs=10) == "learning rate too large"


def test_data_that_is_not_finite():
    x, y = points()
    x = x.copy()
    x[::10] = np.nan
    assert cause(build, "half", train=(x, y)) == "data not finite"


def test_nested_inputs_several_outputs_and_a_model_of_ones_own():
    """As a functional model of dicts, and as a subclass on a shuffled data set."""
    rng = np.random.default_rng(3)
    a, b = (rng.normal(size=(96, 3)).astype("float32") for _ in range(2))
    x, y = {"a": a, "b": b}, {"sum": (a + b)[:, :1], "first": a[:, :2]}

    def dicts(keras, dtype):
        layers = keras.layers
        inputs = {name: keras.Input((3,), dtype=dtype, name=name) for name in x}
        hidden = layers.Concatenate(dtype=dtype)([inputs["a"], inputs["b"]])
        outputs = {
            name: layers.Dense(y[name].shape[1], dtype=dtype, name=name)(hidden) for name in y
        }
        net = keras.Model(inputs, outputs)
        net.compile(keras.optimizers.Adam(0.05), loss=dict.fromkeys(y, "mse"))
        return net

    def explained(predictions, labels):
        return lowprec.explained(predictions["sum"], labels["sum"])

    both = task(dicts, train=(x, y), test=(x, y), epochs=20, score=explained)
    assert diagnose(examine(both, SCHEMES["bfloat16"], 12)).cause.rule.name == "beta_2 is 1"

    def own(keras, dtype):
        class Net(keras.Model):
            def __init__(self):
                super().__init__(dtype=dtype)
                self.dense = keras.layers.Dense(3, dtype=dtype)

            def call(self, x, training=False):
                return self.dense(x)

        net = Net()
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        net.compile(keras.optimizers.SGD(0.5), loss)
        return net

    def data():
        tensors = framework.import_tensorflow().data.Dataset.from_tensor_slices(points())
        return tensors.shuffle(96).batch(16)

    found = diagnose(examine(task(own, train=data), SCHEMES["half"], 12))
    assert (found.state, found.observed.twin.score) == ("healthy", 1.0)
