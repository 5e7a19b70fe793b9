"""The table at the end of a session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from tabulate import tabulate

__all__ = ["session_table"]

HEADERS = ("model", "scheme", "seconds", "x single", "accuracy", "outcome", "expected", "verdict")
REFERENCE_SCHEME = "single"


def session_table(records: Sequence[Mapping[str, Any]], timed: bool) -> str:
    """Return the table of stored records: a line a pair, at most 80 columns for the matrix.

    Args:
        records: stored forms of the records, in the order of the lines.
        timed: whether seconds are measurements; otherwise they are left out.
    """
    fit_s = {
        (record["model"], record["scheme"]): median(r["fit_s"] for r in record["rounds"])
        for record in records
        if timed and record["rounds"]
    }
    table: str = tabulate(
        [_line(record, fit_s) for record in records],
        headers=HEADERS,
        tablefmt="simple",
        colalign=("left", "left", "right", "right", "right", "left", "left", "left"),
        disable_numparse=True,
    )
    return table


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
    if expected["accuracy_min"] is None:
        return str(expected["outcome"])
    low, high = expected["accuracy_min"], expected["accuracy_max"]
    return f"{expected['outcome']} {_short(low)}-{_short(high)}"


def _short(share: float) -> str:
    return f"{share:.3f}".removeprefix("0")
