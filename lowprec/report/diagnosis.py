"""What the doctor has to say, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from lowprec.diagnosis.diagnosis import Consultation, Diagnosis, Finding, State, Tried
from lowprec.diagnosis.observed import Observed, Run
from lowprec.diagnosis.rules import Remedy, Rule
from lowprec.report.text import filled, table

__all__ = ["consultation_json", "consultation_text", "state_line"]

STATES: dict[State, str] = {
    "healthy": "healthy",
    "fails": "does not learn",
    "fails in float64": "learns, and does not in float64",
    "falls short": "learns less than it could",
    "stands still": "learns, but most of its steps change no weight",
}
"""How a training stands, in words."""

INDENT = "  "


def consultation_text(consultation: Consultation, written_by: Sequence[str] = ()) -> str:
    """Return all that is said of a training, for a terminal of 80 columns.

    Args:
        consultation: what was found.
        written_by: options that write all that was seen, where there are such.
    """
    return "\n".join(_lines(consultation, written_by)).rstrip()


def state_line(diagnosis: Diagnosis) -> str:
    """Return in one line how a training stands, and why."""
    observed = diagnosis.observed
    state = f"{observed.model} {observed.scheme}, Keras {observed.keras}: {STATES[diagnosis.state]}"
    return f"{state}: {diagnosis.cause.rule.name}" if diagnosis.cause else state


def _lines(consultation: Consultation, written_by: Sequence[str]) -> Iterator[str]:
    diagnosis = consultation.diagnosis
    observed = diagnosis.observed
    yield filled(state_line(diagnosis), INDENT)
    yield ""
    yield _runs(observed)
    yield ""
    if scales := [step.loss_scale for step in observed.steps if step.loss_scale is not None]:
        low = observed.low
        yield (
            f"loss scale: {scales[0]:g} at first, {low.least_scale:g} at its least, "
            f"{low.last_scale:g} at last"
        )
        yield ""
    if diagnosis.cause:
        yield from _cause(diagnosis, diagnosis.cause)
    elif diagnosis.state != "healthy":
        yield from _unknown(diagnosis, written_by)
    yield from _listed("Tried", (_tried(diagnosis, tried) for tried in consultation.tried))
    remarks = [f for f in diagnosis.findings if f.rule.kind == "remark" or not diagnosis.cause]
    later = [finding for finding in diagnosis.findings if finding not in remarks]
    yield from _listed("Also seen", (_seen(observed, f) for f in remarks))
    yield from _listed("Seen besides, as what may follow from it", (_named(f) for f in later))
    names = "; ".join(rule.name for rule in diagnosis.ruled_out)
    yield from _paragraph("Looked for and not seen", names)


def _runs(observed: Observed) -> str:
    rows = [_run(run) for run in (observed.twin, observed.low)]
    headers = ["in", "outcome", observed.metric, "loss, first and last", "steps", "without effect"]
    return table(headers, rows, ("left", "left", "right", "right", "right", "right"))


def _run(run: Run) -> list[str]:
    losses = [run.losses[0], run.losses[-1]] if run.losses else []
    ends = " ".join("not finite" if loss is None else f"{loss:.4g}" for loss in losses)
    return [run.scheme, run.outcome, f"{run.score:.4f}", ends, str(run.steps), str(run.skipped)]


def _cause(diagnosis: Diagnosis, cause: Finding) -> Iterator[str]:
    observed, rule = diagnosis.observed, cause.rule
    yield from _paragraph(f"Cause: {rule.name}", _fill(rule.diagnosis, observed, cause))
    yield from _paragraph("Evidence", _fill(rule.evidence, observed, cause))
    yield from _paragraph("Rule", _fill(rule.source, observed, cause))
    lines = (_remedy_line(remedy, diagnosis) for remedy in rule.remedies)
    yield from _listed("Remedy; if one is not enough, the next", lines)
    yield from _paragraph("How sure", _certainty(diagnosis, cause))


def _certainty(diagnosis: Diagnosis, cause: Finding) -> str:
    beside = (
        "the same training in float64 learns"
        if cause.rule.kind == "precision"
        else "float64 shows it, too, so it is no matter of precision"
    )
    if diagnosis.sure:
        return f"sure: {beside}, and nothing else was seen up to step {cause.sign.step}."
    rivals = ", ".join(finding.rule.name for finding in diagnosis.rivals)
    return f"likely: {beside}; up to step {cause.sign.step} was seen, too: {rivals}."


def _unknown(diagnosis: Diagnosis, written_by: Sequence[str]) -> Iterator[str]:
    beside = (
        "The same training in float64 learns, so it is a matter of precision"
        if diagnosis.precise
        else "It does not learn in float64 either, so it is no matter of precision"
    )
    seen = f" All that was seen is written by {' and '.join(written_by)}." if written_by else ""
    yield from _paragraph("Cause: not known", f"{beside}, and none of the rules fits.{seen}")


def _seen(observed: Observed, finding: Finding) -> str:
    rule = finding.rule
    return f"{rule.name}: {_fill(rule.evidence, observed, finding)}"


def _named(finding: Finding) -> str:
    return f"step {finding.sign.step}: {finding.rule.name}"


def _fill(template: str, observed: Observed, finding: Finding) -> str:
    known = {
        "weights": observed.variable_dtype,
        "computes": observed.compute_dtype,
        "optimizer": observed.optimizer,
        "rate": observed.learning_rate,
        "step": finding.sign.step,
        "where": finding.sign.where,
    }
    return template.format(**(known | finding.sign.numbers))


def _remedy_line(remedy: Remedy, diagnosis: Diagnosis) -> str:
    assert diagnosis.cause is not None
    return _fill(remedy.line, diagnosis.observed, diagnosis.cause)


def _tried(diagnosis: Diagnosis, tried: Tried) -> str:
    """Return what came of a remedy, beside the original."""
    line, observed = _remedy_line(tried.remedy, diagnosis), diagnosis.observed
    if tried.run is None:
        return f"not tried, as {tried.why}: {line}"
    scores = f"{observed.low.score:.4f} as it was, {observed.twin.score:.4f} in float64"
    return f"{tried.run.outcome}, {observed.metric} {tried.run.score:.4f} ({scores}): {line}"


def _paragraph(title: str, text: str) -> Iterator[str]:
    if text:
        yield title
        yield filled(INDENT + text, INDENT)
        yield ""


def _listed(title: str, items: Iterable[str]) -> Iterator[str]:
    lines = [filled(f"{INDENT}- {item}", INDENT * 2) for item in items]
    if lines:
        yield title
        yield from lines
        yield ""


def consultation_json(consultation: Consultation) -> str:
    """Return everything that was seen and said as one strict JSON document."""
    diagnosis = consultation.diagnosis
    observed = diagnosis.observed
    document = {
        "state": diagnosis.state,
        "twin_learns": diagnosis.precise,
        "cause": _finding_json(observed, diagnosis.cause) if diagnosis.cause else None,
        "sure": diagnosis.sure,
        "findings": [_finding_json(observed, finding) for finding in diagnosis.findings],
        "tried": [
            {
                "remedy": _remedy_line(tried.remedy, diagnosis),
                "run": msgspec.to_builtins(tried.run),
                "not_tried": tried.why or None,
            }
            for tried in consultation.tried
        ],
        "ruled_out": [rule.name for rule in diagnosis.ruled_out],
        "observed": msgspec.to_builtins(observed),
    }
    return json.dumps(document, indent=2, allow_nan=False)


def _finding_json(observed: Observed, finding: Finding) -> dict[str, Any]:
    rule: Rule = finding.rule
    return {
        "name": rule.name,
        "kind": rule.kind,
        "step": finding.sign.step,
        "where": finding.sign.where,
        "numbers": finding.sign.numbers,
        "diagnosis": _fill(rule.diagnosis, observed, finding),
        "evidence": _fill(rule.evidence, observed, finding),
        "remedies": [_fill(remedy.line, observed, finding) for remedy in rule.remedies],
        "source": _fill(rule.source, observed, finding),
    }
