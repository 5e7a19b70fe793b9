"""A pair's newest seconds as a row of bars, which any terminal and any Markdown can show."""

from __future__ import annotations

import math
from statistics import median

from lowprec.judging.verdict import PairVerdict

__all__ = ["TREND_LEGEND", "trend_text"]

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


def trend_text(pair: PairVerdict) -> str:
    """Return a bar for each of the newest sessions, oldest first; "-" where nothing was timed.

    Heights are relative to the baseline, or to the median where there is none.
    """
    timing = pair.timing or pair.work
    if timing is None or not timing.recent_s:
        return "-"
    usual_s = timing.baseline_s or median(timing.recent_s)
    return "".join(_bar(seconds / usual_s) for seconds in timing.recent_s[-NEWEST:])


def _bar(ratio: float) -> str:
    steps = round(math.log(ratio) / math.log(STEP))
    return BARS[min(max(MIDDLE + steps, 0), len(BARS) - 1)]
