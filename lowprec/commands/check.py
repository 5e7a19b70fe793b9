"""`lowprec check`: a stored session before the gate."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from lowprec.commands.command import Command, Result, exit_code
from lowprec.commands.options import (
    format_option,
    session_option,
    storage_from,
    storage_option,
    stored,
)

if TYPE_CHECKING:
    from lowprec.history.storage import Storage

__all__ = ["CHECK", "check"]


def check(storage: Storage, name: str | None, form: str) -> Result:
    """Judge a stored session, the newest where none is named.

    Args:
        storage: the stored sessions.
        name: of the session, or the start of its name that no other has.
        form: "table", "markdown" or "json".

    Raises:
        HistoryError: there is no such session.
    """
    from lowprec.judging.session import judge_with_nearest
    from lowprec.record.summary import session_named
    from lowprec.report.comparison import first_session_text
    from lowprec.report.verdicts import verdicts_json, verdicts_text

    past = stored(storage)
    summaries = past.summaries
    session = session_named(summaries.sessions, name, storage)
    judged = judge_with_nearest(session, summaries.sessions, past.accepted, summaries.standings)
    summaries.keep()
    verdict = judged.verdict
    if form == "json":
        lines = [verdicts_json([verdict], past.faults)]
    else:
        lines = [verdicts_text(verdict, markdown=form == "markdown")]
        lines += [f"\n{first_session_text(judged.nearest)}"] if judged.nearest else []
    code = exit_code(verdict.flagged, verdict.judged and not past.faults)
    return Result(lines, code)


def _options(parser: argparse.ArgumentParser) -> None:
    storage_option(parser)
    format_option(parser)
    session_option(parser)


def _run(options: argparse.Namespace) -> Result:
    return check(storage_from(options), options.session, options.format)


CHECK = Command(("check",), "judge a stored session against those before it", _run, _options)
