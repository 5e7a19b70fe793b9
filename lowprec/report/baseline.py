"""What pairs still lack to be judged by earlier sessions."""

from __future__ import annotations

from collections.abc import Collection

from lowprec.judging.noise import MIN_BASELINE
from lowprec.rows.matrix import Pair
from lowprec.rows.models import MODELS

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
    count, runs = len(pairs), MIN_BASELINE - earlier + (not stored)
    where = "benchmarks/ " if all(pair.model in MODELS for pair in pairs) else ""
    return (
        f"{count} pair{'' if count == 1 else 's'} {'skipped' if skipped else 'not judged'}: no "
        f"baseline yet. Run `pytest {where}--benchmark-autosave` {runs} more "
        f"time{'' if runs == 1 else 's'}; the last is judged by the {MIN_BASELINE} before it."
    )
