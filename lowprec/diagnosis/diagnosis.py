"""From what is seen to what is said: the first cause, what followed, what was ruled out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lowprec.diagnosis.observed import Observed, Run
from lowprec.diagnosis.rules import RULES, Kind, Remedy, Rule
from lowprec.diagnosis.signs import SHORT, Sign
from lowprec.diagnosis.signs_own import SMALLER_EPSILON

__all__ = ["Consultation", "Diagnosis", "Finding", "State", "Tried", "diagnose", "state_of"]

State = Literal["healthy", "fails", "fails in float64", "falls short", "stands still"]

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
        cause: the first of the findings that explains the state; None where it is healthy, or where
            no rule fits: then it is not known.
        findings: all others, in the order of the steps.
        ruled_out: rules whose sign was looked for and is not there.
    """

    observed: Observed
    state: State
    cause: Finding | None
    findings: tuple[Finding, ...]
    ruled_out: tuple[Rule, ...]

    @property
    def precise(self) -> bool:
        """Whether the twin learns, so that what fails is precision's."""
        return self.observed.twin.learns

    @property
    def rivals(self) -> tuple[Finding, ...]:
        """What was seen in or before the step of the cause that could be one, too."""
        if self.cause is None:
            return ()
        step = self.cause.sign.step
        return tuple(f for f in self.findings if f.rule.kind != "remark" and f.sign.step <= step)

    @property
    def sure(self) -> bool:
        """Whether the cause has no rival; without a cause, whether the training is healthy."""
        return self.state == "healthy" if self.cause is None else not self.rivals


@dataclass(frozen=True)
class Tried:
    """A remedy, and what came of it.

    Attributes:
        remedy: of a rule.
        run: the training with it; None where it could not be tried.
        why: it could not be, or "".
    """

    remedy: Remedy
    run: Run | None
    why: str = ""


@dataclass(frozen=True)
class Consultation:
    """What is said of a training, and what came of the remedies that were tried."""

    diagnosis: Diagnosis
    tried: tuple[Tried, ...] = ()


def diagnose(observed: Observed) -> Diagnosis:
    """Say what is wrong with a training, and why.

    A fault that float64 shows, too, can be the cause where the training is no worse than in
    float64, and else one of the format. What is seen in the earliest step is it, and of one step's
    what the table has first: what is seen later may follow from it. What only makes steps smaller
    is no cause of numbers that are not finite.
    """
    found = [Finding(rule, sign) for rule in RULES if (sign := rule.sign(observed))]
    found.sort(key=lambda finding: finding.sign.step)  # keeps the table's order within a step
    state = state_of(observed)
    cause = None
    if state != "healthy":
        wanted = _wanted(observed)
        broken = observed.low.bad_trained or observed.low.last_bad_loss == observed.low.steps
        causes = [
            finding
            for finding in found
            if finding.rule.kind in wanted and (finding.rule.breaks or not broken)
        ]
        cause = next(iter(causes), None)
    names = {finding.rule.name for finding in found}
    return Diagnosis(
        observed=observed,
        state=state,
        cause=cause,
        findings=tuple(finding for finding in found if finding is not cause),
        ruled_out=tuple(rule for rule in RULES if rule.name not in names),
    )


def _wanted(observed: Observed) -> tuple[Kind, ...]:
    """Return of which kind the cause can be: of what float64 has and this training has not."""
    low, twin = observed.low, observed.twin
    if not twin.learns:
        return ("own",)
    as_good = low.learns and low.score >= twin.score - SHORT
    return ("own", "precision") if as_good else ("precision",)


def state_of(observed: Observed) -> State:
    """Return how a training stands, beside the twin where that learns."""
    low, twin = observed.low, observed.twin
    if not low.learns:
        return "fails"
    if not twin.learns:
        return "fails in float64"
    smaller = observed.tries.get(SMALLER_EPSILON)
    if low.score < max(twin.score, smaller.score if smaller else 0.0) - SHORT:
        return "falls short"
    if low.steps and low.skipped / low.steps > STILL:
        return "stands still"
    return "healthy"
