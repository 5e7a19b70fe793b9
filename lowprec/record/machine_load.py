"""What else kept a machine's processors busy while a session trained."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MachineLoad", "ProcessorTimes"]

VISIBLE_OTHERS = 0.25
VISIBLE_STEAL = 0.02
"""From so many processors, or this share of their time, on a session is called crowded. In sessions
with nothing else running others use up to 0.1."""


@dataclass(frozen=True)
class ProcessorTimes:
    """Seconds since the machine started, or this process.

    Attributes:
        busy_s: of all processors, in any process.
        stolen_s: that another virtual machine took.
        all_s: of all processors, idle or not.
        own_s: of this process and those that it waited for.
    """

    busy_s: float
    stolen_s: float
    all_s: float
    own_s: float


@dataclass(frozen=True)
class MachineLoad:
    """What others took of the machine between two moments.

    Attributes:
        others: processors that other processes used, on average.
        steal: share of the processors' time that other virtual machines took.
    """

    others: float
    steal: float

    @classmethod
    def between(cls, before: ProcessorTimes, after: ProcessorTimes, processors: int) -> MachineLoad:
        """Return what others took between two moments, of so many processors."""
        all_s = max(after.all_s - before.all_s, 1e-9)
        others_s = (after.busy_s - before.busy_s) - (after.own_s - before.own_s)
        steal = (after.stolen_s - before.stolen_s) / all_s
        return cls(max(0.0, others_s / all_s * processors), steal)

    @property
    def is_visible(self) -> bool:
        """Whether the times of a session are likely to have suffered."""
        return self.others >= VISIBLE_OTHERS or self.steal >= VISIBLE_STEAL
