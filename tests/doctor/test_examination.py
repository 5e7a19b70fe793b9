"""An examination as a whole, and what follows from it."""

import numpy as np
import pytest

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
