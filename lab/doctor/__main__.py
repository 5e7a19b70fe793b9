"""python -m lab.doctor [NAME ...]: measure one generation of Keras, and write the tables of all.

Without names all trainings are measured; with some, these take the place of what was measured
before.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.doctor.measure import GROUPS, Measured, frame, generation, measure
from lab.doctor.tables import text

FOLDER = Path("docs/doctor")


def main() -> None:
    """Measure and write."""
    keras, path = generation(), FOLDER / "hits.csv"
    names = sys.argv[1:]
    rows = frame(_told(measure(keras, names)))
    if path.exists():
        before = pd.read_csv(path, dtype={"keras": str})
        rows = (
            _in_place(before, rows) if names else pd.concat([before[before.keras != keras], rows])
        )
    rows = rows.sort_values("keras", ascending=False, kind="stable")
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows.to_csv(path, index=False)
    (FOLDER / "hits.md").write_text(text(rows), encoding="utf-8")


KEY = ["keras", "group", "case", "scheme"]
"""What a row is of."""


def _in_place(before: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the earlier rows, with the new ones in the place of theirs, or behind their group."""
    both = pd.concat([before, rows]).drop_duplicates(KEY, keep="last").set_index(KEY)
    order = pd.concat([before, rows]).drop_duplicates(KEY)[KEY]
    ordered = both.loc[list(map(tuple, order.to_numpy()))].reset_index()
    groups = ["paper", *GROUPS]
    return ordered.sort_values("group", key=lambda names: names.map(groups.index), kind="stable")


def _told(rows: Iterator[Measured]) -> Iterator[Measured]:
    for row in rows:
        print(row, flush=True)
        yield row


if __name__ == "__main__":
    main()
