"""`lowprec export`: the stored history for other tools."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lowprec.choices import file_or_folder
from lowprec.commands.command import FAILED, OK, Command, Result
from lowprec.commands.options import session_option, storage_from, storage_option, stored
from lowprec.errors import UsageError
from lowprec.whole_files import replace

if TYPE_CHECKING:
    from lowprec.history.storage import Storage
    from lowprec.judging.verdict import SessionVerdict

__all__ = ["EXPORT", "FORMATS", "export"]

FORMATS = ("csv", "parquet", "openmetrics", "junit")


def export(storage: Storage, form: str, name: str | None, out: Path | None) -> Result:
    """Write the history, or a session of it, for another tool.

    Args:
        storage: the stored sessions.
        form: "csv" and "parquet", every pair of every session; "openmetrics", the newest of every
            environment and protocol; "junit", the session alone.
        name: of the session, up to which the history counts; the newest where None.
        out: file to write to; None returns the text.

    Raises:
        HistoryError: there is no such session.
        UsageError: a package is missing, the file cannot be written, or one is needed.
    """
    from lowprec.judging.session import replay
    from lowprec.record.summary import session_named

    past = stored(storage)
    sessions = past.summaries.sessions
    last = session_named(sessions, name, storage)
    verdicts = list(replay(sessions[: sessions.index(last) + 1], past.accepted))
    code = FAILED if past.faults else OK
    if form == "parquet" and out is None:
        raise UsageError("--format parquet: got no --out, expected a file to write to")
    try:
        content = _content(verdicts, form)
        if out is None:
            return Result([content.decode().removesuffix("\n")], code)
        replace(out, content)
    except ImportError as error:
        raise UsageError(
            f"--format {form}: a package is missing ({error}), expected "
            "`pip install 'lowprec[export]'`"
        ) from error
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written ({error}); name another one") from error
    return Result([], code)


def _content(verdicts: Sequence[SessionVerdict], form: str) -> bytes:
    from lowprec.report.export import csv_table, frame, junit, openmetrics

    if form == "parquet":
        return frame(verdicts).to_parquet(index=False)
    if form == "csv":
        return csv_table(verdicts).encode()
    return (junit(verdicts[-1]) if form == "junit" else openmetrics(verdicts)).encode()


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", required=True, choices=FORMATS)
    parser.add_argument(
        "--out",
        type=file_or_folder,
        metavar="FILE",
        help="file to write to (default: the terminal)",
    )
    session_option(parser, "the last session to write")
    storage_option(parser)


def _run(options: argparse.Namespace) -> Result:
    return export(storage_from(options), options.format, options.session, options.out)


EXPORT = Command(("export",), "write the stored history for other tools", _run, _options)
