"""Text of others, such as names of a stored file, where it must stay text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lowprec.wording import printable

__all__ = ["cell_text", "code_span", "fenced"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell of a formula begins with; some programs take the wide forms likewise."""

LONGEST_LINE = 300
"""Characters of a quoted line; more tell no reader anything."""


def cell_text(text: str) -> str:
    """Return a text that a spreadsheet shows: after an apostrophe what it would take for a formula.

    As OWASP advises ("CSV injection"); it may begin with a tab or a line break, too.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def code_span(text: str) -> str:
    """Return a text as code in a line of Markdown: there no mark-up, mention or link is read."""
    shown = printable(text) or " "
    ticks = "`" * (_longest_run(shown) + 1)
    # Else a tick at an end of the text would count as one around it.
    space = " " if "`" in shown else ""
    return f"{ticks}{space}{shown}{space}{ticks}"


def fenced(lines: Iterable[str]) -> str:
    """Return lines as a block of code in Markdown, which none of them can end."""
    shown = [_cut(printable(line.replace("\t", "    "))) for line in lines]
    fence = "`" * max(3, _longest_run("\n".join(shown)) + 1)
    return "\n".join([f"{fence}text", *shown, fence])


def _longest_run(text: str) -> int:
    """Return how many backticks stand side by side at most."""
    return max(map(len, re.findall("`+", text)), default=0)


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ..."
