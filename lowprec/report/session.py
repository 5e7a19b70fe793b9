"""The table at the end of a session."""

from __future__ import annotations

from collections.abc import Sequence

from lowprec.record.session import StoredExpectation, StoredPair, relative_seconds
from lowprec.report.text import table

__all__ = ["session_table"]

HEADERS = ("model", "scheme", "seconds", "/single", "accuracy", "outcome", "expected", "verdict")


def session_table(pairs: Sequence[StoredPair], timed: bool) -> str:
    """Return the table of a session: a line a pair, 80 columns where all is well.

    Args:
        pairs: in the order of the lines, each once.
        timed: whether seconds are measurements; otherwise they are left out.
    """
    relative = relative_seconds({pair.pair: pair.seconds for pair in pairs}) if timed else {}
    align = ("left", "left", "right", "right", "right", "left", "left", "left")
    rows = [_line(pair, timed, relative.get(pair.pair)) for pair in pairs]
    return table(HEADERS, rows, align)


def _line(pair: StoredPair, timed: bool, relative: float | None) -> tuple[str, ...]:
    return (
        pair.model,
        pair.scheme,
        "-" if pair.seconds is None or not timed else f"{pair.seconds:.2f}",
        "-" if relative is None else f"{relative:.2f}",
        "-" if pair.accuracy is None else f"{pair.accuracy:.4f}",
        pair.outcome,
        _expected(pair.expected),
        pair.verdict,
    )


def _expected(expected: StoredExpectation | None) -> str:
    if expected is None:
        return "-"
    if "learns" not in expected.outcomes:
        return expected.outcome  # the band, if any, is that of guessing
    return f"{expected.outcome} {_short(expected.accuracy_min)}-{_short(expected.accuracy_max)}"


def _short(share: float | None) -> str:
    return "?" if share is None else f"{share:.2f}".removeprefix("0")
