"""Options that several subcommands share, and the storage that one of them names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lowprec.choices import something
from lowprec.commands.completion import completed_by, session_names

if TYPE_CHECKING:
    from lowprec.history.past import Past
    from lowprec.history.storage import Storage
    from lowprec.training.task import Task

__all__ = [
    "format_option",
    "pair_options",
    "session_option",
    "storage_from",
    "storage_option",
    "stored",
    "task_from",
    "tell",
]


def storage_option(parser: argparse.ArgumentParser) -> None:
    """Add --storage."""
    parser.add_argument(
        "--storage",
        default=".benchmarks",
        metavar="DIR",
        help="stored sessions, what --benchmark-storage takes: a folder, or s3://, gs:// or "
        "az://BUCKET/FOLDER (default: .benchmarks)",
    )


def format_option(parser: argparse.ArgumentParser) -> None:
    """Add --format."""
    parser.add_argument("--format", choices=("table", "markdown", "json"), default="table")


def pair_options(parser: argparse.ArgumentParser) -> None:
    """Add the names of one of the paper's pairs, and --protocol."""
    from lowprec.rows.models import MODELS
    from lowprec.rows.protocols import PROTOCOLS
    from lowprec.rows.schemes import SCHEMES

    parser.add_argument("model", choices=tuple(MODELS), metavar="MODEL", help=", ".join(MODELS))
    parser.add_argument("scheme", choices=tuple(SCHEMES), metavar="SCHEME", help=", ".join(SCHEMES))
    parser.add_argument("--protocol", choices=tuple(PROTOCOLS), default="quick")


def task_from(options: argparse.Namespace) -> Task:
    """Return the training that the names of `pair_options` stand for.

    Raises:
        DataError: its data set is missing or damaged.
    """
    from lowprec.data.inputs import check_inputs
    from lowprec.rows.models import MODELS
    from lowprec.rows.protocols import PROTOCOLS
    from lowprec.training.task import paper_task

    model, protocol = MODELS[options.model], PROTOCOLS[options.protocol]
    check_inputs(protocol, [model])
    return paper_task(model, protocol)


def session_option(
    parser: argparse.ArgumentParser, which: str = "the session"
) -> argparse._MutuallyExclusiveGroup:
    """Add SESSION and --session, of which one can be given, and return their group."""
    group = parser.add_mutually_exclusive_group()
    name = group.add_argument(
        "session",
        nargs="?",
        type=something,
        metavar="SESSION",
        default=argparse.SUPPRESS,  # or it would undo --session where it is left out
        help=f"name of {which}, or a start of it that no other has; FOLDER/NAME where two folders "
        "have it (default: the newest)",
    )
    option = group.add_argument(
        "--session", type=something, metavar="ID", help="the same as SESSION"
    )
    completed_by(name, session_names)
    completed_by(option, session_names)
    return group


def storage_from(options: argparse.Namespace) -> Storage:
    """Return the storage that --storage names.

    Raises:
        UsageError: it names none.
        HistoryError: it cannot be reached.
    """
    from lowprec.history.storage import open_storage

    return open_storage(options.storage)


def stored(storage: Storage) -> Past:
    """Return what a storage has to judge by, with a session at least; tell what is wrong with it.

    Raises:
        HistoryError: it has none, or cannot be read.
    """
    from lowprec.history.past import read_past
    from lowprec.record.summary import no_sessions

    past = read_past(storage)
    tell(past.faults + past.summaries.remarks)
    if not past.summaries.sessions:
        raise no_sessions(storage)
    return past


def tell(lines: Iterable[str]) -> None:
    """Tell on standard error what is beside the result."""
    for line in lines:
        print(f"lowprec: {line}", file=sys.stderr)
