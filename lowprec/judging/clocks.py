"""The times of a pair that are judged, a row each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lowprec.record.summary import PairSummary
from lowprec.record.verdicts import Verdict

__all__ = ["CLOCKS", "Clock", "clocks_of"]


@dataclass(frozen=True)
class Clock:
    """One of the times.

    Attributes:
        name: of the time, and of the attribute of `PairVerdict` that says what is said of it.
        seconds: of a pair; None where they are not known.
        slower, faster: what a change is called.
    """

    name: str
    seconds: Callable[[PairSummary], float | None]
    slower: Verdict
    faster: Verdict


CLOCKS = (
    Clock("timing", lambda pair: pair.seconds, Verdict.SLOWER, Verdict.FASTER),
    Clock("work", lambda pair: pair.cpu_s, Verdict.SLOWER, Verdict.FASTER),
    Clock("startup", lambda pair: pair.startup_s, Verdict.SLOWER_START, Verdict.FASTER_START),
)
"""The seconds of a training; the processors' time of it, which other work on the machine hardly
changes, and which time asleep is no part of; the time until its first step is done."""


def clocks_of(pairs: Iterable[PairSummary]) -> tuple[Clock, ...]:
    """Return the clocks that any of these pairs has seconds of."""
    stored = tuple(pairs)
    return tuple(clock for clock in CLOCKS if any(map(clock.seconds, stored)))
