"""The doctor's figure: lost gradients by variable and step, and ranges against the format's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lowprec.diagnosis.diagnosis import Diagnosis
from lowprec.diagnosis.formats import format_of
from lowprec.diagnosis.observed import Numbers, Observed, Step, VariableStep
from lowprec.report.style import OKABE_ITO

__all__ = ["diagnosis_figure"]

ROW_INCHES = 0.32


def diagnosis_figure(diagnosis: Diagnosis) -> Figure:
    """Draw what was seen: on the left how much of gradients, second moments and updates is lost, a
    row a variable and a column a step; on the right the ranges of the step that shows the cause, or
    of the first one.
    """
    observed = diagnosis.observed
    steps = [step for step in observed.steps if step.variables]
    names = [variable.name for variable in steps[0].variables] if steps else []
    figure = Figure(figsize=(13, 2.2 + ROW_INCHES * max(len(names), 4)), layout="constrained")
    figure.suptitle(
        f"{observed.model} {observed.scheme}, Keras {observed.keras}: share that is lost (x: a "
        f"gradient is not finite), and ranges against {observed.compute_dtype}"
    )
    if not steps:
        return figure
    axes = figure.subplots(1, 4, width_ratios=(1, 1, 1, 2), sharey=True)
    for axis, (title, of) in zip(axes, LOST.items(), strict=False):
        _shares(axis, steps, names, title, of)
    axes[0].set_yticks(range(len(names)), [_short(name) for name in names], fontsize=8)
    shown = diagnosis.cause.sign.step if diagnosis.cause else 1
    _ranges(axes[3], next((s for s in steps if s.number == shown), steps[0]), observed)
    handles, labels = axes[3].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower right", ncols=4, fontsize=8, frameon=False)
    return figure


LOST: dict[str, Callable[[VariableStep], float | None]] = {
    "gradients that\nbecame 0": lambda variable: variable.lost,
    "second moments\nthat became 0": lambda variable: variable.moment_lost,
    "weights that\ndid not move": lambda variable: variable.stuck,
}
"""Shares that are drawn: title -> of a variable in a step."""


def _short(name: str) -> str:
    return name if len(name) <= 34 else f"...{name[-31:]}"


def _shares(
    axis: Axes,
    steps: Sequence[Step],
    names: Sequence[str],
    title: str,
    of: Callable[[VariableStep], float | None],
) -> None:
    values = [[of(variable) for step in steps for variable in [_of(step, n)]] for n in names]
    shares = np.array(values, dtype=np.float64).reshape(len(names), len(steps))
    axis.imshow(shares, vmin=0, vmax=1, cmap="Blues", aspect="auto", interpolation="nearest")
    for row, column in np.argwhere(np.isfinite(shares)):
        value = shares[row, column]
        if value >= 0.005:
            colour = "white" if value > 0.6 else "black"
            axis.text(
                column, row, f"{value:.0%}", ha="center", va="center", fontsize=6, color=colour
            )
    for row, name in enumerate(names):
        for column, step in enumerate(steps):
            if _of(step, name).gradient.not_finite:
                axis.text(column, row, "x", ha="center", va="center", color=OKABE_ITO[5])
    axis.set_title(title, fontsize=10)
    axis.set_xticks(range(len(steps)), [str(step.number) for step in steps], fontsize=7)
    axis.set_xlabel("step")


def _of(step: Step, name: str) -> VariableStep:
    return next(variable for variable in step.variables if variable.name == name)


RANGES: dict[str, tuple[Callable[[VariableStep], Numbers | None], str, float]] = {
    "weights": (lambda variable: variable.weights, OKABE_ITO[6], -0.3),
    "gradients": (lambda variable: variable.gradient, OKABE_ITO[0], -0.1),
    "their squares": (lambda variable: _squared(variable.gradient), OKABE_ITO[5], 0.1),
    "updates in float64": (lambda variable: variable.twin_update, OKABE_ITO[2], 0.3),
}
"""Ranges that are drawn: label -> of a variable, colour, offset in its row."""


def _squared(numbers: Numbers) -> Numbers:
    smallest = None if numbers.smallest is None else numbers.smallest**2
    return Numbers(
        numbers.dtype,
        numbers.size,
        numbers.largest**2,
        smallest,
        None if numbers.middle is None else numbers.middle**2,
        numbers.not_finite,
        numbers.zero,
        numbers.negative,
    )


def _ranges(axis: Axes, step: Step, observed: Observed) -> None:
    limits = format_of(observed.compute_dtype)
    axis.axvspan(limits.smallest, limits.largest, color="#e8e8e8", zorder=0)
    for label, (of, colour, offset) in RANGES.items():
        for row, variable in enumerate(step.variables):
            numbers = of(variable)
            if numbers and numbers.smallest:
                ends = [numbers.smallest, max(numbers.largest, numbers.smallest)]
                axis.plot(ends, [row + offset] * 2, color=colour, marker="|", label=label)
                label = "_"  # once in the legend
    axis.set_xscale("log")
    axis.set_xlabel(f"absolute values in step {step.number}; grey: what {limits.name} holds")
    axis.set_title("smallest and largest value", fontsize=10)
