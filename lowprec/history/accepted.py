"""Flagged changes that were accepted as the new normal: a small table beside the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lowprec.csv_table import csv_text, read_rows, rows_in, write_rows
from lowprec.errors import HistoryError
from lowprec.record.acceptance import Acceptance
from lowprec.rows.matrix import Pair
from lowprec.wording import printable

__all__ = [
    "ACCEPTED_NAME",
    "acceptance_table",
    "acceptances_in",
    "load_acceptances",
    "write_acceptances",
]

ACCEPTED_NAME = "accepted.csv"
"""In the folder of the stored sessions."""

COLUMNS = ("session", "model", "scheme", "reason")


def load_acceptances(path: Path) -> tuple[Acceptance, ...]:
    """Read the table; empty where there is none.

    Raises:
        HistoryError: it cannot be read, or a row is wrong; names the line.
    """
    if not path.exists():
        return ()
    return tuple(_parse(row, where) for where, row in read_rows(path, COLUMNS, HistoryError))


def acceptances_in(content: bytes, place: str) -> tuple[Acceptance, ...]:
    """Return the rows of a table; raises HistoryError as `load_acceptances` does."""
    rows = rows_in(content, place, COLUMNS, HistoryError)
    return tuple(_parse(row, where) for where, row in rows)


def _parse(row: Mapping[str, str], where: str) -> Acceptance:
    texts = {name: printable(value.strip()) for name, value in row.items()}
    if not texts["session"] or not texts["reason"] or bool(texts["model"]) != bool(texts["scheme"]):
        raise HistoryError(
            f"{where}: expected a session, a reason, and model and scheme or neither, got {texts}"
        )
    pair = Pair(texts["model"], texts["scheme"]) if texts["model"] else None
    return Acceptance(texts["session"], pair, texts["reason"], where)


def write_acceptances(path: Path, acceptances: Iterable[Acceptance]) -> None:
    """Write the whole table in one step.

    Raises:
        HistoryError: it cannot be written; what it held is then still there.
    """
    write_rows(path, COLUMNS, map(_cells, acceptances), HistoryError)


def acceptance_table(acceptance: Acceptance) -> bytes:
    """Return a table of one row."""
    return csv_text(COLUMNS, [_cells(acceptance)]).encode()


def _cells(row: Acceptance) -> tuple[str, ...]:
    return (row.session, *(row.pair or ("", "")), row.reason)
