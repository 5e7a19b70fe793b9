"""`lowprec compare`: environments of the stored history side by side."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from lowprec.commands.command import OK, Command, Result, exit_code
from lowprec.commands.options import (
    format_option,
    storage_from,
    storage_option,
    tell,
)
from lowprec.errors import HistoryError
from lowprec.wording import counted, did_you_mean

if TYPE_CHECKING:
    from lowprec.history.index import Summaries
    from lowprec.history.storage import Storage
    from lowprec.record.environment import Environment
    from lowprec.record.summary import SessionSummary

__all__ = ["COMPARE", "compare"]


def compare(
    storage: Storage,
    field: str,
    form: str,
    fail: bool = False,
    where: Sequence[tuple[str, str]] = (),
) -> Result:
    """Compare the stored environments across one of their fields.

    Args:
        storage: the stored sessions.
        field: a field of `lowprec.record.environment.Environment`.
        form: "table", "markdown" or "json".
        fail: whether the exit code tells what got worse, and what could not be judged.
        where: fields and the values that environments must have there, `*` and `?` allowed.

    Raises:
        HistoryError: there is nothing to compare.
    """
    from lowprec.judging.comparison import Comparison, compare_pairs
    from lowprec.judging.sides import matches
    from lowprec.report.comparison import comparison_json, comparison_text
    from lowprec.report.many_environments import MOST_WHOLE, many_text

    summaries = storage.summaries()
    tell(summaries.faults + summaries.remarks)
    summaries.keep()
    sessions = [session for session in summaries.sessions if _has(session.environment, where)]
    compared = [
        Comparison(before, after, compare_pairs(before, after))
        for before, after in matches(sessions, field)
    ]
    if not compared:
        raise HistoryError(_nothing_to_compare(summaries, sessions, storage, field, where))
    if form == "json":
        text = comparison_json(field, compared, summaries.faults)
    elif len(compared) > MOST_WHOLE:
        text = many_text(field, compared, markdown=form == "markdown")
    else:
        text = comparison_text(field, compared, markdown=form == "markdown")
    worse = any(comparison.worse for comparison in compared)
    judged = all(comparison.judged for comparison in compared) and not summaries.faults
    return Result([text], exit_code(worse, judged) if fail else OK)


def _has(environment: Environment, where: Sequence[tuple[str, str]]) -> bool:
    """Whether an environment has all of these values; None is written so."""
    return all(fnmatchcase(str(getattr(environment, name)), value) for name, value in where)


def _nothing_to_compare(
    summaries: Summaries,
    sessions: Sequence[SessionSummary],
    storage: Storage,
    field: str,
    where: Sequence[tuple[str, str]],
) -> str:
    values = sorted({str(getattr(s.environment, field)) for s in sessions})
    faults = len(summaries.faults)
    stored = (
        f"{counted(len(sessions), 'session')} with {field} {', '.join(values)}"
        if values
        else "no stored session"
    )
    stored += "".join(f" --where {name}={value}" for name, value in where)
    beside = f" and {counted(faults, 'fault')}, told above" if faults else ""
    return (
        f"{storage}: found {stored}{beside}, expected two values of {field} under one protocol; "
        f"{_what_helps(sessions, field)}"
    )


def _what_helps(sessions: Sequence[SessionSummary], field: str) -> str:
    environments = [session.environment for session in sessions]
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
    parser.add_argument(
        "--where",
        action="append",
        type=_where,
        default=[],
        metavar="FIELD=VALUE",
        help="only environments that have this value, in which * and ? stand for any letters; may "
        "be given several times",
    )
    storage_option(parser)
    format_option(parser)
    parser.add_argument(
        "--fail",
        action="store_true",
        help="exit with 1 where a pair got slower, less accurate, lost its outcome or vanished, "
        "and with 2 where one could not be judged",
    )


def _where(text: str) -> tuple[str, str]:
    from lowprec.record.environment import FIELDS

    name, mark, value = text.partition("=")
    if not mark or name not in FIELDS:
        raise argparse.ArgumentTypeError(
            f"{text!r}: expected FIELD=VALUE with a field of {', '.join(FIELDS)}"
            f"{did_you_mean(name, FIELDS)}"
        )
    return name, value


def _run(options: argparse.Namespace) -> Result:
    where = options.where
    return compare(storage_from(options), options.across, options.format, options.fail, where)


COMPARE = Command(
    ("compare",),
    "set stored environments side by side: what a new version or machine changed",
    _run,
    _options,
)
