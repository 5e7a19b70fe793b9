"""`lowprec compare`: environments of the stored history side by side."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from lowprec.commands.command import OK, Command, Result, exit_code
from lowprec.commands.options import (
    format_option,
    storage_from,
    storage_option,
    tell,
)
from lowprec.errors import HistoryError
from lowprec.wording import counted

if TYPE_CHECKING:
    from lowprec.history.index import Summaries
    from lowprec.history.storage import Storage

__all__ = ["COMPARE", "compare"]


def compare(storage: Storage, field: str, form: str, fail: bool = False) -> Result:
    """Compare the stored environments across one of their fields.

    Args:
        storage: the stored sessions.
        field: a field of `lowprec.record.environment.Environment`.
        form: "table", "markdown" or "json".
        fail: whether the exit code tells what got worse, and what could not be judged.

    Raises:
        HistoryError: there is nothing to compare.
    """
    from lowprec.judging.comparison import Comparison, compare_pairs
    from lowprec.judging.sides import matches
    from lowprec.report.comparison import comparison_json, comparison_text

    summaries = storage.summaries()
    tell(summaries.faults + summaries.remarks)
    summaries.keep()
    compared = [
        Comparison(before, after, compare_pairs(before, after))
        for before, after in matches(summaries.sessions, field)
    ]
    if not compared:
        raise HistoryError(_nothing_to_compare(summaries, storage, field))
    if form == "json":
        text = comparison_json(field, compared, summaries.faults)
    else:
        text = comparison_text(field, compared, markdown=form == "markdown")
    worse = any(comparison.worse for comparison in compared)
    judged = all(comparison.judged for comparison in compared) and not summaries.faults
    return Result([text], exit_code(worse, judged) if fail else OK)


def _nothing_to_compare(summaries: Summaries, storage: Storage, field: str) -> str:
    values = sorted({str(getattr(s.environment, field)) for s in summaries.sessions})
    sessions, faults = len(summaries.sessions), len(summaries.faults)
    stored = (
        f"{counted(sessions, 'session')} with {field} {', '.join(values)}"
        if values
        else "no stored session"
    )
    beside = f" and {counted(faults, 'fault')}, told above" if faults else ""
    return (
        f"{storage}: found {stored}{beside}, expected two values of {field} under one protocol; "
        f"{_what_helps(summaries, field)}"
    )


def _what_helps(summaries: Summaries, field: str) -> str:
    environments = [session.environment for session in summaries.sessions]
    values = {getattr(environment, field) for environment in environments}
    if len(values) > 1 and len({environment.device for environment in environments}) > 1:
        return (
            "a CPU and a GPU are set beside each other by `--across device` alone, in which "
            f"{field} may differ"
        )
    return "store a session in another environment, or name another folder with --storage"


def _options(parser: argparse.ArgumentParser) -> None:
    from lowprec.record.environment import FIELDS

    parser.add_argument(
        "--across",
        choices=FIELDS,
        required=True,
        metavar="FIELD",
        help=f"field of the environment: {', '.join(FIELDS)}",
    )
    storage_option(parser)
    format_option(parser)
    parser.add_argument(
        "--fail",
        action="store_true",
        help="exit with 1 where a pair got slower, less accurate, lost its outcome or vanished, "
        "and with 2 where one could not be judged",
    )


def _run(options: argparse.Namespace) -> Result:
    return compare(storage_from(options), options.across, options.format, options.fail)


COMPARE = Command(
    ("compare",),
    "set stored environments side by side: what a new version or machine changed",
    _run,
    _options,
)
