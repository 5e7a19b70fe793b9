"""The figure of all pairs' times over the stored sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from string import ascii_uppercase
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from lowprec.record.session import SeriesKey
from lowprec.report.figures import pair_grid
from lowprec.report.selection import Selection
from lowprec.report.style import left_out_text, style_of
from lowprec.report.timeline import MOST_POINTS, Point
from lowprec.rows.matrix import Pair
from lowprec.wording import counted

__all__ = ["histories"]

MOST_ENVIRONMENTS = 8
"""More than these have no room for their letters above, nor for their names below."""


def histories(selection: Selection, lines: Mapping[Pair, Sequence[Point]]) -> Figure:
    """Draw the seconds of every pair over all sessions of the protocol, an axis a pair.

    Sessions stand by environment, then by time; dotted lines part the environments, which are named
    by letters below. A red ring is a flagged point, a grey square an accepted one. Of a long
    history the newest `MOST_POINTS` of each pair are drawn, and of many environments that of the
    selection and those of the newest sessions.
    """
    selection = selection.drawn()
    shown, others = _environments(selection, lines)
    lines = {
        pair: [point for point in line if point.series in shown][-MOST_POINTS:]
        for pair, line in lines.items()
    }
    points = [point for line in lines.values() for point in line]
    ranks = _ranks(points)
    ordered = sorted(points, key=lambda point: ranks[point.full_name])
    environments = dict.fromkeys(point.series.environment for point in ordered)
    letters = dict(zip(environments, ascii_uppercase, strict=False))
    listed = ", ".join(f"{letter} {key}" for key, letter in letters.items())
    names = fill(listed, 150, break_on_hyphens=False)
    source = f"{selection.protocol} protocol, {counted(len(ranks), 'session')}\n{names}"
    if others:
        source += f"\nand {counted(others, 'environment')} more, which the page has"
    source += left_out_text(selection)
    figure, axes = pair_grid(selection, 1.2, source)
    first_scheme = next(iter(axes)).scheme
    for pair, axis in axes.items():
        mine = sorted(lines.get(pair, ()), key=lambda point: ranks[point.full_name])
        if mine:
            _history(axis, pair.scheme, mine, ranks)
            _part(axis, points, ranks, letters)
        else:
            axis.set_axis_off()
        axis.set_title(str(pair), pad=14)
        if pair.scheme == first_scheme:
            axis.set_ylabel("seconds")
    figure.suptitle("Seconds by session; red ring: flagged; square: accepted")
    return figure


def _environments(
    selection: Selection, lines: Mapping[Pair, Sequence[Point]]
) -> tuple[set[SeriesKey], int]:
    """Return the series of the protocol that are drawn, and how many others there are."""
    points = [
        point
        for line in lines.values()
        for point in line
        if point.series.protocol == selection.protocol
    ]
    # The selection's own environment last, and so is the newest of a series.
    points.sort(key=lambda point: (point.environment == selection.environment, point.time))
    newest_first = list(dict.fromkeys(point.series for point in reversed(points)))
    return set(newest_first[:MOST_ENVIRONMENTS]), len(newest_first[MOST_ENVIRONMENTS:])


def _ranks(points: Sequence[Point]) -> dict[str, int]:
    """Return where each session stands: by environment, as these came first, then by time."""
    first: dict[str, datetime] = {}
    for point in points:
        key = point.series.environment
        first[key] = min(point.time, first.get(key, point.time))
    sessions = {(p.series.environment, p.time, p.full_name) for p in points}
    ordered = sorted((first[key], key, time, session) for key, time, session in sessions)
    return {session: rank for rank, (*_, session) in enumerate(ordered, start=1)}


def _history(axis: Axes, scheme: str, points: Sequence[Point], ranks: Mapping[str, int]) -> None:
    timed = [(ranks[p.full_name], p.seconds, p) for p in points if p.seconds is not None]
    x, y, style = [at for at, _, _ in timed], [s for _, s, _ in timed], style_of(scheme)
    axis.plot(x, y, style.marker, color=style.colour, ms=4)
    _ring(axis, [t[:2] for t in timed if t[2].flagged], marker="o", colour="#c00000", width=1.5)
    _ring(axis, [t[:2] for t in timed if t[2].accepted], marker="s", colour="#666666", width=1.0)
    axis.set_yscale("log")
    low, high = axis.get_ylim()
    narrow = high < 2 * low  # there one tick of a logarithmic locator may be all
    locator = MaxNLocator(5) if narrow else LogLocator(subs=(1, 1.5, 2, 3, 5, 7))
    axis.yaxis.set_major_locator(locator)
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.yaxis.set_minor_locator(NullLocator())
    axis.tick_params(axis="y", labelsize=7)
    axis.set_xticks([])


def _ring(
    axis: Axes, points: Sequence[tuple[int, float]], marker: str, colour: str, width: float
) -> None:
    x, y = [at for at, _ in points], [seconds for _, seconds in points]
    axis.plot(x, y, marker, mfc="none", mec=colour, mew=width, ms=10)


def _part(
    axis: Axes, points: Sequence[Point], ranks: Mapping[str, int], letters: Mapping[str, str]
) -> None:
    """Draw a line between environments, and write their letters above."""
    axis.set_xlim(0.5, len(ranks) + 0.5)
    for key, letter in letters.items():
        mine = [ranks[p.full_name] for p in points if p.series.environment == key]
        axis.axvline(max(mine) + 0.5, color="#888888", ls=":", lw=0.8, zorder=0)
        middle = (min(mine) + max(mine)) / 2
        axis.text(
            middle, 1.02, letter, transform=axis.get_xaxis_transform(), ha="center", fontsize=7
        )
