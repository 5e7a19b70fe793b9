"""A pair's newest seconds as a row of bars, which any terminal and any Markdown can show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median

from lowprec.judging.verdict import PairVerdict

__all__ = ["TREND_LEGEND", "Trend", "trend_of", "trend_text"]

BARS = "▁▂▃▄▅▆▇█"

MIDDLE = 3
"""The bar of what is usual: two are left for what is faster, and five for what is slower."""

NEWEST = 8
"""Sessions that have a bar."""

STEP = 1.1
"""Ratio from bar to bar: noise of a few percent is one height, so that a change stands out."""

TREND_LEGEND = (
    f"trend: the newest sessions' seconds, this one last; {BARS[MIDDLE]} is the baseline, "
    f"a step {STEP - 1:.0%}"
)


@dataclass(frozen=True)
class Trend:
    """A pair's newest seconds to what is usual, oldest first.

    Attributes:
        ratios: at least one, this session's last.
        to_baseline: whether they are to the baseline; to their median where there is none.
    """

    ratios: tuple[float, ...]
    to_baseline: bool


def trend_of(pair: PairVerdict) -> Trend | None:
    """Return the trend of a pair; None where nothing was timed."""
    timing = pair.timing or pair.work
    if timing is None or not timing.recent_s:
        return None
    usual_s = timing.baseline_s or median(timing.recent_s)
    return Trend(tuple(s / usual_s for s in timing.recent_s), timing.baseline_s is not None)


def trend_text(pair: PairVerdict) -> str:
    """Return a bar for each of the newest sessions, oldest first; "-" where nothing was timed."""
    trend = trend_of(pair)
    return "".join(map(_bar, trend.ratios[-NEWEST:])) if trend else "-"


def _bar(ratio: float) -> str:
    steps = round(math.log(ratio) / math.log(STEP))
    return BARS[min(max(MIDDLE + steps, 0), len(BARS) - 1)]
