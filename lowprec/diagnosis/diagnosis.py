"""From what is seen to what is said: the first cause, what followed, what was ruled out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lowprec.diagnosis.observed import Observed
from lowprec.diagnosis.rules import RULES, Rule
from lowprec.diagnosis.signs import Sign

__all__ = ["Diagnosis", "Finding", "State", "diagnose", "state_of"]

State = Literal["healthy", "fails", "falls short", "stands still"]

SHORT = 0.05
"""By so much a score is below the twin's to fall short of it: precisions differ by up to .03 in
`quick`, by seed alone."""

STILL = 0.5
"""Share of steps without effect from which on a training stands still, however it ends."""


@dataclass(frozen=True)
class Finding:
    """A rule and the sign that it found."""

    rule: Rule
    sign: Sign


@dataclass(frozen=True)
class Diagnosis:
    """What is said of a training.

    Attributes:
        state: of the training, beside its twin.
        precise: whether the twin learns, so that what fails is precision's.
        cause: the first of the findings that explains the state; None where it is healthy, or where
            no rule fits: then it is not known.
        findings: all others, in the order of the steps.
        ruled_out: rules whose sign was looked for and is not there.
    """

    observed: Observed
    state: State
    precise: bool
    cause: Finding | None
    findings: tuple[Finding, ...]
    ruled_out: tuple[Rule, ...]

    @property
    def sure(self) -> bool:
        """Whether no other cause was seen in or before the step of the one that is named."""
        if self.cause is None:
            return self.state == "healthy"
        step = self.cause.sign.step
        rivals = [
            f for f in self.findings if f.rule.kind == self.cause.rule.kind and f.sign.step <= step
        ]
        return not rivals


def diagnose(observed: Observed) -> Diagnosis:
    """Say what is wrong with a training, and why.

    A fault that float64 shows, too, comes before one of the format. Of the format's the one that is
    seen in the earliest step is the cause, and of one step's the one that the table has first: what
    is seen later may follow from it.
    """
    found = [Finding(rule, sign) for rule in RULES if (sign := rule.sign(observed))]
    found.sort(key=lambda finding: finding.sign.step)  # keeps the table's order within a step
    state = state_of(observed)
    precise = observed.twin.outcome == "learns"
    cause = None
    if state != "healthy":
        wanted = "precision" if precise else "own"
        causes = [finding for finding in found if finding.rule.kind == wanted]
        cause = next(iter(causes), None)
    names = {finding.rule.name for finding in found}
    return Diagnosis(
        observed=observed,
        state=state,
        precise=precise,
        cause=cause,
        findings=tuple(finding for finding in found if finding is not cause),
        ruled_out=tuple(rule for rule in RULES if rule.name not in names),
    )


def state_of(observed: Observed) -> State:
    """Return how a training stands, beside the twin where that learns."""
    low, twin = observed.low, observed.twin
    if low.outcome != "learns":
        return "fails"
    if twin.outcome == "learns" and low.score < twin.score - SHORT:
        return "falls short"
    if low.steps and low.skipped / low.steps > STILL:
        return "stands still"
    return "healthy"
