"""How lines and tables are laid out for an 80-column terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from tabulate import tabulate

__all__ = ["filled", "plain_table"]

WIDTH = 80


def filled(text: str, indent: str = "") -> str:
    """Break a text into lines, without breaking paths, names or numbers.

    Args:
        text: a paragraph.
        indent: what the lines after the first begin with.
    """
    return textwrap.fill(
        text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def plain_table(headers: Sequence[str], rows: Iterable[Sequence[str]], align: Sequence[str]) -> str:
    """Return a table without rules; `align` has "left" or "right" for each column."""
    # The headers go in as a row: as headers they would be padded beyond 80 columns.
    table: str = tabulate([headers, *rows], tablefmt="plain", colalign=align, disable_numparse=True)
    return table
