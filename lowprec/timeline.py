"""Every pair's times over the stored sessions, with what the gate says of each. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lowprec.gate_verdicts import NightVerdict
from lowprec.order import place
from lowprec.sessions import Pair

__all__ = ["Point", "timelines"]


@dataclass(frozen=True)
class Point:
    """A pair in one session.

    Attributes:
        session, time, key, protocol: of the session; `key` names its environment.
        seconds: median over the rounds; None where nothing was timed.
        accuracy: mean over the seeds where all rounds learnt.
        outcome, verdicts: as the gate has them.
        flagged: whether it is flagged and nobody accepted it.
        accepted: why a flag was accepted, or None.
    """

    session: str
    time: datetime
    key: str
    protocol: str
    seconds: float | None
    accuracy: float | None
    outcome: str
    verdicts: tuple[str, ...]
    flagged: bool
    accepted: str | None


def timelines(found: Iterable[NightVerdict]) -> dict[Pair, list[Point]]:
    """Return the points of every pair, oldest first, in the order of models and schemes."""
    points: dict[Pair, list[Point]] = {}
    for one in found:
        stored = {pair.pair: pair for pair in one.night.pairs}
        for verdict in one.pairs:
            if verdict.pair not in stored:
                continue  # missing: there is nothing to draw
            pair = stored[verdict.pair]
            point = Point(
                session=one.night.name,
                time=one.night.time,
                key=one.night.key,
                protocol=one.night.protocol,
                seconds=pair.seconds,
                accuracy=pair.accuracy,
                outcome=pair.outcome,
                verdicts=verdict.verdicts,
                flagged=verdict.flagged,
                accepted=verdict.accepted,
            )
            points.setdefault(verdict.pair, []).append(point)
    return dict(sorted(points.items(), key=lambda item: place(*item[0])))
