"""A training step by step."""

import numpy as np
import pytest

from lowprec import framework
from lowprec.doctor.training import LOST, run
from lowprec.errors import UsageError
from lowprec.rows.schemes import SCHEMES
from lowprec.training.precision import precision
from tests.doctor.trainings import build, points, task


def trained(task_, scheme="single", on_step=None):
    with precision(SCHEMES[scheme], 12):
        net = task_.build(SCHEMES[scheme])
        framework.build_optimizer(net)
        return run(net, task_, scheme, task_.load(), 12, on_step)


def test_a_training_that_learns():
    steps = []
    found = trained(task(), on_step=steps.append)
    assert (found.outcome, found.steps, found.skipped) == ("learns", 9, 0)
    assert found.score > 0.9
    assert found.moved > 0.5
    assert found.losses[-1] < found.losses[0]
    assert [step.number for step in steps] == list(range(1, 10))


def test_a_loss_is_that_of_its_own_step():
    """Keras reports a mean over the steps of an epoch."""
    steps = []
    found = trained(task(epochs=1), on_step=steps.append)
    with precision(SCHEMES["single"], 12):
        net = build(framework.keras_module(), "float32")
        net.set_weights(steps[1].before[: len(net.weights)])
        x, y, _ = steps[1].batch
        assert found.losses[1] == pytest.approx(net.evaluate(x, y, verbose=0), rel=1e-4)


def test_one_that_is_lost_ends_early():
    huge = task(lambda keras, dtype: build(keras, dtype, keras.optimizers.SGD(1e30)), epochs=50)
    found = trained(huge)
    assert found.outcome == "diverged"
    assert found.steps < 3 * 50
    assert found.last_bad_loss - found.first_bad_loss == LOST - 1
    assert found.bad_trained


def test_steps_that_move_nothing_are_counted():
    found = trained(task(lambda keras, dtype: build(keras, dtype, keras.optimizers.SGD(0.0))))
    assert (found.skipped, found.steps, found.moved) == (9, 9, 0.0)


def test_a_step_that_raises_is_no_traceback():
    wrong = task(lambda keras, dtype: build(keras, dtype, activation=None), test=points())
    x, _ = points()
    with pytest.raises(UsageError, match="a step of the training raised"):
        trained(task(train=(x, np.zeros((96, 7), "float32")), score=lambda p, y: 0.0))
    assert trained(wrong).outcome == "learns"
