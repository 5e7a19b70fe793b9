"""What is said of a record against its expectation. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lowprec.choices import MIN_SEEDS
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
        message: the verdict, what was observed and what expected, in a first line that is short, as
            pytest's summary shows it up to the terminal's edge; then subject and next step.
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
    if expectation is None:
        return Judgement(
            Verdict.NO_EVIDENCE,
            f"{Verdict.NO_EVIDENCE}: no row for protocol {conditions.protocol}, "
            f"Keras {conditions.keras}, {conditions.device} in {own_table or EXPECTATIONS_TABLE}\n"
            f"{record.pair}: {_observed(record)}; could not judge\n"
            f"measure a row with `{_calibration(conditions, own_table)}`",
        )
    band = expectation.applied_band(len(record.rounds)) if record.rounds else None
    verdict = _verdict(record, expectation, band)
    next_step = _NEXT_STEPS[verdict].format(own_table or EXPECTATIONS_TABLE)
    return Judgement(
        verdict,
        f"{verdict}: {_difference(record, expectation, band)}\n"
        f"{record.pair}: {_observed(record)}, expected {_wanted(expectation, band)}{next_step}",
    )


_NEXT_STEPS = {
    Verdict.OK: "",
    Verdict.OUTCOME_CHANGED: "\nsee {}",
    Verdict.WORSE: "\nsee {}",
    Verdict.IMPROVED: "\nupdate the row in {}",
}


def _calibration(conditions: Conditions, own_table: str | None) -> str:
    if own_table:
        return f"pytest --lowprec-calibrate {MIN_SEEDS}"
    names = f"--models {conditions.model} --schemes {conditions.scheme}"
    return f"lowprec calibrate --protocol {conditions.protocol} {names} --write"


def _difference(record: Record, expectation: Expectation, band: tuple[float, float] | None) -> str:
    """Return what decides: outcomes that are not expected, or else the accuracy and its band."""
    outcomes = _outcomes(record)
    unexpected = Counter(
        {name: n for name, n in outcomes.items() if name not in expectation.outcomes}
    )
    if unexpected or band is None:
        return (
            f"{_rounds(unexpected or outcomes, outcomes.total())}, expected {_names(expectation)}"
        )
    return f"accuracy {record.accuracy:.4f}, expected {_band(band)}"


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
    return f"{_rounds(outcomes, outcomes.total())} with accuracy {record.accuracy:.4f}"


def _rounds(outcomes: Counter[str], total: int) -> str:
    """Return outcomes, each with its share of all rounds unless all have it."""
    return " and ".join(
        name if count == total else f"{name} in {count} of {total} rounds"
        for name, count in outcomes.most_common()
    )


def _wanted(expectation: Expectation, band: tuple[float, float] | None) -> str:
    names = _names(expectation)
    return f"{names} with accuracy {_band(band)}" if band else names


def _names(expectation: Expectation) -> str:
    return expectation.outcome.replace("|", " or ")


def _band(band: tuple[float, float]) -> str:
    return f"{band[0]:.4f} to {band[1]:.4f}"
