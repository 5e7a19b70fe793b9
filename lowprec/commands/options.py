"""Options that several subcommands share, and the storage that one of them names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lowprec.history.index import Summaries
    from lowprec.history.storage import Storage

__all__ = [
    "format_option",
    "session_option",
    "storage_from",
    "storage_option",
    "stored",
    "warn_unreadable",
]


def storage_option(parser: argparse.ArgumentParser) -> None:
    """Add --storage."""
    parser.add_argument(
        "--storage",
        default=".benchmarks",
        metavar="DIR",
        help="stored sessions, what pytest-benchmark's --benchmark-storage takes: a folder, or "
        "elasticsearch+http[s]://HOST/INDEX (default: .benchmarks)",
    )


def format_option(parser: argparse.ArgumentParser) -> None:
    """Add --format."""
    parser.add_argument("--format", choices=("table", "markdown", "json"), default="table")


def session_option(parser: argparse.ArgumentParser, which: str = "the session") -> None:
    """Add --session."""
    parser.add_argument(
        "--session",
        metavar="ID",
        help=f"name of {which}, or a start of it that no other has (default: the newest)",
    )


def storage_from(options: argparse.Namespace) -> Storage:
    """Return the storage that --storage names.

    Raises:
        UsageError: it names none.
        HistoryError: it cannot be reached.
    """
    from lowprec.history.storage import open_storage

    return open_storage(options.storage)


def stored(storage: Storage) -> Summaries:
    """Return what is judged of a storage, which must hold a session; tell what is unreadable.

    Raises:
        HistoryError: it does not.
    """
    from lowprec.record.summary import no_sessions

    summaries = storage.summaries()
    warn_unreadable(summaries.unreadable)
    if not summaries.sessions:
        raise no_sessions(storage)
    return summaries


def warn_unreadable(unreadable: Iterable[str]) -> None:
    """Tell on standard error what could not be read."""
    for line in unreadable:
        print(f"lowprec: {line}", file=sys.stderr)
