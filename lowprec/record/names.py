"""Which names a session may have: they stand in tables, terminals, addresses and file names."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["LONGEST_NAME", "name_fault"]

LONGEST_NAME = 200
"""Letters; more fit no line of any table."""


def name_fault(what: str, names: Iterable[str]) -> str | None:
    """Return what is wrong with the first name that cannot be shown; None where all can.

    Line breaks, escape codes of terminals and marks that turn the direction of a text round cannot.
    What is mark-up somewhere, such as "|" or "<", can: it is escaped where it would be read.

    Args:
        what: they are names of, for the message.
        names: of one kind.
    """
    for name in names:
        if not name:
            return f"{what} is empty, expected a name"
        if not name.isprintable():
            return f"{what} {name[:LONGEST_NAME]!a} has letters that cannot be shown"
        if len(name) > LONGEST_NAME:
            start = name[:20]
            return f"{what} {start}... has {len(name)} letters, expected {LONGEST_NAME} at most"
    return None
