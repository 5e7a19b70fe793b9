"""The `lowprec` command: arguments in, exit code out."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from importlib import metadata
from io import TextIOWrapper

from lowprec.commands import COMMANDS, FAILED, GROUPS
from lowprec.commands.command import Result
from lowprec.errors import LowprecError

__all__ = ["main"]


def _version() -> str:
    try:
        return metadata.version("lowprec")
    except metadata.PackageNotFoundError:
        return "unknown (not installed)"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "lowprec",
        description="Regression suite for low-precision training with TensorFlow and Keras.",
        epilog="Exit codes: 0 nothing to report, 1 something flagged, 2 could not judge.",
    )
    parser.add_argument("--version", action="version", version=f"lowprec {_version()}")
    top = parser.add_subparsers(required=True, metavar="COMMAND")
    groups = {
        name: top.add_parser(name, help=text, description=text).add_subparsers(
            required=True, metavar="COMMAND"
        )
        for name, text in GROUPS.items()
    }
    for command in COMMANDS:
        *group, word = command.words
        parent = groups[group[0]] if group else top
        subparser = parent.add_parser(word, help=command.help, description=command.help)
        command.add_options(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `lowprec` with these arguments, or those of the process, and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal may lack a letter of a reason or a path
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        result: Result = options.run(options)
        for line in result.lines:
            print(line, flush=True)
    except LowprecError as error:
        print(f"lowprec: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read the output, `head` say, has gone; at exit Python would flush into the void.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    # Python's own exit code for a crash is 1, which would say that something was flagged.
    except Exception:
        traceback.print_exc()
        return FAILED
    return result.exit_code
