"""Flagged changes that were accepted as the new normal: a small table beside the history."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from lowprec.errors import HistoryError
from lowprec.gate_verdicts import Acceptance

__all__ = ["ACCEPTED_NAME", "load_acceptances", "write_acceptances"]

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
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file, strict=True)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise HistoryError(
                    f"{path}: columns are {reader.fieldnames}, expected {', '.join(COLUMNS)}"
                )
            return tuple(_parse(row, f"{path}:{reader.line_num}") for row in reader)
    except (OSError, csv.Error, UnicodeDecodeError) as error:
        raise HistoryError(f"{path}: cannot be read: {error}") from error


def _parse(row: dict[str, str | None], where: str) -> Acceptance:
    if None in row or None in row.values():
        raise HistoryError(f"{where}: expected {len(COLUMNS)} values, got another number")
    texts = {name: (value or "").strip() for name, value in row.items()}
    if not texts["session"] or not texts["reason"] or bool(texts["model"]) != bool(texts["scheme"]):
        raise HistoryError(
            f"{where}: expected a session, a reason, and model and scheme or neither, got {texts}"
        )
    pair = (texts["model"], texts["scheme"]) if texts["model"] else None
    return Acceptance(texts["session"], pair, texts["reason"])


def write_acceptances(path: Path, acceptances: Iterable[Acceptance]) -> None:
    """Write the whole table in one step.

    Raises:
        HistoryError: it cannot be written; what it held is then still there.
    """
    scratch = path.with_suffix(".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for one in acceptances:
                writer.writerow([one.session, *(one.pair or ("", "")), one.reason])
        scratch.replace(path)
    except OSError as error:
        raise HistoryError(f"{path}: cannot be written: {error}") from error
