"""How lines and tables are laid out for an 80-column terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tabulate import tabulate

__all__ = [
    "changes_text",
    "filled",
    "item_or_line",
    "items_or_lines",
    "markdown_text",
    "ratio_text",
    "share_text",
    "short_name",
    "signed_text",
    "table",
]

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


def item_or_line(text: str, markdown: bool, item: bool = False) -> str:
    """Break a text for the terminal; in Markdown leave it whole, and mark an item of a list."""
    if markdown:
        return f"- {markdown_text(text)}" if item else markdown_text(text)
    return filled(text, indent="  ")


def items_or_lines(texts: Iterable[str], markdown: bool) -> str:
    """Return texts each broken for the terminal, or the items of a list in Markdown."""
    return "\n".join(item_or_line(text, markdown, item=True) for text in texts)


def table(
    headers: Sequence[str],
    rows: Iterable[Sequence[str]],
    align: Sequence[str],
    markdown: bool = False,
) -> str:
    """Return a table, without rules on the terminal; `align` has "left" or "right" a column."""
    if markdown:
        cells = [[markdown_text(cell) for cell in row] for row in rows]
        names = [markdown_text(header) for header in headers]
        return tabulate(cells, names, "github", colalign=align, disable_numparse=True)
    # The headers go in as a row: as headers they would be padded beyond 80 columns.
    return tabulate([headers, *rows], tablefmt="plain", colalign=align, disable_numparse=True)


def changes_text(changes: Mapping[str, tuple[Any, Any]]) -> str:
    """Return every field that differs, with both values, such as "keras 3.14.0 -> 3.15.1"."""
    return ", ".join(
        f"{name} {' -> '.join('none' if value is None else str(value) for value in values)}"
        for name, values in changes.items()
    )


def ratio_text(value: float) -> str:
    """Return three digits, so that columns stay narrow; more only from 1000 to a million."""
    if value >= 1e6:
        return f"{value:.3g}"
    decimals = 2 if value < 9.995 else 1 if value < 99.95 else 0
    return f"{value:.{decimals}f}"


def signed_text(change: float) -> str:
    """Return a change of accuracy with its sign and four digits."""
    return f"{round(change, 4) + 0.0:+.4f}"  # the sum makes -0.0 a plain 0.0


def share_text(share: float, digits: int = 4) -> str:
    """Return a share from 0 to 1 without the 0 before its point, such as ".8180"."""
    return f"{share:.{digits}f}".removeprefix("0")


def short_name(session: str) -> str:
    """Return the number with which pytest-benchmark begins a session's name, else the name."""
    number = session.partition("_")[0]
    return number if number.isdecimal() else session


def markdown_text(text: str) -> str:
    """Return a text that Markdown shows letter by letter, whatever a stored file put into it."""
    return re.sub(r"([\\`*_{}\[\]<#|~&$])", r"\\\1", text)
