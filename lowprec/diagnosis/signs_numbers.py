"""Signs in a step's numbers: what is not finite, first, and of what it was made. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from lowprec.diagnosis.observed import Numbers, Observed, Operation, Step
from lowprec.diagnosis.signs import Sign, first, limit, sound_steps
from lowprec.record.profile import CONVERSION

__all__ = [
    "activation_overflows",
    "constant_overflows",
    "divisor_is_zero",
    "gradient_overflows",
    "input_overflows",
    "padding_is_garbage",
    "probability_is_zero",
    "statistic_overflows",
]

DIVISORS = {"Rsqrt": 0, "Reciprocal": 0, "Inv": 0, "RealDiv": 1, "Div": 1, "Xdivy": 1}
"""Operations that divide -> place of what they divide by, among their operands."""


def _bad_steps(observed: Observed) -> Iterator[tuple[Step, Operation]]:
    """Yield steps with an operation that is not finite, though it is in float64, and that one.

    Only those that did harm: a loss that is not finite, or a step that was not taken or broke
    weights.
    """
    for step in sound_steps(observed):
        bad = step.first_bad
        if bad is None or (bad.twin_result and bad.twin_result.not_finite):
            continue
        if step.loss is None or not step.applied or not step.weights_finite:
            yield step, bad


def _at(step: Step, bad: Operation, **numbers: object) -> Sign:
    numbers |= {"kind": bad.kind, "dtype": bad.result.dtype, "phase": bad.phase}
    return Sign(step.number, bad.scope or _phase_name(bad), numbers)


def _phase_name(bad: Operation) -> str:
    return {"forward": "the model", "loss": "the loss", "backward": "backpropagation"}[bad.phase]


def input_overflows(observed: Observed) -> Sign | None:
    """Look for an input that the first layer's format cannot hold."""
    return first(
        _at(
            step,
            bad,
            largest=_largest_input(observed),
            limit=limit(observed),
            share=bad.result.not_finite,
        )
        for step, bad in _bad_steps(observed)
        if bad.phase == "forward"
        and _is_input(observed, bad)
        and bad.operands[0].largest > limit(observed)
    )


def constant_overflows(observed: Observed) -> Sign | None:
    """Look for a constant that is infinite in the format, and is not in float64."""
    return first(
        _at(step, bad, value=wanted.largest, limit=limit(observed))
        for step, bad in _bad_steps(observed)
        if bad.given is not None
        and (wanted := _twin_operand(bad, bad.given))
        and not wanted.not_finite
        and wanted.largest > limit(observed)
    )


def divisor_is_zero(observed: Observed) -> Sign | None:
    """Look for a division by a zero that is none in float64: an epsilon that rounds to 0."""
    return first(
        _at(step, bad, smallest=wanted.smallest, share=found.zero)
        for step, bad in _bad_steps(observed)
        if bad.phase == "forward"
        and bad.kind in DIVISORS
        and (found := bad.operands[DIVISORS[bad.kind]]).zero
        and (wanted := _twin_operand(bad, DIVISORS[bad.kind]))
        and wanted.zero < found.zero
    )


def probability_is_zero(observed: Observed) -> Sign | None:
    """Look for the logarithm of a probability that is 0 here, or too small for its reciprocal."""
    return first(
        _at(step, bad, smallest=wanted.smallest, share=bad.operands[0].zero)
        for step, bad in _bad_steps(observed)
        if bad.operands
        and (wanted := _twin_operand(bad, DIVISORS.get(bad.kind, 0)))
        and (_log_of_zero(bad, wanted) or _reciprocal_overflows(observed, bad, wanted))
    )


def _log_of_zero(bad: Operation, wanted: Numbers) -> bool:
    found = bad.operands[0]
    return bad.kind in ("Log", "Log1p") and found.zero > wanted.zero and not found.negative


def _reciprocal_overflows(observed: Observed, bad: Operation, divisor: Numbers) -> bool:
    """Whether a division by a small probability overflows, as 1/p of the gradient of log p."""
    return (
        bad.phase != "forward"
        and bad.kind in DIVISORS
        and divisor.largest <= 1
        and not divisor.negative
        and (divisor.smallest or 1.0) < 1 / limit(observed)
    )


def activation_overflows(observed: Observed) -> Sign | None:
    """Look for a result of the forward pass that is finite in float64, and beyond the format."""
    before = max(observed.steps[0].layers.values(), default=0.0) if observed.steps else 0.0
    return first(
        _at(step, bad, largest=_wanted(bad), limit=limit(observed), before=before)
        for step, bad in _bad_steps(observed)
        if bad.phase == "forward"
        and bad.given is None
        and not _divides_by_zero(bad)
        and all(operand.not_finite == 0 for operand in bad.operands)
        and _wanted(bad) > limit(observed)
        and not _is_input(observed, bad)
    )


def _divides_by_zero(bad: Operation) -> bool:
    return bad.kind in DIVISORS and bad.operands[DIVISORS[bad.kind]].zero > 0


def _wanted(bad: Operation) -> float:
    """Return the largest number that the operation should have given."""
    return bad.twin_result.largest if bad.twin_result else bad.operands[0].largest


def _is_input(observed: Observed, bad: Operation) -> bool:
    """Whether an operation converts what the model is given."""
    return bad.kind == CONVERSION and bad.operands[0].largest <= _largest_input(observed) * 1.01


def _largest_input(observed: Observed) -> float:
    return observed.inputs.largest if observed.inputs else 0.0


def gradient_overflows(observed: Observed) -> Sign | None:
    """Look for a loss or gradient beyond the format where no loss scale could be lowered."""
    for step, bad in _bad_steps(observed):
        scale = step.loss_scale or 1.0
        was_kept = not step.weights_finite
        if bad.phase == "forward" or bad.given is not None:
            continue
        if any(operand.not_finite for operand in bad.operands) or not (scale <= 1 or was_kept):
            continue
        wanted = _wanted(bad) * (scale if bad.twin_result else 1.0)
        if wanted > limit(observed):
            numbers = {"largest": wanted, "limit": limit(observed), "loss": step.twin_loss}
            return _at(step, bad, scale=step.loss_scale, **numbers)
    return None


def statistic_overflows(observed: Observed) -> Sign | None:
    """Look for a variable that is not trained and not finite, while every trained one is."""
    low = observed.low
    if low.bad_variable is None or low.bad_trained or observed.twin.bad_variable is not None:
        return None
    layer = low.bad_variable.rpartition("/")[0]
    casts = (
        (step.number, bad.operands[0].largest)
        for step in observed.steps
        if (bad := step.first_bad) and bad.phase == "forward" and layer in bad.scope
    )
    number, largest = next(casts, (low.steps, 0.0))
    return Sign(number, low.bad_variable, {"largest": largest, "limit": limit(observed)})


def padding_is_garbage(observed: Observed) -> Sign | None:
    """Look for a gradient that is not finite in one row of one variable, and nowhere else."""
    for step in sound_steps(observed):
        bad = [variable for variable in step.variables if variable.gradient.not_finite]
        if len(bad) == 1 and len(bad[0].bad_rows) == 1 and step.loss is not None:
            return Sign(step.number, bad[0].name, {"row": bad[0].bad_rows[0]})
    return None


def _twin_operand(bad: Operation, place: int) -> Numbers | None:
    operands = bad.twin_operands or ()
    return operands[place] if place < len(operands) else None
