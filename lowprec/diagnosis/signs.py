"""Signs of what went wrong in a training: each looks for one thing, and says where. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lowprec.diagnosis.formats import format_of
from lowprec.diagnosis.observed import Observed, Step, VariableStep

__all__ = [
    "LEAP",
    "MOST",
    "SHORT",
    "Sign",
    "SignOf",
    "constant",
    "first",
    "largest_by",
    "limit",
    "share",
    "sound_steps",
]

LEAP = 10.0
"""An update so many times as large as the twin's largest is a leap; so much smaller, a crawl."""

SHORT = 0.05
"""By so much a score is below another to fall short of it: precisions differ by up to .03 in
`quick`, by seed alone."""

MOST = 0.5
"""Share from which on something is said of a variable as a whole."""


@dataclass(frozen=True)
class Sign:
    """Something that is seen.

    Attributes:
        step: first one in which it is seen, from 1; 0 before the training.
        where: layer or variable; "" where it is of none.
        numbers: what was measured, by the names that the rule's sentence has.
    """

    step: int
    where: str = ""
    numbers: dict[str, Any] = field(default_factory=dict)


SignOf = Callable[[Observed], Sign | None]


def first(signs: Iterator[Sign]) -> Sign | None:
    """Return the first sign; None where there is none."""
    return next(signs, None)


def sound_steps(observed: Observed) -> Iterator[Step]:
    """Yield the steps that began with finite weights."""
    for step in observed.steps:
        if all(variable.weights.not_finite == 0 for variable in step.variables):
            yield step


def largest_by(
    variables: Sequence[VariableStep], size: Callable[[VariableStep], float]
) -> VariableStep | None:
    """Return the variable that has most of something; None where none has any."""
    found = max(variables, key=size, default=None)
    return found if found is not None and size(found) > 0 else None


def share(step: Step, of: Callable[[VariableStep], float]) -> float:
    """Return the mean of a share over all weights of a step."""
    total = sum(variable.weights.size for variable in step.variables)
    return sum(of(v) * v.weights.size for v in step.variables) / total if total else 0.0


def limit(observed: Observed) -> float:
    """Return the largest number that the layers compute with."""
    return format_of(observed.compute_dtype).largest


def constant(observed: Observed, name: str) -> tuple[float, float] | None:
    """Return a constant of the optimizer and what the weights' format makes of it, where known."""
    return next(((c.value, c.held) for c in observed.constants if c.name == name), None)
