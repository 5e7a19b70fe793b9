"""Each sign in the numbers of a step, and what must not be taken for it."""

import pytest
from msgspec import structs

from lowprec.diagnosis import signs_numbers as signs
from tests.diagnosis.observations import (
    NOT_FINITE,
    bad_step,
    numbers,
    observed,
    operation,
    run,
    step,
    variable,
)

HUGE = numbers(7e4, 1.0, "float32")
CAST = operation("Cast", HUGE, result=numbers(6e4, 1.0, not_finite=0.3))
CONSTANT = operation("Mul", numbers(), NOT_FINITE, twin=(numbers(), numbers(1e9, 1e9)), given=1)
RSQRT = operation(
    "Rsqrt",
    numbers(2.0, 0.5, zero=0.03),
    twin=(numbers(2.0, 1e-12, "float64"),),
    twin_result=numbers(1e6, 1.0, "float64"),
)
LOG = operation(
    "Log",
    numbers(0.7, 1e-7, zero=0.01),
    twin=(numbers(0.7, 1e-9, "float64"),),
    twin_result=numbers(20.0, 1.0, "float64"),
    phase="loss",
    scope="",
)
RECIPROCAL = operation(
    "Reciprocal",
    numbers(0.7, 1e-6),
    twin=(numbers(0.7, 1e-6, "float64"),),
    twin_result=numbers(1e6, 1.0, "float64"),
    phase="backward",
    scope="",
)
MATMUL = operation(
    "MatMul",
    numbers(900.0),
    numbers(3.0),
    twin=(numbers(900.0), numbers(3.0)),
    twin_result=numbers(7.5e4, 1.0, "float64"),
)
GRADIENT = operation(
    "BiasAddGrad",
    numbers(1e4),
    twin=(numbers(1e4),),
    twin_result=numbers(9e4, 1.0, "float64"),
    phase="backward",
    scope="",
)
LARGE_INPUTS = {"inputs": numbers(7e4, 1.0, "float32")}


@pytest.mark.parametrize(
    ("sign", "bad", "changes", "expected"),
    [
        (signs.input_overflows, CAST, LARGE_INPUTS, {"largest": 7e4, "share": 0.3}),
        (signs.constant_overflows, CONSTANT, {}, {"value": 1e9, "limit": 65504.0}),
        (signs.divisor_is_zero, RSQRT, {}, {"smallest": 1e-12, "share": 0.03}),
        (signs.probability_is_zero, LOG, {}, {"smallest": 1e-9, "share": 0.01}),
        (signs.probability_is_zero, RECIPROCAL, {}, {"smallest": 1e-6, "share": 0.0}),
        (signs.activation_overflows, MATMUL, {}, {"largest": 7.5e4, "before": 2.0}),
        (signs.gradient_overflows, GRADIENT, {}, {"largest": 9e4, "scale": None}),
    ],
)
def test_a_sign_and_its_numbers(sign, bad, changes, expected):
    found = sign(observed(bad_step(bad, number=3), **changes))
    assert found.step == 3
    assert {name: found.numbers[name] for name in expected} == expected


ALL = (
    signs.input_overflows,
    signs.constant_overflows,
    signs.divisor_is_zero,
    signs.probability_is_zero,
    signs.activation_overflows,
    signs.gradient_overflows,
)


@pytest.mark.parametrize("bad", [CAST, CONSTANT, RSQRT, LOG, RECIPROCAL, MATMUL, GRADIENT])
@pytest.mark.parametrize(
    "harmless",
    [
        {"loss": 1.0},  # a loss that is finite, and a step that was taken
        {"first_bad": None},
    ],
)
def test_what_does_no_harm_is_no_sign(bad, harmless):
    seen = observed(bad_step(bad, **harmless), **LARGE_INPUTS)
    assert [sign.__name__ for sign in ALL if sign(seen)] == []


@pytest.mark.parametrize("bad", [CONSTANT, RSQRT, LOG, MATMUL, GRADIENT])
def test_what_float64_has_too_is_no_sign(bad):
    alike = structs.replace(bad, twin_result=NOT_FINITE)
    assert [sign.__name__ for sign in ALL if sign(observed(bad_step(alike)))] == []


@pytest.mark.parametrize(
    ("bad", "own"),
    [
        (CAST, "input_overflows"),
        (CONSTANT, "constant_overflows"),
        (RSQRT, "divisor_is_zero"),
        (LOG, "probability_is_zero"),
        (MATMUL, "activation_overflows"),
    ],
)
def test_each_is_told_from_the_others(bad, own):
    seen = observed(bad_step(bad), **LARGE_INPUTS)
    assert [sign.__name__ for sign in ALL if sign(seen)] == [own]


def test_a_conversion_within_the_model_is_an_activation():
    seen = observed(bad_step(CAST), inputs=numbers(1.0))
    assert signs.input_overflows(seen) is None
    assert signs.activation_overflows(seen).numbers["largest"] == 7e4


@pytest.mark.parametrize(
    ("changes", "is_one"),
    [
        ({"loss_scale": 32768.0, "applied": False}, False),  # the scale will be lowered
        ({"loss_scale": 1.0, "applied": False}, True),
        ({"loss_scale": 2.0**28, "weights_finite": False}, True),  # it was not
    ],
)
def test_a_gradient_beyond_the_format_with_a_loss_scale(changes, is_one):
    seen = observed(bad_step(GRADIENT, **({"loss": 1.0} | changes)))
    assert bool(signs.gradient_overflows(seen)) is is_one


def test_steps_that_begin_broken_show_nothing():
    broken = bad_step(MATMUL, variables=(variable(weights=NOT_FINITE),))
    assert signs.activation_overflows(observed(broken)) is None


def test_a_statistic_that_overflows():
    low = run(outcome="chance", score=0.1, bad_variable="net/norm/moving_variance")
    cast = operation("Cast", numbers(3e5, 1.0, "float32"), scope="net/norm")
    found = signs.statistic_overflows(observed(bad_step(cast, loss=1.0), low=low))
    assert (found.where, found.numbers["largest"]) == ("net/norm/moving_variance", 3e5)
    trained = structs.replace(low, bad_trained=True)
    assert signs.statistic_overflows(observed(low=trained)) is None


def test_garbage_in_one_row():
    garbage = variable("embedding", gradient=numbers(not_finite=0.01), bad_rows=(0,), rows=64)
    found = signs.padding_is_garbage(observed(step(2, variable(), garbage)))
    assert (found.step, found.where, found.numbers) == (2, "embedding", {"row": 0})
    everywhere = structs.replace(garbage, bad_rows=(0, 1, 2))
    assert signs.padding_is_garbage(observed(step(2, everywhere))) is None
    assert signs.padding_is_garbage(observed(step(2, garbage, loss=None))) is None
