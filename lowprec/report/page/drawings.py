"""Small drawings of the page: lines and marks in the coordinates of an SVG of fixed size. Pure.

A browser scales them, and the page's style sheet colours them, for light and for dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lowprec.judging.verdict import PairVerdict
from lowprec.record.stored_pair import StoredPair
from lowprec.report.trend import trend_of

__all__ = ["Drawing", "Line", "Mark", "losses_drawing", "trend_drawing"]

MARGIN = 5
"""Room for the marks at the edges."""


@dataclass(frozen=True)
class Line:
    """A line through points; `points` as an SVG's polyline takes them, `kind` for the style."""

    points: str
    kind: str


@dataclass(frozen=True)
class Mark:
    """A mark at a point; `kind` for the style."""

    x: float
    y: float
    kind: str


@dataclass(frozen=True)
class Drawing:
    """What is drawn, in an SVG of this size.

    Attributes:
        width, height: of the SVG's view box.
        lines, marks: in the order in which they are drawn.
        ends: what the lower and the upper edge stand for; None where they stand for nothing.
    """

    width: int
    height: int
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    ends: tuple[float, float] | None


@dataclass(frozen=True)
class _Scale:
    """From values to the coordinates of a drawing; y grows downwards in an SVG."""

    width: int
    height: int
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    def x(self, value: float) -> float:
        return MARGIN + _share(value, self.x_range) * (self.width - 2 * MARGIN)

    def y(self, value: float) -> float:
        return MARGIN + (1 - _share(value, self.y_range)) * (self.height - 2 * MARGIN)

    def line(self, points: Iterable[tuple[float, float]], kind: str) -> Line:
        return Line(" ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points), kind)

    def mark(self, x: float, y: float, kind: str) -> Mark:
        return Mark(round(self.x(x), 1), round(self.y(y), 1), kind)


def _share(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    # Halves: the difference of two numbers may be too large for one.
    return 0.5 if low == high else (value / 2 - low / 2) / (high / 2 - low / 2 or 1.0)


TREND_SIZE = (150, 34)

TREND_RANGE = (math.log(0.8), math.log(1.25))
"""Ratios to the baseline that a trend shows at least, so that noise does not look like a change."""


def trend_drawing(pair: PairVerdict, state: str) -> Drawing | None:
    """Return a line of a pair's newest seconds, this session marked; None where none was timed.

    Seconds are relative to the baseline, which is a line of its own, or to their median.
    """
    trend = trend_of(pair)
    if trend is None:
        return None
    ratios = [math.log(ratio) for ratio in trend.ratios]
    last = len(ratios) - 1
    low, high = min(TREND_RANGE[0], *ratios), max(TREND_RANGE[1], *ratios)
    scale = _Scale(*TREND_SIZE, (0, max(last, 1)), (low, high))
    lines = [scale.line([(0, 0.0), (max(last, 1), 0.0)], "usual")] if trend.to_baseline else []
    lines.append(scale.line(enumerate(ratios), "trend"))
    mark = scale.mark(last, ratios[last], state)
    return Drawing(*TREND_SIZE, tuple(lines), (mark,), (math.exp(low), math.exp(high)))


LOSSES_SIZE = (240, 110)


def losses_drawing(stored: StoredPair, before: StoredPair | None = None) -> Drawing | None:
    """Return the training loss of every epoch, a line a round; None where no epoch has one.

    Args:
        stored: whose rounds are drawn; a cross is the first epoch whose loss is not finite.
        before: whose rounds are drawn below them.
    """
    sides = [(before, "before"), (stored, "loss")] if before else [(stored, "loss")]
    rounds = [(one, kind) for side, kind in sides for one in side.rounds]
    finite = [loss for one, _ in rounds for loss in one.loss if loss is not None]
    epochs = max((len(one.loss) for one, _ in rounds), default=0)
    if not epochs or not (finite or any(one.epoch for one, _ in rounds)):
        return None
    ends = (min(finite), max(finite)) if finite else (0.0, 1.0)
    scale = _Scale(*LOSSES_SIZE, (1, max(epochs, 2)), ends)
    lines = [scale.line(_finite(one.loss), kind) for one, kind in rounds if any(_finite(one.loss))]
    marks = []
    for one, kind in rounds:
        known = _finite(one.loss)
        if one.epoch is not None:
            marks.append(scale.mark(one.epoch, known[-1][1] if known else sum(ends) / 2, "lost"))
        elif len(known) == 1:  # a line of one point is not seen
            marks.append(scale.mark(*known[0], kind))
    return Drawing(*LOSSES_SIZE, tuple(lines), tuple(marks), ends if finite else None)


def _finite(losses: Sequence[float | None]) -> list[tuple[int, float]]:
    return [(epoch, loss) for epoch, loss in enumerate(losses, start=1) if loss is not None]
