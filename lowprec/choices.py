"""How options are read from the command line, of pytest and of `lowprec` alike."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from lowprec.wording import did_you_mean

__all__ = [
    "DEFAULT_SEED",
    "FIRST_CALIBRATION_SEED",
    "MAX_SEED",
    "MIN_SEEDS",
    "file_or_folder",
    "integer",
    "names_in",
    "something",
]

DEFAULT_SEED = 12
"""The paper's."""

MAX_SEED = 2**31

FIRST_CALIBRATION_SEED = 1000
"""Far from those that sessions use: a row is to be tried on seeds that it was not made from."""

MIN_SEEDS = 8
"""Fewer seeds say too little of the spread to draw a band from it."""


def names_in(
    table: Mapping[str, object], sets: Mapping[str, tuple[str, ...]] = MappingProxyType({})
) -> Callable[[str], tuple[str, ...]]:
    """Return a parser of comma-separated names, each of which must be in `table`.

    Args:
        table: what they are names of.
        sets: names that stand for several of these.
    """

    def parse(text: str) -> tuple[str, ...]:
        given = [name.strip() for name in text.split(",")]
        for name in given:
            if name not in table and name not in sets:
                known = [*table, *sets]
                raise argparse.ArgumentTypeError(
                    f"unknown name {name!r}, expected some of {', '.join(known)}"
                    f"{did_you_mean(name, known)}"
                )
        return tuple(dict.fromkeys(one for name in given for one in sets.get(name, (name,))))

    return parse


def integer(low: int, high: int) -> Callable[[str], int]:
    """Return a parser of whole numbers from `low` to `high`."""

    def parse(text: str) -> int:
        if text.isascii() and text.isdigit() and low <= int(text) <= high:
            return int(text)
        raise argparse.ArgumentTypeError(f"got {text!r}, expected an integer from {low} to {high}")

    return parse


def something(text: str) -> str:
    """Return a text that is not empty; one is rather a variable that is not set than meant."""
    if not text:
        raise argparse.ArgumentTypeError("got nothing, expected a value; is a variable not set?")
    return text


def file_or_folder(text: str) -> Path:
    """Return the path of a text that is not empty; that of an empty one is the working folder."""
    return Path(something(text))
