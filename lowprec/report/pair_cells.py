"""What a table says of a pair in numbers: the summary's, and the page's."""

from __future__ import annotations

from typing import NamedTuple

from lowprec.judging.slowdown import TimeVerdict
from lowprec.judging.verdict import PairVerdict
from lowprec.record.summary import PairSummary
from lowprec.report.text import ratio_text, share_text

__all__ = ["PairCells", "pair_cells", "time_ratio"]


class PairCells(NamedTuple):
    """Texts of a pair's cells.

    Attributes:
        seconds: of the training.
        time, cpu, start: ratio to the baseline's seconds, processors' time and start.
        sees: smallest slowdown of that pair alone that is usually flagged.
        result: accuracy; the outcome where it did not learn.
    """

    seconds: str
    time: str
    cpu: str
    start: str
    sees: str
    result: str


def pair_cells(pair: PairVerdict, stored: PairSummary | None) -> PairCells:
    """Return the cells of a pair; `stored` is None where it was not trained."""
    return PairCells(
        seconds=_ratio(stored.seconds if stored else None),
        time=_ratio(time_ratio(pair.timing)),
        cpu=_ratio(time_ratio(pair.work)),
        start=_ratio(time_ratio(pair.startup)),
        sees=_ratio(pair.smallest),
        result=_result(stored),
    )


def time_ratio(timing: TimeVerdict | None) -> float | None:
    """Return the ratio to the baseline; None without one, and where a clock is not judged."""
    return timing.ratio if timing else None


def _result(stored: PairSummary | None) -> str:
    if stored is None:
        return "-"
    return stored.outcome if stored.accuracy is None else share_text(stored.accuracy)


def _ratio(ratio: float | None) -> str:
    return "-" if ratio is None else ratio_text(ratio)
