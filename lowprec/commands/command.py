"""What a subcommand is, what it returns, and its exit codes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import TextIOWrapper

__all__ = ["FAILED", "FLAGGED", "OK", "Command", "Result", "exit_code", "show_all_letters"]

OK = 0
FLAGGED = 1
FAILED = 2


@dataclass(frozen=True)
class Result:
    """What a command has to say, and how it ends.

    Attributes:
        lines: what it prints. They may come one by one while it works, and end in an error.
        exit_code: `OK`, `FLAGGED` or `FAILED`.
    """

    lines: Iterable[str]
    exit_code: int = OK


@dataclass(frozen=True)
class Command:
    """A subcommand.

    Attributes:
        words: what is typed after `lowprec`: one word, or a group of `GROUPS` and a word.
        help: one line for the list of commands.
        run: carries it out.
        add_options: declares its options and arguments.
    """

    words: tuple[str, ...]
    help: str
    run: Callable[[argparse.Namespace], Result]
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None


def exit_code(flagged: bool, judged: bool) -> int:
    """Return the exit code of a judgement: a flag comes first, and not judged is no pass."""
    return FLAGGED if flagged else OK if judged else FAILED


def show_all_letters() -> None:
    """Let what is printed have any letter: a terminal may lack one of a reason or a path."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
