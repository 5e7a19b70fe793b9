"""The paper's Tables 1 and 2, ours beside the paper's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, fields

from lowprec.csv_table import csv_text
from lowprec.record.stored_pair import StoredPair
from lowprec.report.quoting import cell_text
from lowprec.report.selection import Selection
from lowprec.report.text import table
from lowprec.rows.matrix import scheme_rank
from lowprec.rows.paper import PUBLISHED, Published
from lowprec.rows.schemes import PAPER_SCHEMES

__all__ = [
    "TABLES",
    "Cell",
    "PaperTable",
    "any_published",
    "side_by_side",
    "table_csv",
    "table_lines",
    "table_text",
    "title_of",
]

PUBLISHED_MODELS = frozenset(model for model, _ in PUBLISHED)
"""Models that the paper has results of; others have no rows of its own beside theirs."""


@dataclass(frozen=True)
class PaperTable:
    """One of the paper's tables.

    Attributes:
        name: of the files.
        title: what it shows.
        ours, papers: the value of a cell, None where there is none.
        write: how a value is written.
    """

    name: str
    title: str
    ours: Callable[[StoredPair], float | None]
    papers: Callable[[Published], float]
    write: Callable[[float], str]


def _three_digits(value: float) -> str:
    return f"{value:#.3g}".removesuffix(".")


TABLES = (
    PaperTable(
        name="table1",
        title="Table 1: training time in seconds, with its start",
        ours=lambda stored: stored.whole_seconds,
        papers=lambda published: published.fit_s,
        write=_three_digits,
    ),
    PaperTable(
        name="table2",
        title="Table 2: accuracy on the test set",
        ours=lambda stored: stored.accuracy,
        papers=lambda published: published.accuracy,
        write=lambda share: f"{share:.2%}",
    ),
)


@dataclass(frozen=True)
class Cell:
    """A pair's value here and in the paper, and ours in relation to the paper's."""

    model: str
    scheme: str
    ours: float | None
    paper: float | None
    ratio: float | None
    outcome: str


def any_published(selection: Selection) -> bool:
    """Whether the paper has one of the models, so that there is something to set beside it."""
    return any(model in PUBLISHED_MODELS for model, _ in selection.pairs)


def title_of(selection: Selection, kind: PaperTable) -> str:
    """Return a table's title, with the paper's number where the paper has one of the models."""
    if any_published(selection):
        return kind.title
    return kind.title.partition(": ")[2].capitalize()


def side_by_side(selection: Selection, kind: PaperTable) -> list[Cell]:
    """Return a cell for each pair."""
    cells = []
    for (model, scheme), stored in selection.pairs.items():
        ours, published = kind.ours(stored), PUBLISHED.get((model, scheme))
        papers = kind.papers(published) if published else None
        ratio = ours / papers if ours is not None and papers else None
        cells.append(Cell(model, scheme, ours, papers, ratio, stored.outcome))
    return cells


def table_csv(selection: Selection, kind: PaperTable) -> str:
    """Return the table a row a pair, with what it comes from in the last columns."""
    columns = [*(field.name for field in fields(Cell)), "protocol", "environment"]
    source = (selection.protocol, selection.environment.key)
    rows = [(*astuple(cell), *source) for cell in side_by_side(selection, kind)]
    shown = [[cell_text(v) if isinstance(v, str) else v for v in row] for row in rows]
    return csv_text(columns, shown)


def table_lines(selection: Selection, kind: PaperTable) -> tuple[list[str], list[list[str]]]:
    """Return headers and lines as the paper has them: a column a scheme, three rows a model.

    A model that the paper does not have has one row.
    """
    cells = {(cell.model, cell.scheme): cell for cell in side_by_side(selection, kind)}
    schemes = sorted({scheme for _, scheme in cells}, key=scheme_rank)
    lines = []
    for model in dict.fromkeys(model for model, _ in cells):
        row = [cells.get((model, scheme)) for scheme in schemes]
        beside = (
            (("paper", kind.write), ("ratio", _three_digits)) if model in PUBLISHED_MODELS else ()
        )
        for name, write in (("ours", kind.write), *beside):
            values = [getattr(cell, name) if cell else None for cell in row]
            texts = ["-" if value is None else write(value) for value in values]
            lines.append([model if name == "ours" else "", name, *texts])
    titles = map(_scheme_title, schemes) if any_published(selection) else schemes
    return ["model", "", *titles], lines


def table_text(selection: Selection, kind: PaperTable, markdown: bool = False) -> str:
    """Return the table for the terminal or in Markdown."""
    headers, lines = table_lines(selection, kind)
    align = ["left", "left", *["right"] * (len(headers) - 2)]
    return table(headers, lines, align, markdown)


def _scheme_title(scheme: str) -> str:
    """Return the paper's number and our name of a scheme."""
    return f"{PAPER_SCHEMES.index(scheme) + 1} {scheme}" if scheme in PAPER_SCHEMES else scheme
