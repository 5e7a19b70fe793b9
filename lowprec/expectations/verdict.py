"""What is said of a record against its expectation. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lowprec.expectations.table import Conditions, Expectation
from lowprec.record.outcomes import OUTCOMES
from lowprec.record.record import Record
from lowprec.record.verdicts import EXPECTATIONS_TABLE, Verdict

__all__ = ["Judgement", "judge_record"]


@dataclass(frozen=True)
class Judgement:
    """A verdict on a record, and the message that says why.

    Attributes:
        verdict: one that `record.verdicts` has for expectations.
        message: subject, observed, expected and next step, in one line.
    """

    verdict: Verdict
    message: str

    @property
    def passed(self) -> bool:
        """Whether the pair did just what is expected of it."""
        return self.verdict is Verdict.OK


def judge_record(
    record: Record,
    conditions: Conditions,
    expectation: Expectation | None,
    own_table: str | None = None,
) -> Judgement:
    """Judge the outcome of every round and the mean accuracy against the expectation.

    Args:
        record: of the pair.
        conditions: that it was trained under.
        expectation: that holds for them; None where there is none.
        own_table: where it stands, for the message; None for the package's own.
    """
    observed = _observed(record)
    if expectation is None:
        return Judgement(
            Verdict.NO_EVIDENCE,
            f"{record.pair}: {observed}, expected: no row for protocol {conditions.protocol}, "
            f"Keras {conditions.keras}, {conditions.device}"
            f"{f' in {own_table}' if own_table else ''}; could not judge; measure one with "
            f"`{'pytest --lowprec-calibrate 8' if own_table else 'lowprec calibrate'}`",
        )
    band = expectation.applied_band(len(record.rounds)) if record.rounds else None
    verdict = _verdict(record, expectation, band)
    message = f"{record.pair}: {observed}, expected {_wanted(expectation, band)}"
    return Judgement(
        verdict, message + _NEXT_STEPS[verdict].format(own_table or EXPECTATIONS_TABLE)
    )


_NEXT_STEPS = {
    Verdict.OK: "",
    Verdict.OUTCOME_CHANGED: "; see {}",
    Verdict.WORSE: "; see {}",
    Verdict.IMPROVED: "; improved: update the row in {}",
}


def _verdict(record: Record, expectation: Expectation, band: tuple[float, float] | None) -> Verdict:
    if not set(_outcomes(record)) <= expectation.outcomes:
        best = min(map(OUTCOMES.index, expectation.outcomes))
        improved = OUTCOMES.index(record.outcome) < best
        return Verdict.IMPROVED if improved else Verdict.OUTCOME_CHANGED
    if band and record.accuracy is not None:
        # To four digits, as the band has them and the message shows them.
        accuracy = round(record.accuracy, 4)
        if accuracy < band[0]:
            return Verdict.WORSE
        if accuracy > band[1]:
            return Verdict.IMPROVED
    return Verdict.OK


def _outcomes(record: Record) -> Counter[str]:
    if record.unsupported:
        return Counter(["unsupported"])
    return Counter(r.outcome for r in record.rounds)


def _observed(record: Record) -> str:
    if record.unsupported:
        return f"unsupported ({record.unsupported.op} in {record.unsupported.dtype})"
    outcomes = _outcomes(record)
    total = outcomes.total()
    names = " and ".join(
        name if count == total else f"{name} in {count} of {total} rounds"
        for name, count in outcomes.most_common()
    )
    return f"{names} with accuracy {record.accuracy:.4f}"


def _wanted(expectation: Expectation, band: tuple[float, float] | None) -> str:
    outcomes = expectation.outcome.replace("|", " or ")
    return f"{outcomes} with accuracy {band[0]:.4f} to {band[1]:.4f}" if band else outcomes
