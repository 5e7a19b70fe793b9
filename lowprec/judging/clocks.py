"""The times of a pair that are judged, a row each. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lowprec.record.summary import PairSummary, SessionSummary
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


def clocks_of(session: SessionSummary) -> tuple[Clock, ...]:
    """Return the clocks that are judged of a session: those that its pairs have seconds of.

    On a crowded machine seconds say more of others than of the pairs, and starts, some of them a
    quarter of a second, scatter more in processors' time, too (docs/noise.md): there the
    processors' time of the training alone is judged where it is known.
    """
    known = [clock for clock in CLOCKS if any(map(clock.seconds, session.pairs))]
    if session.crowded and any(clock.name == "work" for clock in known):
        known = [clock for clock in known if clock.name == "work"]
    return tuple(known)
