"""Signs of faults that are not precision's: float64 shows them, too. Pure."""

from __future__ import annotations

from dataclasses import replace

from lowprec.diagnosis.observed import Observed, Run
from lowprec.diagnosis.signs import LEAP, SHORT, Sign, constant, first, largest_by, sound_steps

__all__ = [
    "MEMORISED",
    "SMALLER_EPSILON",
    "SMALLER_RATES",
    "data_is_not_finite",
    "epsilon_dominates",
    "epsilon_is_too_large",
    "labels_do_not_follow",
    "learning_rate_is_too_large",
    "loss_is_outside_its_domain",
    "model_cannot_learn",
    "rate_name",
]

CLEARLY = 0.2
"""By so much a try is to score above the twin, so that it is no luck on a small test set."""

SMALLER_RATES = (10, 100, 1000, 10_000)
"""What the twin's learning rate is divided by, one after the other, until it learns."""

SMALLER_EPSILON = "epsilon of 1e-7"
"""Name of the try with the epsilon that Keras has by default."""

MEMORISED = "one batch, again and again"
"""Name of the try to learn a single batch by heart."""


def data_is_not_finite(observed: Observed) -> Sign | None:
    """Look for inputs or labels that are not numbers."""
    parts = {"inputs": observed.inputs, "labels": observed.labels}
    return first(
        Sign(0, name, {"share": part.not_finite})
        for name, part in parts.items()
        if part and part.not_finite
    )


def loss_is_outside_its_domain(observed: Observed) -> Sign | None:
    """Look for an operation that is not finite in float64 either, as its operand is none of its."""
    for step in sound_steps(observed):
        bad = step.first_bad
        if bad and bad.twin_result and bad.twin_result.not_finite and bad.twin_operands:
            operand = bad.twin_operands[0]
            if bad.kind in ("Log", "Log1p", "Sqrt", "Rsqrt", "Pow") and (
                operand.negative or operand.zero
            ):
                numbers = {"kind": bad.kind, "negative": operand.negative, "zero": operand.zero}
                return Sign(step.number, bad.scope or "the loss", numbers)
    return None


def learning_rate_is_too_large(observed: Observed) -> Sign | None:
    """Look whether the twin learns with a smaller learning rate."""
    if observed.twin.learns:
        return None
    for by in SMALLER_RATES:
        tried = observed.tries.get(rate_name(by))
        if tried and tried.learns and tried.score > observed.twin.score + CLEARLY:
            rate = observed.learning_rate
            numbers = {"rate": rate, "smaller": rate / by, "score": tried.score}
            return Sign(observed.twin.first_bad_loss or 1, "", numbers)
    return None


def epsilon_dominates(observed: Observed) -> Sign | None:
    """Look for steps that are far shorter than the learning rate, as epsilon is what they are
    divided by: an optimizer that divides by the root of squares takes steps as long as its rate.
    """
    epsilon = constant(observed, "epsilon")
    if epsilon is None or constant(observed, "beta_2") is None:
        return None
    shortest = observed.learning_rate / LEAP
    return first(
        Sign(
            step.number,
            worst.name,
            {
                "epsilon": epsilon[0],
                "gradient": worst.twin_gradient.middle,
                "share": (worst.twin_update.middle or 0.0) / observed.learning_rate,
            },
        )
        for step in sound_steps(observed)
        if (worst := largest_by(step.variables, lambda v: v.weights.size))
        and (worst.twin_gradient.middle or epsilon[0]) < epsilon[0]
        and (worst.twin_update.middle or shortest) < shortest
    )


def epsilon_is_too_large(observed: Observed) -> Sign | None:
    """Look whether the twin learns more with the epsilon that Keras has by default."""
    sign, tried = epsilon_dominates(observed), observed.tries.get(SMALLER_EPSILON)
    if sign is None or tried is None or tried.score < observed.twin.score + SHORT:
        return None
    return replace(sign, numbers=sign.numbers | {"score": tried.score})


def labels_do_not_follow(observed: Observed) -> Sign | None:
    """Look whether the twin can learn a batch by heart, and learns nothing that holds beyond."""
    tried = _of_one_batch(observed)
    if tried is None or not tried.learns:
        return None
    numbers = {"memorised": tried.score, "score": observed.twin.score, "guess": observed.guess}
    return Sign(observed.twin.steps, "the data", numbers)


def model_cannot_learn(observed: Observed) -> Sign | None:
    """Look whether the twin cannot even learn a batch by heart."""
    tried = _of_one_batch(observed)
    if tried is None or tried.learns:
        return None
    return Sign(observed.twin.steps, "the model", {"score": tried.score, "guess": observed.guess})


def _of_one_batch(observed: Observed) -> Run | None:
    """Return the try to learn a batch by heart, where the twin does not learn."""
    return None if observed.twin.learns else observed.tries.get(MEMORISED)


def rate_name(by: int) -> str:
    """Return the name of the try with a smaller learning rate."""
    return f"learning rate / {by}"
