"""One line on the terminal about all rounds of a cluster; nothing where there is no terminal."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import fmean
from typing import TextIO

from rich.console import Console
from rich.live import Live

from lowprec.record.seed_round import SeedRound, Work
from lowprec.rows.matrix import Pair
from lowprec.training.fitted_line import fitted_line
from lowprec.training.progress import real_terminal
from lowprec.wording import counted

__all__ = ["Overall", "OverallLine"]


class Overall:
    """How many of the rounds are done, and how long the others will take yet. Pure.

    Rounds of a pair take about as long as each other, and pairs that none is known of as long as
    the mean of those that are.
    """

    def __init__(self, works: Sequence[Work]) -> None:
        """Take the rounds that are to be trained."""
        self.total = len(works)
        self._left = Counter(work.pair for work in works)
        self._took_s: dict[Pair, list[float]] = defaultdict(list)

    @property
    def done(self) -> int:
        """Rounds that are done."""
        return self.total - self._left.total()

    def advance(self, trained: SeedRound) -> None:
        """Count a round."""
        self._left[trained.work.pair] -= 1
        if trained.round:
            self._took_s[trained.work.pair].append(trained.round.fit_s)

    def left_s(self, elapsed_s: float) -> float | None:
        """Return the seconds until all are done, by the seconds since the start; None at first."""
        took_s = [seconds for of_pair in self._took_s.values() for seconds in of_pair]
        if not took_s:
            return None
        ahead_s = sum(
            count * fmean(self._took_s.get(pair) or took_s) for pair, count in self._left.items()
        )
        return elapsed_s * ahead_s / sum(took_s)


class OverallLine:
    """Shows rounds, workers and the time left; drawn when a round is done."""

    def __init__(self, terminal: TextIO | None, works: Sequence[Work], workers: int) -> None:
        self._overall, self._workers = Overall(works), workers
        self._console = Console(file=terminal) if terminal else None
        self._live = (
            Live(console=self._console, auto_refresh=False, transient=True)
            if self._console
            else None
        )
        self._start_s = time.monotonic()

    @classmethod
    @contextmanager
    def over(cls, works: Sequence[Work], workers: int) -> Iterator[OverallLine]:
        """Show a line meanwhile."""
        line = cls(real_terminal(), works, workers)
        if line._live is None:
            yield line
            return
        with line._live:
            line._draw()
            yield line

    def advance(self, trained: SeedRound) -> None:
        """Count a round."""
        self._overall.advance(trained)
        self._draw()

    def _draw(self) -> None:
        if self._live is None or self._console is None:
            return
        overall = self._overall
        left_s = overall.left_s(time.monotonic() - self._start_s)
        width = self._console.width - 1  # some terminals begin a new line behind the last column
        line = fitted_line(self._texts(), left_s, overall.done, overall.total, width)
        self._live.update(line, refresh=True)

    def _texts(self) -> Iterator[str]:
        """Yield what to say, from the longest to the shortest."""
        overall = self._overall
        rounds = f"{overall.done} of {counted(overall.total, 'round')}"
        yield f"{rounds} on {counted(self._workers, 'worker')}"
        yield rounds
        yield f"{overall.done}/{overall.total}"
