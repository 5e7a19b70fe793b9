"""What a session has trained so far, judged together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from lowprec.diagnosis.diagnosis import Consultation
from lowprec.expectations.table import Expectation
from lowprec.judging.session import JudgedSession
from lowprec.record.environment import Environment
from lowprec.record.machine_load import MachineLoad
from lowprec.record.session import Session
from lowprec.record.stored_pair import StoredPair
from lowprec.rows.matrix import Pair
from lowprec.suite.against_history import AgainstHistory

__all__ = ["Results"]


class Results:
    """The pairs of a session as they are stored, and the tests that have none to show.

    Attributes:
        stored: by name, in the order in which they came.
        broken: ids of tests whose training did not end.
        examined: what the doctor has to say.
        measured: rows of expectations that were measured, and the tables that they are in.
        load: what else kept the machine busy until the last training ended; None where unknown.
    """

    def __init__(self) -> None:
        self.load: MachineLoad | None = None
        self.stored: dict[Pair, StoredPair] = {}
        self.broken: list[str] = []
        self.examined: list[Consultation] = []
        self.measured: list[tuple[Path, Expectation]] = []
        self._judged_pairs: dict[Pair, StoredPair] = {}
        self._judged: JudgedSession | None = None

    def session(self, environment: Environment, order: Sequence[Pair]) -> Session:
        """Return this session as it would be stored now, its pairs in an order of names."""
        pairs, now = self.ordered(order), datetime.now(UTC)
        return Session.of("this session", now, environment, pairs, load=self.load)

    def ordered(self, order: Sequence[Pair]) -> list[StoredPair]:
        """Return the pairs in an order of names; those that it does not have come last."""
        ranks = {pair: rank for rank, pair in enumerate(order)}
        return sorted(self.stored.values(), key=lambda pair: ranks.get(pair.pair, len(ranks)))

    def judged(
        self, history: AgainstHistory, environment: Environment, order: Sequence[Pair]
    ) -> JudgedSession:
        """Return what the history says of the pairs that were trained so far.

        They are judged together, since they share the machine's luck, and again only where one
        came or was trained again.
        """
        if self._judged is None or self._judged_pairs != self.stored:
            self._judged_pairs = dict(self.stored)
            self._judged = history.judge(self.session(environment, order))
        return self._judged
