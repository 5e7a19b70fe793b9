"""Each sign in how weights move, and what must not be taken for it."""

import pytest

from lowprec.diagnosis import signs_updates as signs
from tests.diagnosis.observations import NOT_FINITE, numbers, observed, step, variable

EPSILON_0 = (("epsilon", 1e-8, 0.0), ("beta_2", 0.999, 0.9990234375))
BETA_1 = (("epsilon", 1e-7, 1e-7), ("beta_2", 0.999, 1.0))
LEAP = variable(moment_lost=0.7, update=numbers(1.5))
ZERO = numbers(0.0, None, zero=1.0)
STILL = variable(update=ZERO, stuck=1.0)


def test_weights_leap():
    found = signs.weights_leap(observed(step(1, variable("bias"), LEAP)))
    assert (found.step, found.where) == (1, "dense/kernel")
    assert found.numbers["leap"] == pytest.approx(1500)
    assert found.numbers["lost"] == 0.7


@pytest.mark.parametrize(
    "variable_",
    [
        variable(moment_lost=0.7),  # RMSprop: its epsilon is within the root
        variable(update=numbers(1.5)),  # no moment is lost
        variable(moment_lost=None, update=numbers(1.5)),  # there is none
    ],
)
def test_no_leap(variable_):
    assert signs.weights_leap(observed(step(1, variable_))) is None


def test_an_epsilon_of_0():
    divided = variable(update=numbers(not_finite=0.02), moment_lost=0.06)
    found = signs.epsilon_is_zero(observed(step(1, divided), constants=EPSILON_0))
    assert found.numbers == {"value": 1e-8, "share": 0.02, "lost": 0.06}
    assert signs.epsilon_is_zero(observed(step(1, divided), constants=BETA_1)) is None
    assert signs.epsilon_is_zero(observed(step(1, divided))) is None
    # The optimizer's arithmetic fails for a known reason.
    assert signs.arithmetic_fails(observed(step(1, divided), constants=EPSILON_0)) is None
    assert signs.arithmetic_fails(observed(step(1, divided))).numbers == {"share": 0.02}


def test_an_update_that_float64_cannot_make_either_is_no_failure():
    divided = variable(update=NOT_FINITE, twin_update=NOT_FINITE)
    assert signs.arithmetic_fails(observed(step(1, divided))) is None


@pytest.mark.parametrize(
    ("variable_", "share"),
    [(STILL, 0.0), (variable(update=NOT_FINITE), 1.0)],  # Adam's, and Nadam's
)
def test_a_beta_2_of_1(variable_, share):
    found = signs.beta_2_is_one(observed(step(1, variable_), constants=BETA_1))
    assert (found.numbers["value"], found.numbers["share"]) == (0.999, share)
    assert signs.beta_2_is_one(observed(step(1, variable_), constants=EPSILON_0)) is None


def test_updates_that_round_away():
    away = variable(
        update=ZERO, stuck=1.0, rounded_away=0.9, twin_update=numbers(1e-4, 1e-4, "float64")
    )
    found = signs.updates_round_away(observed(step(1, away)))
    assert found.numbers == {"share": 0.9, "update": 1e-4, "half": 2.0**-11}
    assert signs.beta_2_is_one(observed(step(1, away), constants=BETA_1)) is None
    assert signs.updates_round_away(observed(step(1, variable(stuck=1.0)))) is None


def test_shares_are_of_all_weights():
    small = variable("bias", weights=numbers(), rounded_away=1.0)
    large = variable(rounded_away=0.2)
    assert signs.updates_round_away(observed(step(1, small, large))).numbers["share"] == 0.6
    assert signs.updates_round_away(observed(step(1, small, large, large))) is None


def test_gradients_that_underflow():
    tiny = numbers(1e-8, 1e-10, "float64")
    lost = variable(gradient=ZERO, twin_gradient=tiny, lost=0.8, stuck=1.0)
    found = signs.gradients_are_lost(observed(step(1, lost)))
    assert found.numbers == {"share": 0.8, "largest": 1e-8, "smallest": 2.0**-24}
    assert signs.output_is_saturated(observed(step(1, lost))) is None


def test_a_saturated_output():
    flat = variable(gradient=ZERO, lost=1.0, stuck=1.0)
    found = signs.output_is_saturated(observed(step(1, flat)))
    assert found.where == "the output"
    assert signs.gradients_are_lost(observed(step(1, flat))) is None
    assert signs.output_is_saturated(observed(step(1, flat, variable()))) is None


def test_updates_that_the_optimizer_loses():
    assert signs.updates_are_lost(observed(step(1, STILL))).numbers["share"] == 1.0
    for other in (
        observed(step(1, STILL), constants=BETA_1),
        observed(step(1, STILL, LEAP)),
        observed(step(1, variable(stuck=1.0, rounded_away=0.6))),
        observed(step(1, variable(stuck=1.0, lost=0.6))),
    ):
        assert signs.updates_are_lost(other) is None


def test_second_moments_that_overflow():
    beyond = variable(moment=numbers(not_finite=0.6), gradient=numbers(3e4))
    found = signs.moments_overflow(observed(step(2, beyond)))
    assert found.numbers == {"share": 0.6, "gradient": 3e4, "limit": 65504.0}
    assert signs.moments_overflow(observed(step(2, variable(moment=None)))) is None


@pytest.mark.parametrize("sign", [signs.weights_leap, signs.moments_overflow])
def test_steps_without_finite_gradients_show_no_update(sign):
    broken = variable(moment=NOT_FINITE, moment_lost=0.5, update=numbers(9.0), gradient=NOT_FINITE)
    assert sign(observed(step(1, broken))) is None


@pytest.mark.parametrize(
    ("ratio", "told"), [(None, False), (1.02, False), (1.31, True), (0.7, True)]
)
def test_repeated_rows(ratio, told):
    assert bool(signs.repeated_rows(observed(step(1, variable(repeated=ratio))))) is told
