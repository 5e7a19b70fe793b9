"""A pair of a stored session, in the one form that is written and read."""

from __future__ import annotations

from statistics import median
from typing import Annotated, Literal

import msgspec

from lowprec.record.data_info import DataInfo
from lowprec.record.outcomes import Outcome, allowed_outcomes
from lowprec.record.record import ACCURACY, DtypeReport, Record, Round, Share, Unsupported
from lowprec.record.timing import Seconds, Timing, seconds_fault, training_cpu_s, training_s
from lowprec.record.verdicts import EXPECTATION, Verdict
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import Budget

__all__ = [
    "SCHEMA",
    "Measured",
    "StoredExpectation",
    "StoredPair",
]

SCHEMA = 1
"""Version of the stored fields. Later versions only add fields."""


class StoredExpectation(msgspec.Struct, frozen=True):
    """What was expected when the session ran, and why; outcomes that may come are joined by "|".

    Attributes:
        accuracy_min, accuracy_max: the band that was applied to the mean of the rounds. A session
            of fewer rounds than the protocol's has a wider one than its row, unless it is from
            before `row_accuracy_min` was stored, as that of the row was stored then.
        row_accuracy_min, row_accuracy_max: the band of the row; left out where it was applied as it
            is.
    """

    outcome: str
    accuracy_min: Share | None = None
    accuracy_max: Share | None = None
    evidence: str = ""
    row_accuracy_min: Share | msgspec.UnsetType = msgspec.UNSET
    row_accuracy_max: Share | msgspec.UnsetType = msgspec.UNSET

    @property
    def outcomes(self) -> frozenset[str]:
        """The outcomes that a round may have."""
        return allowed_outcomes(self.outcome)

    @property
    def band(self) -> tuple[float, float] | None:
        """Least and greatest accuracy; None where one of them is open."""
        low, high = self.accuracy_min, self.accuracy_max
        return None if low is None or high is None else (low, high)


Measured = Literal["whole", "shared", "fresh"]
"""How a pair's seconds were measured: of whole trainings, or of trainings without their start, on
one compiled model or on a fresh model each. They are never compared with each other."""


class StoredPair(msgspec.Struct, frozen=True, kw_only=True):
    """A pair as stored: its record, and what was said of it when the session ran.

    Attributes:
        budget: None in a session from before it was stored. A protocol may change with a later
            version; the numbers then tell.
        outcome, accuracy: as in `Record`.
        expected: the row of the expectations that was in force, or None.
        verdict, message: what was said against it.
        asked_for: the pairs that its session was to train; None where that was the matrix, and in
            a session from before it was stored.
        startup_s, startup_cpu_s, timings, shared_model: as in `Record`; in a session from before
            they were stored, whole trainings were timed, each with a model of its own.
        metric: as in `Record`; what the accuracies are.
        second_look: how many of the `timings`, the last ones, are of another process, in which a
            pair that looked slower was trained again.
    """

    schema: int = SCHEMA
    model: str
    scheme: str
    protocol: str
    budget: Budget | None = None
    data: DataInfo
    dtypes: DtypeReport | None = None
    jit_compile: bool | None = None
    rounds: tuple[Round, ...]
    outcome: Outcome
    accuracy: Share | None
    unsupported: Unsupported | None = None
    peak_memory_bytes: int | None = None
    expected: StoredExpectation | None
    verdict: Verdict
    message: str = ""
    asked_for: tuple[Pair, ...] | None = None
    startup_s: Seconds | None = None
    startup_cpu_s: Seconds | None = None
    timings: tuple[Timing, ...] = ()
    shared_model: bool | None = None
    second_look: Annotated[int, msgspec.Meta(ge=0)] = 0
    metric: str = ACCURACY

    def __post_init__(self) -> None:
        if EXPECTATION not in self.verdict.row.said_by:
            raise ValueError(f"the verdict {self.verdict.value!r} is none on an expectation")
        if self.timings and (fault := seconds_fault(self.timings)):
            raise ValueError(fault)

    @classmethod
    def of(
        cls,
        record: Record,
        expected: StoredExpectation | None,
        verdict: Verdict,
        message: str,
        asked_for: tuple[Pair, ...] | None,
    ) -> StoredPair:
        """Return the stored form of a record and of what was said of it."""
        return cls(
            model=record.pair.model,
            scheme=record.pair.scheme,
            protocol=record.protocol.name,
            budget=record.budget,
            data=record.data,
            dtypes=record.dtypes,
            jit_compile=record.jit_compile,
            rounds=record.rounds,
            outcome=record.outcome,
            accuracy=record.accuracy,
            unsupported=record.unsupported,
            peak_memory_bytes=record.peak_memory_bytes,
            expected=expected,
            verdict=verdict,
            message=message,
            asked_for=asked_for,
            startup_s=record.startup_s,
            startup_cpu_s=record.startup_cpu_s,
            timings=record.timings,
            shared_model=record.shared_model,
            metric=record.metric,
        )

    @property
    def pair(self) -> Pair:
        """Names of model and scheme."""
        return Pair(self.model, self.scheme)

    @property
    def emulated(self) -> bool:
        """Whether layers round to a format that they do not compute in: time says nothing then."""
        layers = self.dtypes.layers if self.dtypes else ()
        return any(layer.rounded is not msgspec.UNSET for layer in layers)

    @property
    def measured(self) -> Measured:
        """How `seconds` were measured."""
        if not self.timings:
            return "whole"
        return "shared" if self.shared_model else "fresh"

    @property
    def seconds(self) -> float | None:
        """The session's one number for the training; None without rounds.

        Without the start of a training, which `startup_s` has; the median of whole trainings in a
        session from before they were parted.
        """
        if self.timings:
            return training_s(self.timings)
        return self.whole_seconds

    @property
    def cpu_s(self) -> float | None:
        """Processors' time of the training, likewise; None where it is not known."""
        return training_cpu_s(self.timings) if self.timings else None

    @property
    def whole_seconds(self) -> float | None:
        """Seconds of a training that starts with a new model; None without rounds."""
        if self.timings and self.startup_s:
            return self.startup_s + training_s(self.timings)
        return median(r.fit_s for r in self.rounds) if self.rounds else None
