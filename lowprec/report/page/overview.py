"""The page's overview: a cell a pair, a row a model."""

from __future__ import annotations

from dataclasses import dataclass

from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.report.page.drawings import Drawing, trend_drawing
from lowprec.report.pair_cells import PairCells, pair_cells
from lowprec.report.pair_lines import verdict_words

__all__ = ["Cell", "overview", "state_of"]


@dataclass(frozen=True)
class Cell:
    """A pair as the overview and the table show it: texts, and a state for the style.

    Attributes:
        name, scheme: of the pair, and of its scheme alone.
        state: "flagged", "unjudged" or "ok".
        verdict, texts: as in the summary's table.
        trend: its newest seconds; None where none was timed.
    """

    name: str
    scheme: str
    state: str
    verdict: str
    texts: PairCells
    trend: Drawing | None


def overview(verdict: SessionVerdict) -> dict[str, list[Cell]]:
    """Return the cells of each model, in the order of schemes."""
    rows: dict[str, list[Cell]] = {}
    for pair in verdict.pairs:
        rows.setdefault(pair.pair.model, []).append(_cell(pair, verdict))
    return rows


def _cell(pair: PairVerdict, verdict: SessionVerdict) -> Cell:
    stored, state = verdict.measured.get(pair.pair), state_of(pair)
    return Cell(
        name=str(pair.pair),
        scheme=pair.pair.scheme,
        state=state,
        verdict=verdict_words(pair),
        texts=pair_cells(pair, stored),
        trend=trend_drawing(pair, state),
    )


def state_of(verdict: PairVerdict | SessionVerdict) -> str:
    """Return how a pair or a session stands, in a word for the style."""
    return "flagged" if verdict.flagged else "ok" if verdict.judged else "unjudged"
