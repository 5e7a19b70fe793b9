"""One HTML page of a history: self-contained, without any request to a network."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.session import Measured, SeriesKey
from lowprec.record.summary import SessionSummary
from lowprec.report.pair_lines import pair_line, verdict_words
from lowprec.report.paper_tables import TABLES, any_published, table_lines, title_of
from lowprec.report.selection import Selection
from lowprec.report.style import style_of
from lowprec.report.text import signed_text
from lowprec.report.timeline import Point, shown_series
from lowprec.report.verdicts import ratio_cell, session_lines, time_ratio
from lowprec.rows.matrix import Pair

__all__ = ["page"]

FOLDER = Path(__file__).parent

MOST_POINTS = 500
"""Newest points of each pair that the page holds; more would make it slow to load."""


def page(
    last: SessionVerdict,
    selection: Selection,
    lines: Mapping[Pair, Sequence[Point]],
    figures: Mapping[str, bytes],
    unreadable: Sequence[str],
) -> str:
    """Return the page.

    Args:
        last: what is said of the session that comes first on the page.
        selection: what its tables are about.
        lines: every pair's times.
        figures: SVG by its caption.
        unreadable: what is wrong with files that should be sessions.
    """
    environment = Environment(
        loader=PackageLoader("lowprec.report", "page"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        last=last,
        verdicts=[_verdict_row(pair) for pair in _worst_first(last)],
        flagged=sum(pair.flagged for pair in last.pairs),
        unjudged=sum(not pair.judged for pair in last.pairs),
        remarks=session_lines(last),
        unreadable=unreadable,
        environment=selection.environment,
        tables=[(title_of(selection, kind), *table_lines(selection, kind)) for kind in TABLES],
        published=any_published(selection),
        figures=[(caption, _image(svg)) for caption, svg in figures.items()],
        history=_history(lines, _shown_first(last.session)),
        cut=MOST_POINTS if any(len(points) > MOST_POINTS for points in lines.values()) else None,
        css=Markup((FOLDER / "page.css").read_text(encoding="utf-8")),
        script=Markup((FOLDER / "page.js").read_text(encoding="utf-8")),
        plotly=Markup(get_plotlyjs()),
    )


def _worst_first(last: SessionVerdict) -> list[PairVerdict]:
    """Return the pairs, flagged ones first, then those that could not be judged."""
    return sorted(last.pairs, key=lambda pair: (not pair.flagged, pair.judged))


def _verdict_row(pair: PairVerdict) -> dict[str, str]:
    change = pair.accuracy_change
    return {
        "model": pair.pair.model,
        "scheme": pair.pair.scheme,
        "time": ratio_cell(time_ratio(pair.timing)),
        "cpu": ratio_cell(time_ratio(pair.work)),
        "sees": ratio_cell(pair.smallest),
        "start": ratio_cell(time_ratio(pair.startup)),
        "accuracy": signed_text(change.value) if change else "-",
        "outcome": pair.outcome or "-",
        "verdict": verdict_words(pair),
        "state": "flagged" if pair.flagged else "unjudged" if not pair.judged else "ok",
        "line": pair_line(pair) if pair.flagged or pair.accepted is not None else "",
    }


def _image(svg: bytes) -> str:
    """Return a figure as the text of an image's address."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg).decode()


def _shown_first(session: SessionSummary) -> SeriesKey:
    """Return the series that the plot begins with: that of the session's timed pairs."""
    ways: list[Measured] = [pair.measured for pair in session.pairs if pair.seconds]
    return shown_series(session.series, ways[0]) if ways else session.series


def _history(lines: Mapping[Pair, Sequence[Point]], first: SeriesKey) -> dict[str, Any]:
    """Return what the interactive plot needs; it begins with the series of the session."""
    return {
        "environment": _series_text(first),
        "pairs": [
            {
                "name": str(pair),
                "colour": style_of(pair.scheme).colour,
                "points": [_point(point) for point in points[-MOST_POINTS:]],
            }
            for pair, points in lines.items()
        ],
    }


def _series_text(series: SeriesKey) -> str:
    return f"{series.protocol} protocol, {series.environment}"


def _point(point: Point) -> dict[str, Any]:
    return {
        "session": point.session,
        "time": point.time.isoformat(),
        "environment": _series_text(point.series),
        "seconds": point.seconds,
        "accuracy": point.accuracy,
        "outcome": point.outcome,
        "verdict": ", ".join(point.verdicts),
        "state": "flagged" if point.flagged else "accepted" if point.accepted is not None else "ok",
    }
