"""What is said of a pair in a session. Pure: records and expectations in, verdicts out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lowprec.expectations import Expectation, Key
from lowprec.outcomes import OUTCOMES
from lowprec.records import Record

__all__ = ["Verdict", "judge"]


@dataclass(frozen=True)
class Verdict:
    """A judgement.

    Attributes:
        name: "ok", "outcome changed", "worse" (below its band), "improved" (better than
            expected) or "no evidence" (could not be judged).
        message: subject, observed, expected and next step, in one line.
    """

    name: str
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
    wanted = _wanted(expectation)
    if record.unsupported and expectation.outcome == "unsupported":
        return Verdict("ok", f"{record.pair}: {seen}")
    if not set(_outcomes(record)) <= expectation.outcomes:
        better = OUTCOMES.index(record.outcome) < min(map(OUTCOMES.index, expectation.outcomes))
        advice = "improved: update the row in" if better else "see"
        return Verdict(
            "improved" if better else "outcome changed",
            f"{record.pair}: {seen}, expected {wanted}; {advice} lowprec/expectations.csv",
        )
    accuracy, low, high = record.accuracy, expectation.accuracy_min, expectation.accuracy_max
    assert accuracy is not None and low is not None and high is not None
    if accuracy < low:
        return Verdict(
            "worse",
            f"{record.pair}: {seen}, expected {wanted}; see lowprec/expectations.csv",
        )
    if accuracy > high:
        return Verdict(
            "improved",
            f"{record.pair}: {seen}, expected {wanted}; improved: update the row in "
            "lowprec/expectations.csv",
        )
    return Verdict("ok", f"{record.pair}: {seen}, expected {wanted}")


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


def _wanted(expectation: Expectation) -> str:
    if expectation.outcome == "unsupported":
        return "unsupported"
    return (
        f"{expectation.outcome.replace('|', ' or ')} with accuracy {expectation.accuracy_min:.4f} "
        f"to {expectation.accuracy_max:.4f}"
    )
