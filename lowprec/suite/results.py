"""What a session has trained so far, judged together, and the summary at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from lowprec.diagnosis.diagnosis import Consultation
from lowprec.expectations.calibration import row_text
from lowprec.expectations.table import Expectation
from lowprec.judging.session import JudgedSession
from lowprec.judging.verdict import PairVerdict
from lowprec.record.environment import Environment
from lowprec.record.machine_load import MachineLoad
from lowprec.record.session import Session, StoredPair
from lowprec.report.diagnosis import state_line
from lowprec.report.session import (
    emulated_line,
    second_look_lines,
    session_table,
    starts_line,
    unread_lines,
)
from lowprec.report.text import filled
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

    def measured_lines(self) -> Iterator[str]:
        """Yield each row that was measured, and where they are now, in lines of the terminal."""
        for _, row in self.measured:
            expected, evidence = row_text(row).splitlines()
            yield expected
            yield "  " + filled(evidence.strip(), indent="  ")
        for table in dict.fromkeys(table for table, _ in self.measured):
            text = f"{table}: look through its rows, and commit them with the tests"
            yield filled(text, indent="  ")

    def examined_lines(self) -> Iterator[str]:
        """Yield how each pair that was examined stands."""
        for found in self.examined:
            yield filled(state_line(found.diagnosis), indent="  ")

    def session(self, environment: Environment, order: Sequence[Pair]) -> Session:
        """Return this session as it would be stored now, its pairs in an order of names.

        Pairs that the order does not have come last.
        """
        pairs, now = self._ordered(order), datetime.now(UTC)
        return Session.of("this session", now, environment, pairs, load=self.load)

    def _ordered(self, order: Sequence[Pair]) -> list[StoredPair]:
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

    def summary(
        self,
        order: Sequence[Pair],
        timed: bool,
        workers: int | None,
        verdicts: Mapping[Pair, PairVerdict],
    ) -> Iterator[tuple[str, dict[str, bool]]]:
        """Yield each part of the summary, with the markup of pytest's terminal.

        Args:
            order: of the pairs in the table.
            timed: whether seconds were measured.
            workers: how many processes trained, None for this one.
            verdicts: what the history says, by pair; empty where there is none.
        """
        if self.stored:
            pairs = self._ordered(order)
            yield session_table(pairs, timed, verdicts), {}
            if timed and (starts := starts_line(pairs)):
                yield filled(starts, indent="  "), {}
            if timed and (emulated := emulated_line(pairs)):
                yield filled(emulated, indent="  "), {}
            for line in second_look_lines(pairs):
                yield filled(line, indent="  "), {}
            for line in unread_lines(pairs):
                yield filled(line, indent="  "), {"yellow": True}
        for test_id in self.broken:
            yield f"not trained to the end: {test_id}", {"red": True}
        if not timed:
            how = f"in parallel by {workers} workers" if workers else "with timing off"
            count = len(self.stored)
            yield f"{count} pairs were checked {how}: no timing was stored", {"yellow": True}
