"""python -m lab.doctor: measure one generation of Keras, and write the tables of all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from lab.doctor.measure import Measured, frame, generation, measure
from lab.doctor.tables import text

FOLDER = Path("docs/doctor")


def main() -> None:
    """Measure and write."""
    keras, path = generation(), FOLDER / "hits.csv"
    rows = frame(_told(measure(keras)))
    if path.exists():
        before = pd.read_csv(path, dtype={"keras": str})
        rows = pd.concat([before[before.keras != keras], rows])
    rows = rows.sort_values("keras", ascending=False, kind="stable")
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows.to_csv(path, index=False)
    (FOLDER / "hits.md").write_text(text(rows), encoding="utf-8")


def _told(rows: Iterator[Measured]) -> Iterator[Measured]:
    for row in rows:
        print(row, flush=True)
        yield row


if __name__ == "__main__":
    main()
