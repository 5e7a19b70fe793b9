"""The table at the end of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from lowprec.comparison import REFERENCE_SCHEME
from lowprec.report.text import table

__all__ = ["session_table"]

HEADERS = ("model", "scheme", "seconds", "/single", "accuracy", "outcome", "expected", "verdict")


def session_table(records: Sequence[Mapping[str, Any]], timed: bool) -> str:
    """Return the table of stored records: a line a pair, 80 columns where all is well.

    Args:
        records: stored forms of the records, in the order of the lines.
        timed: whether seconds are measurements; otherwise they are left out.
    """
    fit_s = {
        (record["model"], record["scheme"]): median(r["fit_s"] for r in record["rounds"])
        for record in records
        if timed and record["rounds"]
    }
    align = ("left", "left", "right", "right", "right", "left", "left", "left")
    return table(HEADERS, [_line(record, fit_s) for record in records], align)


def _line(record: Mapping[str, Any], fit_s: Mapping[tuple[str, str], float]) -> tuple[str, ...]:
    own_s = fit_s.get((record["model"], record["scheme"]))
    reference_s = fit_s.get((record["model"], REFERENCE_SCHEME))
    accuracy = record["accuracy"]
    return (
        record["model"],
        record["scheme"],
        "-" if own_s is None else f"{own_s:.2f}",
        "-" if own_s is None or reference_s is None else f"{own_s / reference_s:.2f}",
        "-" if accuracy is None else f"{accuracy:.4f}",
        record["outcome"],
        _expected(record["expected"]),
        record["verdict"],
    )


def _expected(expected: Mapping[str, Any] | None) -> str:
    if expected is None:
        return "-"
    if "learns" not in expected["outcome"].split("|"):
        return str(expected["outcome"])  # the band, if any, is that of guessing
    band = f"{_short(expected['accuracy_min'])}-{_short(expected['accuracy_max'])}"
    return f"{expected['outcome']} {band}"


def _short(share: float) -> str:
    return f"{share:.2f}".removeprefix("0")
