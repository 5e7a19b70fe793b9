"""A line about a long run, with as much as a terminal has room for: a broken line would stay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from rich.progress_bar import ProgressBar
from rich.table import Table

__all__ = ["fitted_line"]

BAR_WIDTH = 20


def fitted_line(
    texts: Iterable[str], left_s: float | None, done: int, total: int, width: int
) -> Table:
    """Return a text, a bar of what is done, and the time left.

    Args:
        texts: from the longest to the shortest; the first is taken for which there is room.
        left_s: seconds; None where nobody knows.
        done: of what the bar shows.
        total: likewise.
        width: columns.
    """
    left = [] if left_s is None else [f"{timedelta(seconds=round(left_s))} left"]
    lines = (*([text, *left] for text in texts), left, [])
    cells = next(cells for cells in lines if len(" ".join(cells)) <= width)
    bar = [ProgressBar(total, done, BAR_WIDTH)]
    if len(" ".join(cells)) + 1 + BAR_WIDTH > width:
        bar.clear()
    line = Table.grid(padding=(0, 1))
    for _ in (*cells, *bar):
        line.add_column(no_wrap=True)
    line.add_row(*cells[:1], *bar, *cells[1:])
    return line
