"""The figures of a report, each of one environment and protocol."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from lowprec.record.record import Round
from lowprec.record.stored_pair import StoredPair
from lowprec.report.paper_tables import TABLES, PaperTable, any_published, side_by_side
from lowprec.report.selection import Selection
from lowprec.report.style import source_text, style_of
from lowprec.rows.matrix import Pair, scheme_rank

__all__ = ["figure_2", "gaps", "losses", "pair_grid"]

SOURCE_LETTERS = 18
"""Of the line below a figure that have room on an inch."""

mpl.rcParams.update({"svg.hashsalt": "lowprec", "svg.fonttype": "none", "font.size": 9})
mpl.rcParams["text.parse_math"] = False  # a "$" in a model's name is no formula

MOST_DRAWN = 1e307
"""A loss beyond it is drawn there: the room above it would be no number any more."""


def figure_2(selection: Selection, sourced: bool = True) -> Figure:
    """Draw the paper's Figure 2: times above, accuracies below, a column a model.

    Ours are the filled bars, the paper's the outlined ones beside them. Where its source does not
    stand below it, neither does what bars are above it, and it is as narrow as a telephone.
    """
    selection = selection.drawn()
    models = selection.models
    figure, axes = _grid((2, len(models)), 5.2, source_text(selection) if sourced else "")
    for row, kind in zip(axes, TABLES, strict=True):
        for axis, model in zip(row, models, strict=True):
            _bars(axis, selection, kind, model)
        row[0].set_ylabel(kind.title.partition(": ")[2])
    for axis, model in zip(axes[0], models, strict=True):
        axis.set_title(model)
    if sourced and any_published(selection):
        figure.suptitle("Filled: measured here; outlined: the paper's Tesla T4, full data sets")
    return figure


def _bars(axis: Axes, selection: Selection, kind: PaperTable, model: str) -> None:
    cells = [cell for cell in side_by_side(selection, kind) if cell.model == model]
    aside = 0.2 if any(cell.paper is not None for cell in cells) else 0.0
    for at, cell in enumerate(cells):
        style = style_of(cell.scheme)
        colour, hatch = style.colour, style.hatch
        if cell.ours is not None:
            axis.bar(at - aside, cell.ours, 0.4, color=colour, alpha=0.75, ec=colour, hatch=hatch)
            _label(axis, at - aside, cell.ours, kind.write(cell.ours))
        if cell.paper is not None:
            axis.bar(at + 0.2, cell.paper, 0.4, color="none", ec=colour, hatch=hatch)
    axis.set_xticks(range(len(cells)), [cell.scheme for cell in cells])
    if kind is TABLES[1]:
        axis.set_ylim(0, 1.12)


def _label(axis: Axes, x: float, height: float, text: str) -> None:
    """Write the value above its bar."""
    axis.annotate(
        text, (x, height), (0, 2), textcoords="offset points", ha="center", va="bottom", fontsize=6
    )


def losses(selection: Selection) -> Figure:
    """Draw the loss of every epoch, an axis a pair and a line a round, and where it diverged."""
    selection = selection.drawn()
    figure, axes = pair_grid(selection, 1.0, source_text(selection))
    last_model = list(axes)[-1].model
    for pair, axis in axes.items():
        if stored := selection.pairs.get(pair):
            _loss_lines(axis, pair.scheme, stored)
        else:
            axis.set_axis_off()
        axis.set_title(str(pair))
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        if pair.model == last_model:
            axis.set_xlabel("epoch")
    figure.suptitle("Training loss, a line a round; x: first epoch whose loss is not finite")
    return figure


def _loss_lines(axis: Axes, scheme: str, stored: StoredPair) -> None:
    style = style_of(scheme)
    epochs = max((len(r.loss) for r in stored.rounds), default=1)
    axis.set_xlim(0.7, epochs + 0.3)
    for r in stored.rounds:
        losses = [np.nan if loss is None else _drawn(loss) for loss in r.loss]
        numbers = range(1, len(losses) + 1)
        axis.plot(numbers, losses, style.marker + "-", color=style.colour, ms=4, lw=1)
        if r.epoch is not None:
            last = _last_finite(r)
            # Where no epoch was finite there is no height: the cross stands in the middle.
            heights = axis.get_xaxis_transform() if last is None else axis.transData
            y = 0.5 if last is None else _drawn(last)
            axis.plot(r.epoch, y, "kx", ms=9, mew=2, transform=heights, clip_on=False)
    if all(loss is None for r in stored.rounds for loss in r.loss):
        axis.set_yticks([])


def _drawn(loss: float) -> float:
    return min(max(loss, -MOST_DRAWN), MOST_DRAWN)


def _last_finite(trained: Round) -> float | None:
    finite = [loss for loss in trained.loss if loss is not None]
    return finite[-1] if finite else None


def gaps(selection: Selection, sourced: bool = True) -> Figure:
    """Draw what each scheme does better on the training set than on the test set, in points.

    The paper asks whether low precision regularizes: then the gap of a scheme would be smaller
    than that of `double`. A dot is a round, a bar their mean; pairs that do not learn are left out.
    `sourced` as in `figure_2`.
    """
    selection = selection.drawn()
    models = selection.models
    figure, axes = _grid((1, len(models)), 3.2, source_text(selection) if sourced else "")
    for axis, model in zip(axes[0], models, strict=True):
        names: list[str] = []
        for (of_model, scheme), stored in selection.pairs.items():
            points = _gaps(stored)
            if of_model == model and points:
                at, style = len(names), style_of(scheme)
                names.append(scheme)
                axis.bar(
                    at, float(np.mean(points)), 0.6, color=style.colour, alpha=0.6,
                    hatch=style.hatch, edgecolor=style.colour,
                )  # fmt: skip
                axis.plot([at] * len(points), points, "o", color="black", markersize=3)
        axis.axhline(0, color="black", linewidth=0.8)
        axis.set_xticks(range(len(names)), names)
        axis.set_title(model)
    axes[0][0].set_ylabel("train - test accuracy, points")
    if sourced:
        figure.suptitle("Gap between training and test accuracy")
    return figure


def _gaps(stored: StoredPair) -> list[float]:
    return [
        100 * (r.train_accuracy - r.test_accuracy)
        for r in stored.rounds
        if r.train_accuracy is not None and r.outcome == "learns"
    ]


def pair_grid(selection: Selection, margin: float, source: str) -> tuple[Figure, dict[Pair, Axes]]:
    """Return a figure with axes for each pair, a row a model and a column a scheme.

    There are axes for every model with every scheme of the selection, model by model. `margin` is
    what the figure is high, in inches, besides its rows.
    """
    models = selection.models
    schemes = sorted({pair.scheme for pair in selection.pairs}, key=scheme_rank)
    figure, axes = _grid((len(models), len(schemes)), margin + 1.6 * len(models), source)
    names = [Pair(model, scheme) for model in models for scheme in schemes]
    return figure, dict(zip(names, axes.flat, strict=True))


def _grid(shape: tuple[int, int], height: float, source: str) -> tuple[Figure, Any]:
    """Return a figure of rows and columns of axes, with its source below, and the axes."""
    rows, columns = shape
    width = max(2.6 * columns, 5.2 if source else 3.6)
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False)
    for axis in axes.flat:
        axis.spines[["top", "right"]].set_visible(False)
    lines = [textwrap.fill(line, int(SOURCE_LETTERS * width)) for line in source.splitlines()]
    figure.supxlabel("\n".join(lines), fontsize=6.5, color="#444444")
    return figure, axes
