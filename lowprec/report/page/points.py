"""What the page's plot of a history is drawn from, without saying anything twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lowprec.record.environment import FIELDS, Environment
from lowprec.record.session import SeriesKey
from lowprec.record.summary import SessionSummary
from lowprec.report.text import short_name
from lowprec.report.timeline import MOST_POINTS, OWN_POINTS, Point, first_series
from lowprec.rows.matrix import Pair

__all__ = ["history_data"]

STATES = ("ok", "flagged", "accepted")


def history_data(
    lines: Mapping[Pair, Sequence[Point]], first: Pair | None, session: SessionSummary
) -> dict[str, Any]:
    """Return the sessions, their environments, and a list of points a pair.

    `about` says in which fields the environments differ.

    A point is: number of its session, number of its environment, seconds, accuracy, number of its
    words, number of its state. A session is its short name, its time and its name.

    Args:
        lines: every pair's times.
        first: the pair to begin with; the first one where it is None.
        session: whose series the plot begins with.
    """
    tables, own = _Tables(), first_series(session)
    pairs = [
        {"name": str(pair), "points": [tables.row(point) for point in _kept(points, own)]}
        for pair, points in lines.items()
    ]
    return {
        "pair": str(first) if first else None,
        "environment": _series_text(own),
        "about": _told_apart(tables.told),
        "sessions": [(short_name(name), time, name) for name, time, _ in tables.sessions],
        "environments": [_series_text(series) for series in tables.environments],
        "words": list(tables.words),
        "states": list(STATES),
        "pairs": pairs,
    }


class _Tables:
    """Names and their numbers: a session is in the points of every pair."""

    def __init__(self) -> None:
        self.sessions: dict[tuple[str, str, str], int] = {}
        self.environments: dict[SeriesKey, int] = {}
        self.told: list[Environment] = []
        self.words: dict[str, int] = {}

    def row(self, point: Point) -> tuple[Any, ...]:
        """Return a point with numbers in place of names."""
        session = (point.session, f"{point.time:%Y-%m-%dT%H:%MZ}", point.full_name)
        words = ", ".join(point.verdicts)
        state = "flagged" if point.flagged else "ok" if point.accepted is None else "accepted"
        return (
            _number(self.sessions, session),
            self._environment(point),
            None if point.seconds is None else round(point.seconds, 4),
            None if point.accuracy is None else round(point.accuracy, 4),
            _number(self.words, words),
            STATES.index(state),
        )

    def _environment(self, point: Point) -> int:
        if point.series not in self.environments:
            self.told.append(point.environment)
        return _number(self.environments, point.series)


def _kept(points: Sequence[Point], own: SeriesKey) -> Sequence[Point]:
    """Return the newest points, up to half of them the page's own series' before all others."""
    if len(points) <= MOST_POINTS:
        return points
    mine = [n for n, point in enumerate(points) if point.series == own][-OWN_POINTS:]
    others = sorted({*range(len(points))}.difference(mine))[len(mine) - MOST_POINTS :]
    return [points[n] for n in sorted([*mine, *others])]


def _told_apart(environments: Sequence[Environment]) -> list[str]:
    """Return what each environment has that others have not, by which a reader finds it."""
    telling = [name for name in FIELDS if len({getattr(e, name) for e in environments}) > 1]
    return [
        ", ".join(f"{name} {getattr(e, name)}" for name in telling if getattr(e, name) is not None)
        for e in environments
    ]


def _number(numbers: dict[Any, int], name: Any) -> int:
    return numbers.setdefault(name, len(numbers))


def _series_text(series: SeriesKey) -> str:
    return f"{series.protocol} protocol, {series.environment}"
