"""Every pair's times over the stored sessions, with what the gate says of each. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lowprec.judging.verdict import SessionVerdict
from lowprec.record.environment import Environment
from lowprec.record.session import SeriesKey
from lowprec.record.stored_pair import Measured
from lowprec.record.summary import SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair

__all__ = [
    "MOST_POINTS",
    "OWN_POINTS",
    "Point",
    "first_series",
    "shown_series",
    "shown_sessions",
    "timelines",
]

MOST_POINTS = 500
"""Newest points of each pair that are shown. More would make a page slow to load and a drawing of
many megabytes, and have no room side by side."""

OWN_POINTS = MOST_POINTS // 2
"""Points of the shown session's own series that come before all others."""


@dataclass(frozen=True)
class Point:
    """A pair in one session.

    Attributes:
        session, full_name, time: of the session; as in `SessionSummary`.
        series: of the session, as `shown_series` names it.
        environment: of the session.
        seconds: of the training; None where nothing was timed.
        accuracy: mean over the seeds where all rounds learnt.
        outcome, verdicts: as the gate has them.
        flagged: whether it is flagged and nobody accepted it.
        accepted: why a flag was accepted, or None.
    """

    session: str
    full_name: str
    time: datetime
    series: SeriesKey
    environment: Environment
    seconds: float | None
    accuracy: float | None
    outcome: str
    verdicts: tuple[Verdict, ...]
    flagged: bool
    accepted: str | None


def shown_series(series: SeriesKey, measured: Measured) -> SeriesKey:
    """Return the series of a point: what is measured in another way stands by itself."""
    if measured == "whole":
        return series
    return SeriesKey(f"{series.environment}, {PARTED[measured]}", series.protocol)


PARTED = {"shared": "without the start", "fresh": "without the start, a model each"}
"""Ways to measure a pair's seconds, in a word or two; nothing is said of whole trainings."""


def first_series(session: SessionSummary) -> SeriesKey:
    """Return the series that comes first where a session is shown: that of its timed pairs."""
    ways: list[Measured] = [pair.measured for pair in session.pairs if pair.seconds]
    return shown_series(session.series, ways[0]) if ways else session.series


def shown_sessions(sessions: Sequence[SessionSummary], own: SeriesKey) -> set[str]:
    """Return the full names of the sessions with all points that are shown beside a series.

    Of a pair that has more than `MOST_POINTS` they have at least one more: so that is seen.

    Args:
        sessions: oldest first.
        own: the series that comes first.
    """
    shown = set()
    points: Counter[Pair] = Counter()
    own_points: Counter[Pair] = Counter()
    for session in reversed(sessions):
        series = session.series
        for pair in session.pairs:
            points[pair.pair] += 1
            is_own = shown_series(series, pair.measured) == own
            own_points[pair.pair] += is_own
            if points[pair.pair] <= MOST_POINTS + 1 or (
                is_own and own_points[pair.pair] <= OWN_POINTS
            ):
                shown.add(session.full_name)
    return shown


def timelines(verdicts: Iterable[SessionVerdict]) -> dict[Pair, list[Point]]:
    """Return the points of every pair, oldest first, in the order of models and schemes."""
    points: dict[Pair, list[Point]] = {}
    for judged in verdicts:
        session, stored = judged.session, judged.measured
        for verdict in judged.pairs:
            if verdict.pair not in stored:
                continue  # missing: there is nothing to draw
            pair = stored[verdict.pair]
            point = Point(
                session=session.name,
                full_name=session.full_name,
                time=session.time,
                series=shown_series(session.series, pair.measured),
                environment=session.environment,
                seconds=pair.seconds,
                accuracy=pair.accuracy,
                outcome=pair.outcome,
                verdicts=verdict.verdicts,
                flagged=verdict.flagged,
                accepted=verdict.accepted,
            )
            points.setdefault(verdict.pair, []).append(point)
    return {pair: points[pair] for pair in sorted(points, key=Pair.sort_key)}
