"""How messages word what they are about: counts, names that may have been meant, quoted text."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["counted", "did_you_mean", "nearest", "printable"]


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 pair", "3 pairs"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the name that is most like another, upper and lower case alike; None for none."""
    by_folded = {each.casefold(): each for each in names}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[close[0]] if close else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return the end of a message on an unknown name: "; did you mean 'NN-I'?", or nothing."""
    meant = nearest(name, names)
    return f"; did you mean {meant!r}?" if meant else ""


def printable(text: str) -> str:
    """Return a text on one line, with an escape for each character that is not to be seen."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)
