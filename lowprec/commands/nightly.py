"""`lowprec nightly`: one night: the suite, its history on a branch, verdicts, a report.

Options that it does not know go to pytest. Exit codes: 0 nothing to report, 1 a pair failed or is
flagged, 2 something could not be done. A pair without a baseline yet is told and fails nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lowprec.commands.command import Command, Result, show_all_letters

__all__ = ["NIGHTLY", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a night with these arguments, or those of the process, and return the exit code."""
    show_all_letters()
    parser = argparse.ArgumentParser(
        prog="python -m lowprec.commands.nightly", description=__doc__, allow_abbrev=False
    )
    _options(parser)
    return _night(*parser.parse_known_args(arguments))


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remote", default="origin", help="Git remote of the history (origin)")
    parser.add_argument(
        "--branch", default="lowprec-history", help="branch of the history (lowprec-history)"
    )
    parser.add_argument(
        "--tests", default="benchmarks/", metavar="DIR", help="tests to run (benchmarks/)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("nightly"),
        metavar="DIR",
        help="folder of the summary and the report (nightly)",
    )


def _command_options(parser: argparse.ArgumentParser) -> None:
    _options(parser)
    parser.add_argument(
        "for_pytest", nargs="*", metavar="-- OPTION", help="options for pytest, after --"
    )


def _night(options: argparse.Namespace, for_pytest: Sequence[str]) -> int:
    from lowprec.commands.night import night
    from lowprec.history.branch import HistoryBranch

    branch = HistoryBranch(Path.cwd(), options.remote, options.branch)
    return night(branch, options.out, options.tests, for_pytest)


def _run(options: argparse.Namespace) -> Result:
    return Result([], _night(options, options.for_pytest))


NIGHTLY = Command(
    ("nightly",),
    "run the suite, keep its history on a branch, judge it and write a report",
    _run,
    _command_options,
)


if __name__ == "__main__":
    sys.exit(main())
