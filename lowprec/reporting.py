"""The commands `lowprec report` and `lowprec export`: a stored history for people and tools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lowprec.acceptances import load_acceptances
from lowprec.errors import UsageError
from lowprec.export import frame, junit, openmetrics
from lowprec.gate import replay
from lowprec.nights import night_named, nights_of
from lowprec.report.figures import figure_2, gaps, losses
from lowprec.report.history_figure import histories
from lowprec.report.page import page
from lowprec.report.paper_tables import TABLES, table_csv, table_text
from lowprec.report.style import save, source_told
from lowprec.selection import selections
from lowprec.storage import Storage, warn_unreadable
from lowprec.timeline import timelines

__all__ = ["export", "report"]

Tell = Callable[[str], None]


def report(storage: Storage, name: str | None, out: Path, tell: Tell) -> bool:
    """Write a report on a session, the newest where none is named, and on its history.

    Tables and figures are of the session's environment and protocol, with the newest record of
    each pair up to that session.

    Returns:
        Whether all stored sessions could be read.

    Raises:
        HistoryError: there is no such session.
        UsageError: the folder cannot be written to.
    """
    history = storage.history()
    warn_unreadable(history.unreadable)
    nights = nights_of(history.sessions)
    last = night_named(nights, name, storage)
    sessions = history.sessions[: nights.index(last) + 1]
    found = list(replay(nights, load_acceptances(storage.accepted)))
    selection, lines = selections(sessions)[0], timelines(found)
    figures = (
        (
            "figure2",
            "Training times and accuracies beside the paper's (its Figure 2)",
            figure_2(selection),
        ),
        ("losses", "Loss of every pair", losses(selection)),
        ("gaps", "Gap between training and test accuracy", gaps(selection)),
        ("times", "Times of every pair", histories(selection, lines)),
    )
    verdict = found[nights.index(last)]
    try:
        out.mkdir(parents=True, exist_ok=True)
        for kind in TABLES:
            heading = f"{kind.title}\n{source_told(selection)}\n\n"
            _write(out / f"{kind.name}.txt", heading + table_text(selection, kind) + "\n")
            _write(out / f"{kind.name}.md", heading + table_text(selection, kind, True) + "\n")
            _write(out / f"{kind.name}.csv", table_csv(selection, kind))
        for file_name, _, figure in figures:
            save(figure, out, file_name)
        captioned = {caption: figure for _, caption, figure in figures}
        content = page(verdict, selection, lines, captioned, history.unreadable)
        _write(out / "index.html", content)
    except OSError as error:
        raise UsageError(
            f"--out {out}: cannot be written to ({error}); name another one"
        ) from error
    tell(f"{out / 'index.html'}: {last.name} and {len(nights) - 1} other sessions")
    return not history.unreadable


def export(storage: Storage, form: str, name: str | None, out: Path | None, tell: Tell) -> bool:
    """Write the history, or a session of it, for another tool.

    Args:
        storage: the stored sessions.
        form: "csv" and "parquet", every pair of every session; "openmetrics", the newest of every
            environment and protocol; "junit", the session alone.
        name: of the session, up to which the history counts; the newest where None.
        out: file to write to; None tells the text.
        tell: called with the text where there is no file.

    Returns:
        Whether all stored sessions could be read.

    Raises:
        HistoryError: there is no such session.
        UsageError: a package is missing, the file cannot be written, or one is needed.
    """
    nights = storage.nights()
    warn_unreadable(nights.unreadable)
    last = night_named(nights.nights, name, storage)
    upto = nights.nights[: nights.nights.index(last) + 1]
    found = list(replay(upto, load_acceptances(storage.accepted)))
    if form == "parquet" and out is None:
        raise UsageError("--format parquet: got no --out, expected a file to write to")
    try:
        if form == "parquet":
            frame(found).to_parquet(out, index=False)
            return not nights.unreadable
        text = {
            "csv": lambda: frame(found).to_csv(index=False, lineterminator="\n"),
            "openmetrics": lambda: openmetrics(found),
            "junit": lambda: junit(found[-1]),
        }[form]()
        if out:
            _write(out, text)
    except ImportError as error:
        raise UsageError(
            f"--format {form}: a package is missing ({error}), expected "
            "`pip install 'lowprec[export]'`"
        ) from error
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written ({error}); name another one") from error
    if not out:
        tell(text.removesuffix("\n"))
    return not nights.unreadable


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
