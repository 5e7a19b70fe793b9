"""What pairs still lack to be judged by earlier sessions."""

from __future__ import annotations

from collections.abc import Collection

from lowprec.judging.noise import MIN_BASELINE
from lowprec.rows.matrix import Pair
from lowprec.rows.models import MODELS
from lowprec.wording import counted

__all__ = ["baseline_line"]


def baseline_line(
    pairs: Collection[Pair], earlier: int, stored: bool = True, skipped: bool = False
) -> str:
    """Return how many more sessions pairs need until one is judged, and the command for them.

    Args:
        pairs: that have no baseline.
        earlier: how many sessions before this one count, fewer than `MIN_BASELINE`.
        stored: whether this session will count, too.
        skipped: whether their tests were skipped for it.
    """
    runs = MIN_BASELINE - earlier + (not stored)
    where = "benchmarks/ " if all(pair.model in MODELS for pair in pairs) else ""
    return (
        f"{counted(len(pairs), 'pair')} {'skipped' if skipped else 'not judged'}: no baseline "
        f"yet. Run `pytest {where}--benchmark-autosave` {counted(runs, 'more time')}; the last is "
        f"judged by the {MIN_BASELINE} before it."
    )
