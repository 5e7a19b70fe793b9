"""`lowprec replay`: every stored session, as the gate would have judged it on its day."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from lowprec.commands.command import Command, Result, exit_code
from lowprec.commands.options import format_option, storage_from, storage_option, stored

if TYPE_CHECKING:
    from lowprec.history.storage import Storage

__all__ = ["REPLAY", "replay_all"]


def replay_all(storage: Storage, form: str) -> Result:
    """Judge every stored session against those before it.

    Every history begins without a baseline, which is no failure to judge here.

    Args:
        storage: the stored sessions.
        form: "table", "markdown" or "json".

    Raises:
        HistoryError: there is no session.
    """
    from lowprec.judging.session import replay
    from lowprec.report.verdicts import replay_text
    from lowprec.report.verdicts_json import verdicts_json

    past = stored(storage)
    past.summaries.keep()
    verdicts = list(replay(past.summaries.sessions, past.accepted))
    if form == "json":
        text = verdicts_json(verdicts, past.faults)
    else:
        text = replay_text(verdicts, markdown=form == "markdown")
    flagged = any(verdict.flagged for verdict in verdicts)
    code = exit_code(flagged, judged=not past.faults)
    return Result([text], code)


def _options(parser: argparse.ArgumentParser) -> None:
    storage_option(parser)
    format_option(parser)


def _run(options: argparse.Namespace) -> Result:
    return replay_all(storage_from(options), options.format)


REPLAY = Command(
    ("replay",), "judge every stored session, as the gate would have on its day", _run, _options
)
