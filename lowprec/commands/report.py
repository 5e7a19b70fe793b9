"""`lowprec report`: tables, figures and a page of a stored history."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lowprec.choices import file_or_folder
from lowprec.commands.check import commits_of
from lowprec.commands.command import FAILED, OK, Command, Result
from lowprec.commands.options import (
    session_option,
    storage_from,
    storage_option,
    stored,
)
from lowprec.errors import UsageError
from lowprec.whole_files import put_in_place, scratch_in
from lowprec.wording import counted

if TYPE_CHECKING:
    from lowprec.history.storage import Storage
    from lowprec.judging.verdict import SessionVerdict
    from lowprec.report.page import PageContents
    from lowprec.report.selection import Selection

__all__ = ["REPORT", "report"]

PAGE = "index.html"
"""What is opened first of a report's files."""


def report(storage: Storage, name: str | None, out: Path) -> Result:
    """Write a report on a session, the newest where none is named, and on its history.

    Tables and figures are of the session's environment and protocol, with the newest record of
    each pair up to that session. What the folder held of them stays until all are written.

    Raises:
        HistoryError: there is no such session.
        UsageError: the folder cannot be written to.
    """
    from lowprec.judging.session import judge_these, judge_with_nearest
    from lowprec.record.summary import session_named
    from lowprec.report.page import PageContents, page
    from lowprec.report.selection import newest_of_pairs, selection_of
    from lowprec.report.timeline import first_series, shown_sessions, timelines

    past = stored(storage)
    summaries = past.summaries.sessions
    session = session_named(summaries, name, storage)
    place = summaries.index(session)
    judged = judge_with_nearest(session, summaries, past.accepted, past.summaries.standings)
    shown = shown_sessions(summaries, first_series(session))
    verdicts = judge_these(shown, summaries, past.accepted, past.summaries.standings)
    lines = timelines(verdicts)
    past.summaries.keep()
    newest = [session.full_name for session in newest_of_pairs(summaries[: place + 1])]
    sessions = storage.sessions({*newest, *_last_good(judged.verdict)})
    selection = selection_of([sessions[full_name] for full_name in newest])
    contents = PageContents(
        verdict=judged.verdict,
        selection=selection,
        lines=lines,
        sessions=sessions,
        figures=_page_figures(selection),
        commits=commits_of(judged.verdict),
        nearest=judged.nearest,
        unreadable=past.faults,
    )
    try:
        out.mkdir(parents=True, exist_ok=True)
        with scratch_in(out) as scratch:
            _write_tables(selection, scratch)
            _write_figures(contents, scratch)
            _write(scratch / PAGE, page(contents))
            put_in_place(scratch, out, last=PAGE)
    except OSError as error:
        raise UsageError(
            f"--out {out}: cannot be written to ({error}); name another one"
        ) from error
    others = counted(len(summaries) - 1, "other session")
    line = f"{out / PAGE}: {session.name} and {others}"
    return Result([line], FAILED if past.faults else OK)


def _last_good(verdict: SessionVerdict) -> Iterator[str]:
    """Yield the full name of the last good session of each flagged pair."""
    for pair in verdict.pairs:
        if pair.streak and pair.streak.last_good:
            yield pair.streak.last_good.full_name


def _write_tables(selection: Selection, out: Path) -> None:
    from lowprec.report.paper_tables import TABLES, table_csv, table_text, title_of
    from lowprec.report.style import source_text
    from lowprec.report.text import markdown_text

    for kind in TABLES:
        heading = f"{title_of(selection, kind)}\n{source_text(selection)}\n\n"
        _write(out / f"{kind.name}.txt", heading + table_text(selection, kind) + "\n")
        markdown = markdown_text(heading) + table_text(selection, kind, True)
        _write(out / f"{kind.name}.md", markdown + "\n")
        _write(out / f"{kind.name}.csv", table_csv(selection, kind))


def _write_figures(contents: PageContents, out: Path) -> None:
    from lowprec.report.figures import figure_2, gaps, losses
    from lowprec.report.history_figure import histories
    from lowprec.report.style import save

    selection = contents.selection
    save(figure_2(selection), out, "figure2")
    save(losses(selection), out, "losses")
    save(gaps(selection), out, "gaps")
    save(histories(selection, contents.lines), out, "times")


def _page_figures(selection: Selection) -> dict[str, list[bytes]]:
    """Return the figures that the page shows, a model each: a telephone has room for no more."""
    from lowprec.report.figures import figure_2, gaps
    from lowprec.report.paper_tables import any_published
    from lowprec.report.style import svg_of

    filled = "Times and accuracies"
    if any_published(selection):
        filled += "; filled: measured here, outlined: the paper's Tesla T4 on the full data sets"
    drawn = selection.drawn()
    parts = [drawn.of_model(model) for model in drawn.models]
    return {
        filled: [svg_of(figure_2(part, sourced=False)) for part in parts],
        "Gap between training and test accuracy": [svg_of(gaps(p, sourced=False)) for p in parts],
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out", type=file_or_folder, required=True, metavar="DIR", help="folder to write to"
    )
    session_option(parser)
    storage_option(parser)


def _run(options: argparse.Namespace) -> Result:
    return report(storage_from(options), options.session, options.out)


REPORT = Command(
    ("report",), "write tables, figures and a page of the stored history", _run, _options
)
