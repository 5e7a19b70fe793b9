"""What a session has trained so far, judged together, and the summary at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from lowprec.judging.verdict import PairVerdict
from lowprec.record.environment import Environment
from lowprec.record.session import Session, StoredPair
from lowprec.report.session import session_table
from lowprec.rows.matrix import Pair
from lowprec.suite.against_history import AgainstHistory

__all__ = ["Results"]


class Results:
    """The pairs of a session as they are stored, and the tests that have none to show.

    Attributes:
        stored: by name, in the order in which they came.
        broken: ids of tests whose training did not end.
    """

    def __init__(self) -> None:
        self.stored: dict[Pair, StoredPair] = {}
        self.broken: list[str] = []
        self._judged_count = 0
        self._verdicts: dict[Pair, PairVerdict] = {}

    def session(self, environment: Environment, order: Sequence[Pair]) -> Session:
        """Return this session as it would be stored now, its pairs in an order of names."""
        return Session.of("this session", datetime.now(UTC), environment, self._ordered(order))

    def _ordered(self, order: Sequence[Pair]) -> list[StoredPair]:
        return [self.stored[pair] for pair in sorted(self.stored, key=order.index)]

    def verdict(self, pair: Pair, history: AgainstHistory, environment: Environment) -> PairVerdict:
        """Return what the history says of a pair.

        It is judged with all pairs that were trained so far, which share the machine's luck.
        """
        if len(self.stored) != self._judged_count:
            self._judged_count = len(self.stored)
            judged = history.judge(self.session(environment, list(self.stored)))
            self._verdicts = {verdict.pair: verdict for verdict in judged.verdict.pairs}
        return self._verdicts[pair]

    def summary(
        self, order: Sequence[Pair], timed: bool, workers: int | None
    ) -> Iterator[tuple[str, dict[str, bool]]]:
        """Yield each part of the summary, with the markup of pytest's terminal.

        Args:
            order: of the pairs in the table.
            timed: whether seconds were measured.
            workers: how many processes trained, None for this one.
        """
        if self.stored:
            yield session_table(self._ordered(order), timed), {}
        for test_id in self.broken:
            yield f"not trained to the end: {test_id}", {"red": True}
        if not timed:
            how = f"in parallel by {workers} workers" if workers else "with timing off"
            count = len(self.stored)
            yield f"{count} pairs were checked {how}: no timing was stored", {"yellow": True}
