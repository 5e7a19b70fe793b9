"""The figure of all pairs' times over the stored sessions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from string import ascii_uppercase
from textwrap import fill

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from lowprec.report.figures import grid, models_of, schemes_of
from lowprec.report.style import look
from lowprec.selection import Selection
from lowprec.sessions import Pair
from lowprec.timeline import Point

__all__ = ["histories"]


def histories(selection: Selection, lines: Mapping[Pair, Sequence[Point]]) -> Figure:
    """Draw the seconds of every pair over all sessions of the protocol, an axis a pair.

    Sessions stand by environment, then by time; dotted lines part the environments, which are named
    by letters below. A red ring is a flagged point, a grey square an accepted one.
    """
    models, schemes = models_of(selection), schemes_of(selection)
    points = [p for one in lines.values() for p in one if p.protocol == selection.protocol]
    places = _places(points)
    environments = dict.fromkeys(p.key for p in sorted(points, key=lambda p: places[p.session]))
    letters = dict(zip(environments, ascii_uppercase * 9, strict=False))
    names = ", ".join(f"{letter} {key}" for key, letter in letters.items())
    figure, axes = grid(
        (len(models), len(schemes)),
        height=1.2 + 1.6 * len(models),
        source=f"{selection.protocol} protocol, {len(places)} sessions\n{fill(names, 150)}",
    )
    for row, model in zip(axes, models, strict=True):
        for axis, scheme in zip(row, schemes, strict=True):
            mine = [p for p in lines.get((model, scheme), ()) if p.session in places]
            mine.sort(key=lambda p: places[p.session])
            if mine:
                _history(axis, scheme, mine, places)
                _part(axis, points, places, letters)
            else:
                axis.set_axis_off()
            axis.set_title(f"{model} {scheme}", pad=14)
        row[0].set_ylabel("seconds")
    figure.suptitle("Seconds by session; red ring: flagged; square: accepted")
    return figure


def _places(points: Sequence[Point]) -> dict[str, int]:
    """Return where each session stands: by environment, as these came first, then by time."""
    first: dict[str, datetime] = {}
    for point in points:
        first[point.key] = min(point.time, first.get(point.key, point.time))
    ordered = sorted({(first[p.key], p.key, p.time, p.session) for p in points})
    return {session: place for place, (*_, session) in enumerate(ordered, start=1)}


def _history(axis: Axes, scheme: str, points: Sequence[Point], places: Mapping[str, int]) -> None:
    timed = [(places[p.session], p.seconds, p) for p in points if p.seconds is not None]
    x, y = [at for at, _, _ in timed], [seconds for _, seconds, _ in timed]
    axis.plot(x, y, look(scheme).marker, color=look(scheme).colour, ms=4)
    _ring(axis, [t[:2] for t in timed if t[2].flagged], marker="o", colour="#c00000", width=1.5)
    _ring(axis, [t[:2] for t in timed if t[2].accepted], marker="s", colour="#666666", width=1.0)
    axis.set_yscale("log")
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
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
    axis: Axes, points: Sequence[Point], places: Mapping[str, int], letters: Mapping[str, str]
) -> None:
    """Draw a line between environments, and write their letters above."""
    axis.set_xlim(0.5, len(places) + 0.5)
    for key, letter in letters.items():
        mine = [places[p.session] for p in points if p.key == key]
        axis.axvline(max(mine) + 0.5, color="#888888", ls=":", lw=0.8, zorder=0)
        middle = (min(mine) + max(mine)) / 2
        axis.text(
            middle, 1.02, letter, transform=axis.get_xaxis_transform(), ha="center", fontsize=7
        )
