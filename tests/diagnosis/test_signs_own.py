"""Signs of faults that float64 shows, too."""

import pytest

from lowprec.diagnosis import signs_own as signs
from tests.diagnosis.observations import (
    CHANCE,
    NOT_FINITE,
    bad_step,
    numbers,
    observed,
    operation,
    run,
    step,
    variable,
)

FAILS = {"twin": run("float64", outcome="chance", score=0.1, steps=60)}


@pytest.mark.parametrize("part", ["inputs", "labels"])
def test_data_that_is_not_finite(part):
    found = signs.data_is_not_finite(observed(**{part: numbers(not_finite=0.02)}))
    assert (found.step, found.where, found.numbers) == (0, part, {"share": 0.02})


def test_whole_data_is_no_sign():
    assert signs.data_is_not_finite(observed(inputs=None)) is None


def test_a_loss_outside_its_domain():
    operand = numbers(1.0, 0.1, "float64", negative=0.4)
    log = operation("Log", operand, twin=(operand,), twin_result=NOT_FINITE, phase="loss", scope="")
    found = signs.loss_is_outside_its_domain(observed(bad_step(log)))
    assert (found.where, found.numbers) == ("the loss", {"kind": "Log", "negative": 0.4, "zero": 0})
    finite = operation("Log", operand, twin=(operand,), twin_result=numbers(), phase="loss")
    assert signs.loss_is_outside_its_domain(observed(bad_step(finite))) is None


def test_a_learning_rate_that_is_too_large():
    tries = {"learning rate / 10": CHANCE, "learning rate / 100": run("float64", score=0.8)}
    found = signs.learning_rate_is_too_large(observed(tries=tries, **FAILS))
    assert found.numbers == {"rate": 1e-3, "smaller": pytest.approx(1e-5), "score": 0.8}
    assert signs.learning_rate_is_too_large(observed(tries=tries)) is None  # the twin learns
    luck = {"learning rate / 10": run("float64", score=0.25)}
    assert signs.learning_rate_is_too_large(observed(tries=luck, **FAILS)) is None
    assert signs.learning_rate_is_too_large(observed(**FAILS)) is None


@pytest.mark.parametrize(
    ("memorised", "labels", "model"), [(run(score=1.0), True, False), (CHANCE, False, True)]
)
def test_one_batch_tells_the_data_from_the_model(memorised, labels, model):
    seen = observed(tries={signs.MEMORISED: memorised}, **FAILS)
    assert bool(signs.labels_do_not_follow(seen)) is labels
    assert bool(signs.model_cannot_learn(seen)) is model
    learns = observed(tries={signs.MEMORISED: memorised})
    assert signs.labels_do_not_follow(learns) is signs.model_cannot_learn(learns) is None


ADAM = (("epsilon", 1e-4, 1e-4), ("beta_2", 0.999, 0.999))
SHORT_STEPS = variable(
    twin_gradient=numbers(1e-2, 1e-8, "float64", middle=1e-6),
    twin_update=numbers(1e-3, 1e-7, "float64", middle=1e-5),
)


def test_an_epsilon_that_is_too_large():
    tries = {signs.SMALLER_EPSILON: run("float64", score=0.8)}
    twin = run("float64", score=0.6)
    seen = observed(step(1, SHORT_STEPS), constants=ADAM, low=CHANCE, tries=tries, twin=twin)
    found = signs.epsilon_is_too_large(seen)
    assert found.numbers == {
        "epsilon": 1e-4,
        "gradient": 1e-6,
        "share": pytest.approx(0.01),
        "score": 0.8,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"tries": {}},  # not tried
        {"tries": {signs.SMALLER_EPSILON: run(score=0.64)}},  # hardly better in float64
        {"constants": ADAM[:1]},  # not of an optimizer that divides by the root of squares
        {"steps": (step(1, variable()),)},  # the gradients are larger
    ],
)
def test_an_epsilon_that_does_not_matter(changes):
    known = {"constants": ADAM, "tries": {signs.SMALLER_EPSILON: run(score=0.8)}}
    known |= {"steps": (step(1, SHORT_STEPS),), "twin": run("float64", score=0.6)} | changes
    steps = known.pop("steps")
    assert signs.epsilon_is_too_large(observed(*steps, low=CHANCE, **known)) is None
