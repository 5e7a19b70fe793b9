"""One line on the terminal about the pair in training; nothing where there is no terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.control import Control
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from lowprec.training.pair import OnEpoch, Plan

__all__ = ["ProgressLine", "real_terminal", "shown"]


def real_terminal() -> TextIO | None:
    """Return a stream to the terminal that goes past pytest's later capture, or None.

    pytest captures by redirecting the descriptors 1 and 2, so a copy made before stays open to
    the terminal.
    """
    if not sys.__stdout__ or not sys.__stdout__.isatty():
        return None
    return os.fdopen(os.dup(sys.__stdout__.fileno()), "w", encoding="utf-8")


class ProgressLine:
    """Shows pair, round, epoch and seconds left on the line below pytest's dots.

    It is drawn at the end of an epoch only: a drawing thread would take its time from the
    training that is being timed.
    """

    def __init__(self, terminal: TextIO) -> None:
        self._console = Console(file=terminal)
        self._progress: Progress | None = None
        self._task = TaskID(0)
        self._column = 0

    def start(self, plan: Plan, column: int) -> None:
        """Open the line for a plan; `column` is where pytest's own line stands."""
        self._column, self._plan = column, plan
        self._console.line()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=self._console,
            auto_refresh=False,
            transient=True,
        )
        self._task = self._progress.add_task(self._description(1, 1), total=sum(plan.epochs))
        self._progress.start()
        self._progress.refresh()

    def advance(self, round_number: int, epoch: int) -> None:
        """Count one finished epoch; matches `lowprec.training.pair.OnEpoch`."""
        assert self._progress is not None
        epochs = self._plan.epochs
        done = sum(epochs[: round_number - 1]) + epoch
        if epoch < epochs[round_number - 1]:
            text = self._description(round_number, epoch + 1)
        elif round_number < len(epochs):
            text = self._description(round_number + 1, 1)
        else:
            text = self._description(round_number, epoch)  # while the last round is evaluated
        self._progress.update(self._task, completed=done, description=text, refresh=True)

    def stop(self) -> None:
        """Erase the line and put the cursor back behind pytest's dots."""
        if self._progress:
            self._progress.stop()
            self._progress = None
            self._console.control(Control.move(self._column, -1))

    def _description(self, round_number: int, epoch: int) -> str:
        plan = self._plan
        return (
            f"{plan.pair}: round {round_number}/{len(plan.seeds)}, "
            f"epoch {epoch}/{plan.epochs[round_number - 1]}"
        )


@contextmanager
def shown(line: ProgressLine | None, plan: Plan, column: int) -> Iterator[OnEpoch | None]:
    """Show `line` while a plan is trained; yields what to call after each epoch.

    Without a line, which is to say without a terminal, it yields None and shows nothing.
    """
    if line is None:
        yield None
        return
    line.start(plan, column)
    try:
        yield line.advance
    finally:
        line.stop()
