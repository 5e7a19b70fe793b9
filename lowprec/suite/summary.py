"""What a session says at its end, on pytest's terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lowprec.expectations.calibration import row_text
from lowprec.judging.session import JudgedSession
from lowprec.judging.verdict import PairVerdict
from lowprec.report.baseline import baseline_line
from lowprec.report.diagnosis import state_line
from lowprec.report.session import (
    crowded_line,
    emulated_line,
    second_look_lines,
    session_table,
    starts_line,
    unread_lines,
)
from lowprec.report.text import filled
from lowprec.rows.matrix import Pair
from lowprec.suite.against_history import AgainstHistory
from lowprec.suite.results import Results
from lowprec.wording import counted

__all__ = ["End", "write_summary"]

SIDE_BY_SIDE = "the seconds are judged by those of sessions of as many workers only."

Part = tuple[str, dict[str, bool]]
"""Lines, and their markup on pytest's terminal."""


@dataclass(frozen=True)
class End:
    """A session at its end.

    Attributes:
        protocol: under which pairs are trained.
        results: what it trained.
        order: of the pairs in the table.
        examines: whether pairs are examined and not judged.
        timed: whether seconds were measured.
        stored: whether the session will count for later ones.
        workers: how many processes trained, None for this one.
        history: the stored sessions; None where there are none.
        judged: what these say of it; None where they cannot.
        lacking: whether tests were skipped for want of earlier sessions.
        skipped: for what else tests were skipped, a reason each.
        failures: why it fails, whatever its tests came to.
        unsaved: what of it could not be saved, a line each.
        devices: over how many each pair was trained; None for one, without any strategy.
    """

    protocol: str
    results: Results
    order: Sequence[Pair]
    examines: bool = False
    timed: bool = True
    stored: bool = False
    workers: int | None = None
    history: AgainstHistory | None = None
    judged: JudgedSession | None = None
    lacking: bool = False
    skipped: Sequence[str] = ()
    failures: Sequence[str] = ()
    unsaved: Sequence[str] = ()
    devices: int | None = None

    @property
    def verdicts(self) -> Mapping[Pair, PairVerdict]:
        """What the stored sessions say, by pair; empty where they say nothing."""
        return {v.pair: v for v in self.judged.verdict.pairs} if self.judged else {}


def write_summary(terminal: Any, end: End) -> None:
    """Write the sections that have something to tell.

    Args:
        terminal: pytest's reporter.
        end: what is told.
    """
    paint = terminal.config.get_terminal_writer().markup
    over = f" over {counted(end.devices, 'device')}" if end.devices else ""
    sections = {
        "expectations": _measured(end.results),
        "doctor": _examined(end.results),
        f"{end.protocol} protocol{over}": _pairs(end, paint),
    }
    for title, parts in sections.items():
        for place, (text, markup) in enumerate(parts):
            if place == 0:
                terminal.section(f"lowprec: {title}")
            terminal.write_line(text, **markup)


def _measured(results: Results) -> Iterator[Part]:
    """Yield each row that was measured, and where they are now."""
    for _, row in results.measured:
        expected, evidence = row_text(row).splitlines()
        yield expected, {}
        yield "  " + filled(evidence.strip(), indent="  "), {}
    for table in dict.fromkeys(table for table, _ in results.measured):
        yield _filled(f"{table}: look through its rows, and commit them with the tests"), {}


def _examined(results: Results) -> Iterator[Part]:
    """Yield how each pair that was examined stands."""
    for found in results.examined:
        yield _filled(state_line(found.diagnosis)), {}


def _pairs(end: End, paint: Callable[..., str]) -> Iterator[Part]:
    """Yield the table of pairs, what their history says, and what could not be judged."""
    if end.examines:
        return
    results = end.results
    if results.stored:
        yield from _table(end, paint)
    for test_id in results.broken:
        yield f"not trained to the end: {test_id}", {"red": True}
    if results.stored:
        yield from _timing(end) if end.timed else _no_timing(end)
    for reason, count in Counter(end.skipped).items():
        yield (
            _filled(f"{counted(count, 'pair')} skipped: {reason}"),
            {"yellow": True},
        )
    for line in (*end.failures, *end.unsaved):
        yield _filled(line), {"red": True}


def _table(end: End, paint: Callable[..., str]) -> Iterator[Part]:
    pairs = end.results.ordered(end.order)
    yield session_table(pairs, end.timed, end.verdicts, paint), {}
    if end.timed:
        lines = filter(None, (starts_line(pairs), emulated_line(pairs)))
        yield from ((_filled(line), {}) for line in lines)
    yield from ((_filled(line), {}) for line in second_look_lines(pairs))
    yield from ((_filled(line), {"yellow": True}) for line in unread_lines(pairs))


def _timing(end: End) -> Iterator[Part]:
    """Yield what kept the machine busy, and what earlier sessions say of the seconds."""
    if end.workers:
        yield _filled(f"{counted(end.workers, 'worker')} trained side by side: {SIDE_BY_SIDE}"), {}
    if crowded := crowded_line(end.results.load):
        yield _filled(crowded), {"yellow": True}
    if end.history and end.judged:
        yield end.history.text(end.judged, end.stored, end.lacking), {}
    else:
        yield _filled(baseline_line(end.results.stored, 0, end.stored, end.lacking)), {}


def _no_timing(end: End) -> Iterator[Part]:
    how = f"in parallel by {end.workers} workers" if end.workers else "with timing off"
    pairs = counted(len(end.results.stored), "pair")
    yield f"{pairs} checked {how}: no timing was stored", {"yellow": True}


def _filled(line: str) -> str:
    return filled(line, indent="  ")
