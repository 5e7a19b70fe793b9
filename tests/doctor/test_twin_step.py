"""A step beside its twin: what moves, what is lost, what rounds away."""

import numpy as np
import pytest

from lowprec import framework
from lowprec.doctor.nets import put, taken
from lowprec.doctor.training import run
from lowprec.doctor.twin import TWIN, twin_net
from lowprec.doctor.twin_step import step_beside_twin
from lowprec.rows.schemes import SCHEMES
from lowprec.training.precision import precision
from tests.doctor import trainings


def first_step(scheme, **options):
    """The first step of a training under instruments, and what the net's weights are after it."""

    def build(keras, dtype):
        made = options.get("optimizer")
        return trainings.build(keras, dtype, **(options | {"optimizer": made and made(keras)}))

    task = trainings.task(build, epochs=1)
    inputs = task.load()
    with precision(SCHEMES[scheme], 12):
        net = task.build(SCHEMES[scheme])
        framework.build_optimizer(net)
        begun = taken(net.weights)
    with precision(TWIN, 12):
        twin = twin_net(task, SCHEMES[scheme])
        put(twin.weights, begun)
    seen = []

    def look(taken_step):
        if not seen:
            weights = taken(net.weights)
            seen.append(step_beside_twin(net, twin, taken_step))
            unchanged = zip(weights, taken(net.weights), strict=True)
            assert all(np.array_equal(a, b) for a, b in unchanged)

    with precision(SCHEMES[scheme], 12):
        run(net, task, scheme, inputs, 12, look)
    return seen[0]


def test_a_sound_step_is_that_of_the_twin():
    step = first_step("single")
    assert step.loss == pytest.approx(step.twin_loss, rel=1e-5)
    assert (step.applied, step.first_bad, step.loss_scale) == (True, None, None)
    for variable in step.variables:
        assert variable.leap == pytest.approx(1, rel=1e-3)
        assert (variable.stuck, variable.lost, variable.moment_lost) == (0, 0, None)


def test_adam_in_half_leaps_where_squares_are_lost():
    step = first_step("half", optimizer=lambda keras: keras.optimizers.Adam(), factor=0.1)
    leaping = [v for v in step.variables if v.leap > 30]
    assert leaping
    assert all(v.moment_lost > 0 for v in leaping)
    assert all(v.twin_update.largest == pytest.approx(1e-3, rel=0.05) for v in step.variables)


def test_updates_that_round_away():
    step = first_step("bfloat16", optimizer=lambda keras: keras.optimizers.SGD(1e-4))
    kernel = step.variables[0]
    assert kernel.rounded_away > 0.9
    assert kernel.stuck >= kernel.rounded_away
    assert 0 < kernel.twin_update.largest < 1e-3


def test_a_step_that_the_loss_scale_skips():
    step = first_step("mixed", factor=1e4)
    assert (step.applied, step.loss_scale, step.weights_finite) == (False, 2.0**15, True)
    assert step.first_bad.phase != "forward"  # of Keras 2 the scaled loss, which is in float16
    assert all(variable.update.largest == 0 for variable in step.variables)
