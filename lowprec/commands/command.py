"""What a subcommand is, and its exit codes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["FAILED", "FLAGGED", "OK", "Command"]

OK = 0
FLAGGED = 1
FAILED = 2


@dataclass(frozen=True)
class Command:
    """A subcommand.

    Attributes:
        words: what is typed after `lowprec`: one word, or a group of `GROUPS` and a word.
        help: one line for the list of commands.
        run: carries it out and returns the exit code: `OK`, `FLAGGED` or `FAILED`.
        add_options: declares its options and arguments.
    """

    words: tuple[str, ...]
    help: str
    run: Callable[[argparse.Namespace], int]
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None
