"""Where the time of a training's steps goes, operation by operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lowprec.rows.matrix import Pair

__all__ = ["CONVERSION", "OperationTime", "Profile"]

CONVERSION = "Cast"
"""TensorFlow's operation that changes the dtype."""


@dataclass(frozen=True)
class OperationTime:
    """All runs of one kind of operation.

    Attributes:
        seconds: on whatever threads it ran: of several at once more than by the clock.
        count: of runs.
    """

    seconds: float
    count: int


@dataclass(frozen=True)
class Profile:
    """An epoch of a training that was traced before.

    Attributes:
        pair: names.
        steps: in it.
        wall_s: of it, by the clock, the profiler's own work included.
        start_s: from the first call of `fit` to the end of its first step: tracing and compiling.
        operations: by kind, such as "MatMul".
    """

    pair: Pair
    steps: int
    wall_s: float
    start_s: float
    operations: Mapping[str, OperationTime]

    def ms_per_step(self, kind: str) -> float:
        """Return the milliseconds a step that a kind of operation took; 0 where it did not run."""
        found = self.operations.get(kind)
        return 1e3 * found.seconds / self.steps if found else 0.0

    @property
    def all_ms_per_step(self) -> float:
        """Milliseconds a step of all operations together."""
        return sum(map(self.ms_per_step, self.operations))
