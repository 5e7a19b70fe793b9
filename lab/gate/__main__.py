"""python -m lab.gate: measure the rates again, or draw tables and picture from them."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from . import oracle, real
from .measure import CHANGING, QUIET, measure
from .rules import RULES
from .tables import frame, markdown, picture, replaced

DOCS = Path(__file__).parents[2] / "docs" / "gate"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lab.gate", description=__doc__)
    parser.add_argument("--repeats", type=int, default=400, help="histories of every kind (400)")
    parser.add_argument("--processes", type=int, default=2, help="at the same time (2)")
    parser.add_argument("--rule", choices=RULES, help="measure one alone, the others stay (all)")
    parser.add_argument("--draw-only", action="store_true", help="draw what was measured before")
    options = parser.parse_args()
    DOCS.mkdir(parents=True, exist_ok=True)
    if options.rule:
        new = frame(measure(options.repeats, options.processes, [options.rule]))
        replaced(pd.read_csv(DOCS / "rates.csv"), new).to_csv(DOCS / "rates.csv", index=False)
    elif not options.draw_only:
        frame(measure(options.repeats, options.processes)).to_csv(DOCS / "rates.csv", index=False)
        _oracles(options.repeats).to_csv(DOCS / "oracle.csv", index=False)
    rates, best = (pd.read_csv(DOCS / name) for name in ("rates.csv", "oracle.csv"))
    (DOCS / "rates.md").write_text(markdown(rates, best), encoding="utf-8")
    picture(rates, best, DOCS / "rates.png")
    recorded = real.read()
    own, shared = real.noise(recorded)
    table = real.measure(recorded, options.repeats).to_markdown(disable_numparse=True)
    (DOCS / "real.md").write_text(
        f"Noise of the quiet sessions: {own:.1%} a pair, {shared:.1%} shared by all of a session."
        f"\n\n{table}\n",
        encoding="utf-8",
    )


def _oracles(repeats: int) -> pd.DataFrame:
    rows = []
    for number, name in enumerate(CHANGING):
        machine = QUIET[name]
        same, within = oracle.detection(machine.noise, machine.drift > 0, 10 * repeats, number)
        rows.append({"machine": name, "same_night": same, "within_3": within})
    return pd.DataFrame(rows)


if __name__ == "__main__":
    main()
