"""The doctor's figure."""

import pytest

from lowprec.diagnosis.diagnosis import diagnose
from lowprec.report.diagnosis_figure import diagnosis_figure
from tests.diagnosis.observations import NOT_FINITE, numbers, observed, step, variable


@pytest.fixture
def axes():
    broken = variable(gradient=NOT_FINITE, moment_lost=0.0)
    bias = variable("dense/bias", moment_lost=None)
    seen = observed(
        step(1, variable(moment_lost=0.7), bias), step(2, broken, bias), step(10, broken, bias)
    )
    return diagnosis_figure(diagnose(seen)).axes


def texts(axis):
    return [text.get_text() for text in axis.texts]


def test_a_row_a_variable_and_a_column_a_step(axes):
    assert [label.get_text() for label in axes[0].get_yticklabels()] == [
        "dense/kernel",
        "dense/bias",
    ]
    assert [label.get_text() for label in axes[0].get_xticklabels()] == ["1", "2", "10"]


def test_shares_are_written_and_gradients_that_are_not_finite_marked(axes):
    assert texts(axes[1]) == ["70%", "x", "x"]


def test_ranges_are_of_the_first_step_where_there_is_no_cause(axes):
    assert axes[3].get_xlabel() == "absolute values in step 1; grey: what float16 holds"
    drawn = {line.get_label(): list(line.get_xdata()) for line in axes[3].get_lines()}
    assert drawn["gradients"] == [1e-3, 1e-2]
    assert drawn["their squares"] == pytest.approx([1e-6, 1e-4])


def test_ranges_are_of_the_step_that_shows_the_cause():
    leap = variable(moment_lost=0.7, update=numbers(1.5))
    axes = diagnosis_figure(diagnose(observed(step(1), step(2, leap)))).axes
    assert axes[3].get_xlabel().startswith("absolute values in step 2")


def test_without_steps_there_is_nothing_to_draw():
    assert diagnosis_figure(diagnose(observed(steps=()))).axes == []


def test_a_long_name_is_cut():
    long = variable("model/" + "very_" * 10 + "long/kernel", weights=numbers())
    (label, *_) = diagnosis_figure(diagnose(observed(step(1, long)))).axes[0].get_yticklabels()
    assert label.get_text().startswith("...")
    assert len(label.get_text()) == 34
