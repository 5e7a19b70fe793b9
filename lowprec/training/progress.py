"""One line on the terminal about the pair in training; nothing where there is no terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from rich.console import Console
from rich.control import Control
from rich.live import Live

from lowprec.training.fitted_line import fitted_line
from lowprec.training.forecast import Forecast
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
    """Shows pair, round, epoch and the time left in all on the line below pytest's dots.

    It is drawn at the end of an epoch only: a drawing thread would take its time from the
    training that is being timed.

    Attributes:
        forecast: of the session that the pairs belong to; None where each is for itself.
    """

    def __init__(self, terminal: TextIO, forecast: Forecast | None = None) -> None:
        self.forecast = forecast
        self._terminal = terminal
        self._console = Console(file=terminal)
        self._live: Live | None = None
        self._column = 0

    def start(self, plan: Plan, column: int) -> None:
        """Open the line for a plan; `column` is where pytest's own line stands."""
        self._column, self._plan, self._start_s = column, plan, time.monotonic()
        self._forecast = self.forecast or Forecast([plan.pair], 1)
        self._console.line()
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._live.start()
        self._draw(1, 1, 0)

    def advance(self, round_number: int, epoch: int) -> None:
        """Count one finished epoch; matches `lowprec.training.pair.OnEpoch`."""
        epochs = self._plan.epochs
        done = sum(epochs[: round_number - 1]) + epoch
        if epoch < epochs[round_number - 1]:
            self._draw(round_number, epoch + 1, done)
        elif round_number < len(epochs):
            self._draw(round_number + 1, 1, done)
        else:
            self._draw(round_number, epoch, done)  # while the last round is evaluated

    def stop(self) -> None:
        """Erase the line and put the cursor back behind pytest's dots."""
        if self._live:
            self._forecast.took_s[self._plan.pair] = time.monotonic() - self._start_s
            self._live.stop()
            self._live = None
            self._console.control(Control.move(self._column, -1))

    def _draw(self, round_number: int, epoch: int, done: int) -> None:
        assert self._live is not None
        width, total = self._fit_terminal(), sum(self._plan.epochs)
        elapsed_s = time.monotonic() - self._start_s
        left_s = self._forecast.left_s(self._plan.pair, elapsed_s, done / total)
        texts = self._texts(round_number, epoch)
        self._live.update(fitted_line(texts, left_s, done, total, width), refresh=True)

    def _texts(self, round_number: int, epoch: int) -> Iterator[str]:
        """Yield what to say of the pair, from the longest to the shortest."""
        plan, count = self._plan, self._forecast.count
        place = f"{self._forecast.number(plan.pair)} of {count}" if count > 1 else ""
        name = f"{plan.pair} ({place})" if place else str(plan.pair)
        rounds = f"{name}: round {round_number}/{len(plan.epochs)}"
        yield f"{rounds}, epoch {epoch}/{plan.epochs[round_number - 1]}"
        yield rounds
        yield name
        yield place

    def _fit_terminal(self) -> int:
        """Let the console be as wide as the terminal is now; return that width.

        rich looks for the terminal at the descriptors that pytest has redirected by now. The last
        column stays free: some terminals begin a new line behind it.
        """
        with suppress(OSError, ValueError):  # no real terminal
            if columns := os.get_terminal_size(self._terminal.fileno()).columns:
                self._console.width = columns - 1
        return self._console.width


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
