"""`lowprec check`: a stored session before the gate."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
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
    from lowprec.history.past import Past
    from lowprec.history.storage import Storage
    from lowprec.judging.session import JudgedSession
    from lowprec.judging.verdict import SessionVerdict
    from lowprec.record.summary import SessionSummary
    from lowprec.report.details import Commits

__all__ = ["CHECK", "check", "checked_text", "commits_of", "judged_by"]


def check(storage: Storage, name: str | None, form: str, every: bool = False) -> Result:
    """Judge a stored session, the newest where none is named.

    Args:
        storage: the stored sessions.
        name: of the session, or the start of its name that no other has.
        form: "table", "markdown" or "json".
        every: whether the newest of each environment and protocol is judged, in that order of time.

    Raises:
        HistoryError: there is no such session.
    """
    from lowprec.record.summary import newest_of_each, session_named
    from lowprec.report.verdicts_json import verdicts_json

    past = stored(storage)
    every_session = past.summaries.sessions
    sessions = (
        newest_of_each(every_session) if every else [session_named(every_session, name, storage)]
    )
    judged = judged_by(past, sessions)
    verdicts = [one.verdict for one in judged]
    if form == "json":
        lines = [verdicts_json(verdicts, past.faults)]
    else:
        lines = ["\n\n".join(checked_text(one, form == "markdown") for one in judged)]
    code = exit_code(
        any(verdict.flagged for verdict in verdicts),
        all(verdict.judged for verdict in verdicts) and not past.faults,
    )
    return Result(lines, code)


def judged_by(past: Past, sessions: Iterable[SessionSummary]) -> list[JudgedSession]:
    """Judge sessions by those before each, and keep what was found out for the next time."""
    from lowprec.judging.session import judge_with_nearest

    summaries = past.summaries
    judged = [
        judge_with_nearest(session, summaries.sessions, past.accepted, summaries.standings)
        for session in sessions
    ]
    summaries.keep()
    return judged


def checked_text(judged: JudgedSession, markdown: bool) -> str:
    """Return what there is to say of a session, for Markdown or a terminal."""
    from lowprec.report.comparison import first_session_lines
    from lowprec.report.text import items_or_lines
    from lowprec.report.verdicts import verdicts_text

    text = verdicts_text(judged.verdict, markdown, commits_of(judged.verdict))
    lines = first_session_lines(judged.nearest) if judged.nearest else []
    return "\n\n".join(filter(None, [text, items_or_lines(lines, markdown)]))


def commits_of(verdict: SessionVerdict) -> Commits:
    """Return what is between the last good session and the first bad one of each flagged pair.

    As the working directory's repository has it, which is the project's where a night is run.
    """
    from lowprec.history.repository import commits_between

    streaks = [pair.streak for pair in verdict.pairs if pair.streak]
    sides = {
        (streak.last_good.full_name, streak.first.full_name): (good, first)
        for streak in streaks
        if streak.last_good and (good := streak.last_good.commit) and (first := streak.first.commit)
    }
    here = Path.cwd()
    return {
        names: commits_between(good, first, here)
        for names, (good, first) in sides.items()
        if good != first
    }


def _options(parser: argparse.ArgumentParser) -> None:
    storage_option(parser)
    format_option(parser)
    session_option(parser).add_argument(
        "--all",
        action="store_true",
        help="judge the newest session of every environment and protocol",
    )


def _run(options: argparse.Namespace) -> Result:
    return check(storage_from(options), options.session, options.format, options.all)


CHECK = Command(("check",), "judge a stored session against those before it", _run, _options)
