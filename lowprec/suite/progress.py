"""The progress line of a session: which of its pairs is in training, and how long all will take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest

from lowprec.record.summary import SessionSummary
from lowprec.rows.matrix import Pair
from lowprec.training.forecast import Forecast
from lowprec.training.pair import OnEpoch, Plan
from lowprec.training.progress import ProgressLine, real_terminal, shown

__all__ = ["SessionProgress", "known_s"]


class SessionProgress:
    """Draws the line of one pair after the other, where there is a terminal.

    Attributes:
        pairs: that the session is to train, None for one whose name is not known before.
        earlier: returns the newest stored session of this environment and protocol, None without
            one. It is asked once a session, before the first training.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        terminal = None if hasattr(config, "workerinput") else real_terminal()
        self._line = ProgressLine(terminal) if terminal else None
        self.pairs: Sequence[Pair | None] = ()
        self.earlier: Callable[[], SessionSummary | None] = lambda: None

    @contextmanager
    def of(self, plan: Plan) -> Iterator[OnEpoch | None]:
        """Show the line while a plan is trained; yields what to call after each epoch."""
        if self._line and self._line.forecast is None:
            named = [pair for pair in self.pairs if pair]
            self._line.forecast = Forecast(named, len(self.pairs), known_s(self.earlier(), plan))
        # Where pytest's line of dots stands.
        column = self._config.get_terminal_writer().width_of_current_line
        with shown(self._line, plan, column) as on_epoch:
            yield on_epoch


def known_s(session: SessionSummary | None, plan: Plan) -> dict[Pair, float]:
    """Return how long the pairs of a stored session took, were they trained as this plan.

    Less the time to build, warm up and score models, which today's pace makes up for.
    """
    if session is None:
        return {}
    return {
        pair.pair: (pair.startup_s or 0.0) + max(plan.rounds * pair.seconds, plan.least_training_s)
        for pair in session.pairs
        if pair.seconds is not None
    }
