"""From observations to what is said of them."""

import pytest
from msgspec import structs

from lowprec.diagnosis.diagnosis import diagnose, state_of
from lowprec.diagnosis.rules import RULES
from tests.diagnosis.observations import (
    CHANCE,
    DIVERGED,
    NOT_FINITE,
    bad_step,
    numbers,
    observed,
    operation,
    run,
    step,
    variable,
)

LEAP = variable(moment_lost=0.7, update=numbers(1.5))
MATMUL = operation(
    "MatMul",
    numbers(900.0),
    twin=(numbers(900.0),),
    twin_result=numbers(7.5e4, 1.0, "float64"),
)
AWAY = variable(stuck=1.0, rounded_away=1.0, update=numbers(0.0, None, zero=1.0))
FAILS = {"twin": run("float64", outcome="chance", score=0.1)}


@pytest.mark.parametrize(
    ("low", "changes", "state"),
    [
        (run(), {}, "healthy"),
        (run(score=0.86), {}, "healthy"),
        (run(score=0.84), {}, "falls short"),
        (run(), {"tries": {"epsilon of 1e-7": run(score=0.96)}}, "falls short"),
        (run(skipped=51), {}, "stands still"),
        (run(skipped=50), {}, "healthy"),
        (CHANCE, {}, "fails"),
        (DIVERGED, {}, "fails"),
        (run(), FAILS, "fails in float64"),
    ],
)
def test_how_a_training_stands(low, changes, state):
    assert state_of(observed(low=low, **changes)) == state


def name_of(diagnosis):
    return diagnosis.cause and diagnosis.cause.rule.name


def test_the_earliest_sign_is_the_cause_and_later_ones_are_told():
    diagnosis = diagnose(observed(bad_step(MATMUL, 2), step(1, LEAP)))
    assert name_of(diagnosis) == "second moments underflow and weights leap"
    assert [finding.rule.name for finding in diagnosis.findings] == ["activations overflow"]
    assert diagnosis.sure
    assert len(diagnosis.ruled_out) == len(RULES) - 2


def test_two_signs_in_one_step_are_less_sure():
    both = bad_step(MATMUL, 1, loss=1.0, weights_finite=False, variables=(LEAP,))
    diagnosis = diagnose(observed(both))
    assert name_of(diagnosis) == "second moments underflow and weights leap"
    assert [finding.rule.name for finding in diagnosis.rivals] == ["activations overflow"]
    assert not diagnosis.sure


def test_a_remark_of_the_same_step_speaks_against_no_cause():
    diagnosis = diagnose(observed(step(1, LEAP, variable("embedding", repeated=1.31))))
    assert [finding.rule.kind for finding in diagnosis.findings] == ["remark"]
    assert (diagnosis.rivals, diagnosis.sure) == ((), True)


def test_what_makes_steps_small_does_not_make_them_infinite():
    steps = step(1, AWAY), bad_step(MATMUL, 40)
    assert name_of(diagnose(observed(*steps))) == "activations overflow"
    assert name_of(diagnose(observed(*steps, low=CHANCE))) == "updates round away"


def test_a_healthy_training_has_no_cause_whatever_is_seen():
    diagnosis = diagnose(observed(step(1, AWAY), low=run()))
    assert (diagnosis.state, diagnosis.cause, diagnosis.sure) == ("healthy", None, True)
    assert [finding.rule.name for finding in diagnosis.findings] == ["updates round away"]


def test_what_fails_in_float64_too_is_not_precisions():
    seen = observed(step(1, LEAP), tries={"one batch, again and again": run(score=1.0)}, **FAILS)
    diagnosis = diagnose(seen)
    assert name_of(diagnosis) == "labels do not follow from inputs"
    assert not diagnosis.precise


def test_what_float64_lacks_as_well_is_the_cause_only_where_it_is_no_better():
    short = variable(
        twin_gradient=numbers(1e-2, 1e-8, "float64", middle=1e-6),
        twin_update=numbers(1e-4, 1e-7, "float64", middle=1e-5),
        stuck=1.0,
        rounded_away=1.0,
    )
    seen = {
        "constants": (("epsilon", 1e-4, 1e-4), ("beta_2", 0.999, 0.999)),
        "tries": {"epsilon of 1e-7": run("float64", score=0.8)},
        "twin": run("float64", score=0.6),
    }
    as_bad = observed(step(1, short), low=run(score=0.6), **seen)
    worse = observed(step(1, short), low=run(score=0.3), **seen)
    assert name_of(diagnose(as_bad)) == "epsilon is too large"
    assert name_of(diagnose(worse)) == "updates round away"


def test_where_no_rule_fits_nothing_is_named():
    strange = operation("Sqrt", numbers(negative=0.5), twin=(numbers(),), twin_result=numbers())
    diagnosis = diagnose(observed(bad_step(strange)))
    assert (diagnosis.state, diagnosis.cause, diagnosis.sure) == ("fails", None, False)


def test_bad_data_is_named_though_the_loss_scale_skips_it():
    seen = observed(low=run(), inputs=numbers(not_finite=0.02), **FAILS)
    assert name_of(diagnose(seen)) == "data not finite"


def test_a_remark_is_never_the_cause():
    garbage = variable(gradient=structs.replace(NOT_FINITE, not_finite=0.01), bad_rows=(0,))
    diagnosis = diagnose(observed(step(1, garbage)))
    assert diagnosis.cause is None
    assert [finding.rule.kind for finding in diagnosis.findings] == ["remark"]
