"""What is said of a pair in a session. Pure: records and expectations in, verdicts out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from lowprec.expectations import Expectation, Key
from lowprec.outcomes import OUTCOMES
from lowprec.records import Record

__all__ = ["Verdict", "VerdictName", "judge"]

VerdictName = Literal["ok", "outcome changed", "worse", "improved", "no evidence"]

SEE = "see lowprec/expectations.csv"


@dataclass(frozen=True)
class Verdict:
    """A judgement.

    Attributes:
        name: "ok", "outcome changed", "worse" (below its band), "improved" (better than
            expected) or "no evidence" (could not be judged).
        message: subject, observed, expected and next step, in one line.
    """

    name: VerdictName
    message: str

    @property
    def passed(self) -> bool:
        """Whether the pair did just what is expected of it."""
        return self.name == "ok"


def judge(record: Record, key: Key, expectation: Expectation | None) -> Verdict:
    """Judge the outcome of every round and the mean accuracy against the expectation."""
    seen = _seen(record)
    if expectation is None:
        return Verdict(
            "no evidence",
            f"{record.pair}: {seen}, expected: no row for protocol {key.protocol}, Keras "
            f"{key.keras}, {key.device}; could not judge; measure one with `lowprec calibrate`",
        )
    band = expectation.band(len(record.rounds)) if record.rounds else None
    wanted = _wanted(expectation, band)
    told = f"{record.pair}: {seen}, expected {wanted}"
    if not set(_outcomes(record)) <= expectation.outcomes:
        best = min(map(OUTCOMES.index, expectation.outcomes))
        improved = OUTCOMES.index(record.outcome) < best
        return _improved(told) if improved else Verdict("outcome changed", f"{told}; {SEE}")
    if band and record.accuracy is not None:
        # To four digits, as the table has them and the message shows them.
        accuracy, low, high = (round(share, 4) for share in (record.accuracy, *band))
        if accuracy < low:
            return Verdict("worse", f"{told}; {SEE}")
        if accuracy > high:
            return _improved(told)
    return Verdict("ok", told)


def _improved(told: str) -> Verdict:
    return Verdict("improved", f"{told}; improved: update the row in lowprec/expectations.csv")


def _outcomes(record: Record) -> Counter[str]:
    if record.unsupported:
        return Counter(["unsupported"])
    return Counter(r.outcome for r in record.rounds)


def _seen(record: Record) -> str:
    if record.unsupported:
        return f"unsupported ({record.unsupported.op} in {record.unsupported.dtype})"
    outcomes = _outcomes(record)
    total = outcomes.total()
    told = " and ".join(
        name if count == total else f"{name} in {count} of {total} rounds"
        for name, count in outcomes.most_common()
    )
    return f"{told} with accuracy {record.accuracy:.4f}"


def _wanted(expectation: Expectation, band: tuple[float, float] | None) -> str:
    outcomes = expectation.outcome.replace("|", " or ")
    return f"{outcomes} with accuracy {band[0]:.4f} to {band[1]:.4f}" if band else outcomes
