"""Small tables that people read and edit: CSV with a fixed header, read strictly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from lowprec.errors import LowprecError
from lowprec.whole_files import replace

__all__ = ["csv_text", "read_rows", "rows_in", "write_rows"]


def read_rows(
    path: Path, columns: Sequence[str], error: type[LowprecError]
) -> list[tuple[str, dict[str, str]]]:
    """Return the rows of a file, as `rows_in`.

    Raises:
        LowprecError: of the type `error`: the file cannot be read, or a row has not these columns.
    """
    try:
        content = path.read_bytes()
    except OSError as cause:
        raise error(f"{path}: cannot be read: {cause}") from cause
    return rows_in(content, str(path), columns, error)


def rows_in(
    content: bytes, place: str, columns: Sequence[str], error: type[LowprecError]
) -> list[tuple[str, dict[str, str]]]:
    """Return every row by column, each with the place to name in messages: file and line.

    Raises:
        LowprecError: of the type `error`: it is no such table, or a row has not these columns.
    """
    rows = []
    try:
        lines = io.StringIO(content.decode(), newline="")
        reader = csv.DictReader(lines, strict=True)
        if tuple(reader.fieldnames or ()) != tuple(columns):
            raise error(f"{place}: columns are {reader.fieldnames}, expected {', '.join(columns)}")
        for row in reader:
            where = f"{place}:{reader.line_num}"
            if None in row or None in row.values():
                raise error(f"{where}: expected {len(columns)} values, got another number")
            rows.append((where, row))
    except (csv.Error, UnicodeDecodeError) as cause:
        raise error(f"{place}: cannot be read: {cause}") from cause
    return rows


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def write_rows(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    error: type[LowprecError],
) -> None:
    """Write the whole table in one step.

    Raises:
        LowprecError: of the type `error`: it cannot be written; what it held is then still there.
    """
    try:
        replace(path, csv_text(columns, rows).encode())
    except OSError as cause:
        raise error(f"{path}: cannot be written: {cause}") from cause
