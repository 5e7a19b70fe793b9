"""The `lowprec` command: arguments in, exit code out."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import metadata
from typing import Any, NoReturn

from lowprec import __version__
from lowprec.commands import COMMANDS, FAILED, GROUPS
from lowprec.commands.command import Result, show_all_letters
from lowprec.commands.completion import complete
from lowprec.errors import LowprecError
from lowprec.masking import masked
from lowprec.wording import did_you_mean, printable

__all__ = ["main"]


VERSIONS_OF = ("tensorflow", "keras", "tf-keras")
"""Packages that a report of a fault should name; tf-keras is Keras 2 beside a newer TensorFlow."""


class _Parser(argparse.ArgumentParser):
    """Says what may have been meant where a name is none of the choices, commands included."""

    def error(self, message: str) -> NoReturn:
        """End with a message, which may quote any argument."""
        super().error(masked(message))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        # Of argparse itself, which has no public place for this before Python 3.14.
        choices = action.choices
        if choices is not None and value not in choices:
            names = [str(choice) for choice in choices]
            raise argparse.ArgumentError(
                action,
                f"unknown name {value!r}, expected one of {', '.join(names)}"
                f"{did_you_mean(str(value), names)}",
            )


class _ShowVersions(argparse.Action):
    """Prints the versions and ends, without importing TensorFlow.

    argparse's own action has its text made for every command.
    """

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        python = ".".join(map(str, sys.version_info[:3]))
        print(", ".join([f"lowprec {__version__}", f"Python {python}", *_installed()]))
        parser.exit()


def _installed() -> Iterator[str]:
    for package in VERSIONS_OF:
        with suppress(metadata.PackageNotFoundError):
            yield f"{package} {metadata.version(package)}"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        "lowprec",
        description="Regression suite for low-precision training with TensorFlow and Keras.",
        epilog="Exit codes: 0 nothing to report, 1 something flagged, 2 could not judge.",
    )
    parser.add_argument(
        "--version",
        action=_ShowVersions,
        nargs=0,
        help="show the versions of lowprec, Python, TensorFlow and Keras",
    )
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
    show_all_letters()
    parser = _parser()
    complete(parser)
    options = parser.parse_args(arguments)
    try:
        result: Result = options.run(options)
        for line in result.lines:
            print(line, flush=True)
    except LowprecError as error:
        # It may quote anything.
        text = "\n".join(map(printable, masked(str(error)).split("\n")))
        print(f"lowprec: {text}", file=sys.stderr)
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
