"""`lowprec report`: tables, figures and a page of a stored history."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lowprec.commands.command import FAILED, OK, Command, Result
from lowprec.commands.options import (
    session_option,
    storage_from,
    storage_option,
    tell,
)
from lowprec.errors import UsageError
from lowprec.wording import counted

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from lowprec.history.storage import Storage
    from lowprec.judging.verdict import SessionVerdict
    from lowprec.report.selection import Selection
    from lowprec.report.timeline import Point
    from lowprec.rows.matrix import Pair

__all__ = ["REPORT", "report"]


@dataclass(frozen=True)
class _Contents:
    """What a report is made of: a session's verdicts, its series' records, every pair's times."""

    verdict: SessionVerdict
    selection: Selection
    lines: dict[Pair, list[Point]]
    faults: Sequence[str]


def report(storage: Storage, name: str | None, out: Path) -> Result:
    """Write a report on a session, the newest where none is named, and on its history.

    Tables and figures are of the session's environment and protocol, with the newest record of
    each pair up to that session.

    Raises:
        HistoryError: there is no such session.
        UsageError: the folder cannot be written to.
    """
    from lowprec.history.accepted import load_acceptances
    from lowprec.judging.session import replay
    from lowprec.record.acceptance import in_force
    from lowprec.record.summary import session_named, summaries_of
    from lowprec.report.selection import selections
    from lowprec.report.timeline import timelines

    history = storage.history()
    summaries = summaries_of(history.sessions)
    accepted, void = in_force(load_acceptances(storage.accepted), summaries)
    faults = history.faults + void
    tell(faults + history.remarks)
    place = summaries.index(session_named(summaries, name, storage))
    verdicts = list(replay(summaries, accepted))
    selection = selections(history.sessions[: place + 1])[0]
    contents = _Contents(verdicts[place], selection, timelines(verdicts), faults)
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_tables(contents.selection, out)
        _write_figures_and_page(contents, out)
    except OSError as error:
        raise UsageError(
            f"--out {out}: cannot be written to ({error}); name another one"
        ) from error
    others = counted(len(summaries) - 1, "other session")
    line = f"{out / 'index.html'}: {summaries[place].name} and {others}"
    return Result([line], FAILED if faults else OK)


def _write_tables(selection: Selection, out: Path) -> None:
    from lowprec.report.paper_tables import TABLES, table_csv, table_text, title_of
    from lowprec.report.style import source_text

    for kind in TABLES:
        heading = f"{title_of(selection, kind)}\n{source_text(selection)}\n\n"
        _write(out / f"{kind.name}.txt", heading + table_text(selection, kind) + "\n")
        _write(out / f"{kind.name}.md", heading + table_text(selection, kind, True) + "\n")
        _write(out / f"{kind.name}.csv", table_csv(selection, kind))


def _write_figures_and_page(contents: _Contents, out: Path) -> None:
    from lowprec.report.page import page
    from lowprec.report.style import save

    figures = {
        caption: save(figure, out, file_name)
        for file_name, (caption, figure) in _figures(contents).items()
    }
    html = page(contents.verdict, contents.selection, contents.lines, figures, contents.faults)
    _write(out / "index.html", html)


def _figures(contents: _Contents) -> dict[str, tuple[str, Figure]]:
    """Return caption and figure by the name of their files."""
    from lowprec.report.figures import figure_2, gaps, losses
    from lowprec.report.history_figure import histories
    from lowprec.report.paper_tables import any_published

    selection = contents.selection
    return {
        "figure2": (
            "Training times and accuracies"
            + (" beside the paper's (its Figure 2)" if any_published(selection) else ""),
            figure_2(selection),
        ),
        "losses": ("Loss of every pair", losses(selection)),
        "gaps": ("Gap between training and test accuracy", gaps(selection)),
        "times": ("Times of every pair", histories(selection, contents.lines)),
    }


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    session_option(parser)
    storage_option(parser)


def _run(options: argparse.Namespace) -> Result:
    return report(storage_from(options), options.session, options.out)


REPORT = Command(
    ("report",), "write tables, figures and a page of the stored history", _run, _options
)
