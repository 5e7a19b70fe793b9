"""What the doctor has to say, in 80 columns and as JSON."""

import json

import pytest

from lowprec.diagnosis.diagnosis import Consultation, Tried, diagnose
from lowprec.report.diagnosis import consultation_json, consultation_text, state_line
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

LEAP = variable(moment_lost=0.7, update=numbers(1.5))
STRANGE = operation("Sqrt", numbers(negative=0.5), twin=(numbers(),), twin_result=numbers())


def consulted(*steps, tried=(), **changes):
    diagnosis = diagnose(observed(*steps, **changes))
    remedies = diagnosis.cause.rule.remedies if diagnosis.cause else ()
    paired = zip(remedies, tried, strict=False)
    return Consultation(diagnosis, tuple(Tried(remedy, *of) for remedy, of in paired))


def test_a_cause_is_told_whole():
    found = consulted(
        step(1, LEAP), tried=[(run("half", score=0.88),), (None, "Adam has no epsilon")]
    )
    text = consultation_text(found)
    assert all(len(line) <= 80 for line in text.splitlines())
    joined = " ".join(text.split())
    for part in (
        "NN-I half, Keras 3.15.1: does not learn: second moments underflow and weights leap",
        "float64 learns 0.9000 1 0.1 100 0",
        "Cause: second moments underflow and weights leap Adam squares gradients in float16",
        "step 1: in dense/kernel 70% of the second moments of gradients that are not 0 are 0; the "
        "largest update is 1.5, 1500 times that of float64.",
        "- optimizer=lowprec.SafeAdam(0.001) - Adam(epsilon=1e-4)",
        "sure: the same training in float64 learns",
        "learns, accuracy 0.8800 (0.1000 as it was, 0.9000 in float64): optimizer=lowprec.Safe",
        "not tried, as Adam has no epsilon: Adam(epsilon=1e-4)",
        "Looked for and not seen data not finite; loss outside its domain;",
    ):
        assert part in joined


def test_what_is_not_known_is_said():
    text = consultation_text(consulted(bad_step(STRANGE)))
    assert "Cause: not known\n  The same training in float64 learns, so it is a matter of" in text
    assert "Remedy" not in text
    assert "written" not in text  # under pytest nothing writes it


def test_a_healthy_training_with_something_to_tell():
    found = consulted(step(1, variable(repeated=1.31)), low=run())
    text = consultation_text(found)
    assert state_line(found.diagnosis) == "NN-I half, Keras 3.15.1: healthy"
    assert "Cause" not in text
    assert "Also seen\n  - repeated rows are squared one by one: step 1: the update is 1.31" in text


def test_the_loss_scale_is_told():
    low = run(least_scale=0.5, last_scale=1.0)
    text = consultation_text(consulted(step(1, loss_scale=32768.0), low=low))
    assert "loss scale: 32768 at first, 0.5 at its least, 1 at last\n" in text
    assert "loss scale" not in consultation_text(consulted(step(1), low=run()))


def test_two_signs_in_one_step_are_told_to_be_likely_only():
    matmul = operation(
        "MatMul", numbers(9.0), twin=(numbers(9.0),), twin_result=numbers(7.5e4, 1.0, "float64")
    )
    both = bad_step(matmul, 1, loss=1.0, weights_finite=False, variables=(LEAP,))
    text = " ".join(consultation_text(consulted(both)).split())
    assert "likely: the same training in float64 learns; up to step 1 was seen, too: act" in text


@pytest.mark.parametrize(
    ("steps", "changes"),
    [
        ((step(1, LEAP),), {}),
        ((bad_step(STRANGE),), {}),
        ((step(),), {"low": CHANCE, "labels": NOT_FINITE}),
    ],
)
def test_json_is_strict_and_has_everything(steps, changes):
    document = json.loads(
        consultation_json(consulted(*steps, tried=[(run(),)], **changes)),
        parse_constant=lambda text: pytest.fail(text),
    )
    assert document["observed"]["model"] == "NN-I"
    assert len(document["observed"]["steps"]) == 1
    if document["cause"]:
        assert document["cause"]["numbers"]
        assert document["cause"]["evidence"].startswith(("step 1", "100.00%"))
        assert document["tried"][0]["run" if document["tried"][0]["run"] else "not_tried"]
    names = [document["cause"], *document["findings"]]
    assert len(document["ruled_out"]) + sum(name is not None for name in names) >= 20
