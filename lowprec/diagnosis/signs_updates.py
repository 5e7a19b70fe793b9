"""Signs in how the weights move, beside how they move in float64 from the same state. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lowprec.diagnosis.formats import format_of
from lowprec.diagnosis.observed import Observed, Step, VariableStep
from lowprec.diagnosis.signs import (
    LEAP,
    MOST,
    Sign,
    constant,
    first,
    largest_by,
    share,
    sound_steps,
)

__all__ = [
    "arithmetic_fails",
    "beta_2_is_one",
    "epsilon_is_zero",
    "gradients_are_lost",
    "moments_overflow",
    "output_is_saturated",
    "repeated_rows",
    "updates_are_lost",
    "updates_round_away",
    "weights_leap",
]

REPEATED = 1.05
"""Ratio of two updates, that of repeated rows to that of their sum, from which on it is told."""


SMALL = 2.0**-14
"""The smallest normal number of float16: gradients above it are held, if they get that far."""


def _steps_with_gradients(observed: Observed) -> Iterator[Step]:
    """Yield the sound steps whose gradients are finite, as far as the loss scale let them be."""
    for step in sound_steps(observed):
        if step.loss is not None and not any(v.gradient.not_finite for v in step.variables):
            yield step


def epsilon_is_zero(observed: Observed) -> Sign | None:
    """Look for updates divided by 0: an epsilon that the format does not hold."""
    epsilon = constant(observed, "epsilon")
    if epsilon is None or epsilon[1] != 0 or epsilon[0] == 0:
        return None
    return first(
        Sign(
            step.number,
            worst.name,
            {"value": epsilon[0], "share": worst.update.not_finite, "lost": worst.moment_lost},
        )
        for step in _steps_with_gradients(observed)
        if (worst := largest_by(step.variables, lambda v: v.update.not_finite))
        and worst.moment_lost
    )


def weights_leap(observed: Observed) -> Sign | None:
    """Look for steps far larger than the twin's where the second moment is lost."""
    epsilon = constant(observed, "epsilon")
    return first(
        Sign(
            step.number,
            worst.name,
            {
                "leap": worst.leap,
                "lost": worst.moment_lost,
                "update": worst.update.largest,
                "epsilon": epsilon[1] if epsilon else 0.0,
            },
        )
        for step in _steps_with_gradients(observed)
        if (worst := largest_by(step.variables, lambda v: v.leap if v.moment_lost else 0.0))
        and worst.leap > LEAP
    )


def beta_2_is_one(observed: Observed) -> Sign | None:
    """Look for updates of 0, or divided by 0, while beta_2 rounds to 1."""
    beta = constant(observed, "beta_2")
    if beta is None or beta[1] != 1 or beta[0] >= 1:
        return None
    return first(
        Sign(
            step.number,
            "",
            {
                "value": beta[0],
                "still": share(step, lambda v: v.stuck),
                "share": share(step, lambda v: v.update.not_finite),
                "twin": worst,
            },
        )
        for step in _steps_with_gradients(observed)
        if (_stands_still(step) or share(step, lambda v: v.update.not_finite) > MOST)
        and (worst := max(v.twin_update.largest for v in step.variables)) > 0
    )


def _stands_still(step: Step) -> bool:
    stuck, rounded = (share(step, of) for of in (lambda v: v.stuck, lambda v: v.rounded_away))
    return stuck > 1 - 1e-3 and rounded < MOST


def updates_round_away(observed: Observed) -> Sign | None:
    """Look for weights that stay where they are as half their spacing is more than the update."""
    spacing = format_of(observed.variable_dtype).spacing
    return first(
        Sign(
            step.number,
            worst.name,
            {
                "share": away,
                "update": worst.twin_update.largest,
                "half": float(spacing(worst.weights.largest)) / 2,
            },
        )
        for step in _steps_with_gradients(observed)
        if (away := share(step, lambda v: v.rounded_away)) > MOST
        and (worst := largest_by(step.variables, lambda v: v.rounded_away * v.weights.size))
    )


def gradients_are_lost(observed: Observed) -> Sign | None:
    """Look for gradients that are 0 here and are not in float64."""
    return first(
        Sign(
            step.number,
            worst.name,
            {
                "share": lost,
                "largest": worst.twin_gradient.largest,
                "smallest": format_of(observed.compute_dtype).smallest,
            },
        )
        for step in _steps_with_gradients(observed)
        if (lost := share(step, lambda v: v.lost)) > MOST
        and (worst := largest_by(step.variables, lambda v: v.lost * v.weights.size))
        and not _is_saturated(step)
    )


def updates_are_lost(observed: Observed) -> Sign | None:
    """Look for weights that stay, though gradients are there and updates are not too small.

    Not where a sign says more of the same: that of beta_2, or of second moments that are lost.
    """
    if beta_2_is_one(observed) or weights_leap(observed):
        return None
    return first(
        Sign(
            step.number,
            worst.name,
            {
                "share": lost,
                "gradient": worst.gradient.largest,
                "update": worst.twin_update.largest,
            },
        )
        for step in _steps_with_gradients(observed)
        if (lost := share(step, _lost_in_the_optimizer)) > MOST
        and (worst := largest_by(step.variables, lambda v: v.stuck * v.weights.size))
    )


def _lost_in_the_optimizer(variable: VariableStep) -> float:
    return variable.stuck - variable.rounded_away - variable.lost


def output_is_saturated(observed: Observed) -> Sign | None:
    """Look for a step without any gradient, where float64 has one."""
    return first(
        Sign(step.number, "the output", {"loss": step.twin_loss})
        for step in _steps_with_gradients(observed)
        if _is_saturated(step)
    )


def _is_saturated(step: Step) -> bool:
    """Whether no gradient is left of one that the format could hold."""
    return all(variable.gradient.zero == 1 for variable in step.variables) and any(
        v.twin_gradient.largest > SMALL for v in step.variables
    )


def moments_overflow(observed: Observed) -> Sign | None:
    """Look for second moments beyond the format, of gradients that are finite."""
    return first(
        Sign(
            step.number,
            worst.name,
            {
                "share": worst.moment.not_finite,
                "gradient": worst.gradient.largest,
                "limit": format_of(observed.variable_dtype).largest,
            },
        )
        for step in _steps_with_gradients(observed)
        if (worst := largest_by(step.variables, lambda v: v.moment.not_finite if v.moment else 0.0))
        and worst.moment
    )


def arithmetic_fails(observed: Observed) -> Sign | None:
    """Look for updates that are not finite of gradients that are, where the twin's are finite."""
    if epsilon_is_zero(observed):
        return None
    return first(
        Sign(step.number, worst.name, {"share": worst.update.not_finite})
        for step in _steps_with_gradients(observed)
        if (worst := largest_by(step.variables, lambda v: v.update.not_finite))
        and not worst.twin_update.not_finite
    )


def repeated_rows(observed: Observed) -> Sign | None:
    """Look for an optimizer that takes repeated rows of a gradient one by one."""
    return first(
        Sign(step.number, variable.name, {"ratio": variable.repeated})
        for step in observed.steps
        for variable in step.variables
        if variable.repeated and max(variable.repeated, 1 / variable.repeated) > REPEATED
    )
