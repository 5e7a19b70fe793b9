"""`lowprec nightly`: one night: the suite, its history, verdicts, a report.

Options that it does not know go to pytest. Exit codes: 0 nothing to report, 1 a pair failed or is
flagged, 2 something could not be done. A pair without a baseline yet is told and fails nothing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lowprec.choices import file_or_folder, something
from lowprec.commands.command import Command, Result, show_all_letters
from lowprec.errors import UsageError

if TYPE_CHECKING:
    from lowprec.nightly.histories import NightHistory

__all__ = ["NIGHTLY", "main"]

REMOTE, BRANCH = "origin", "lowprec-history"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a night with these arguments, or those of the process, and return the exit code."""
    show_all_letters()
    parser = argparse.ArgumentParser(
        prog="python -m lowprec.commands.nightly", description=__doc__, allow_abbrev=False
    )
    _options(parser)
    try:
        return _night(*parser.parse_known_args(arguments))
    except UsageError as error:
        parser.error(str(error))


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remote", type=something, help=f"Git remote of the history ({REMOTE})")
    parser.add_argument("--branch", type=something, help=f"branch of the history ({BRANCH})")
    parser.add_argument(
        "--storage",
        metavar="DIR",
        help="in place of a branch: a folder, or s3://, gs:// or az://BUCKET/FOLDER",
    )
    parser.add_argument(
        "--tests",
        type=something,
        default="benchmarks/",
        metavar="DIR",
        help="tests to run (benchmarks/)",
    )
    parser.add_argument(
        "--out",
        type=file_or_folder,
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

    return night(_history(options), options.out, options.tests, for_pytest)


def _history(options: argparse.Namespace) -> NightHistory:
    from lowprec.history.branch import HistoryBranch
    from lowprec.nightly.histories import OnBranch, Shared

    if options.storage is None:
        remote, branch = options.remote or REMOTE, options.branch or BRANCH
        return OnBranch(HistoryBranch(Path.cwd(), remote, branch))
    if options.remote is not None or options.branch is not None:
        raise UsageError("--storage: a history is there or on a --branch of a --remote, not both")
    return Shared(options.storage)


def _run(options: argparse.Namespace) -> Result:
    return Result([], _night(options, options.for_pytest))


NIGHTLY = Command(
    ("nightly",),
    "run the suite, keep its history on a branch or in a store, judge it and write a report",
    _run,
    _command_options,
)


if __name__ == "__main__":
    sys.exit(main())
