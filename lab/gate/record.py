"""python -m lab.gate.record: run real sessions, quiet ones and ones slowed down by hand.

It runs a small matrix again and again, in the conditions of `PLAN`, and writes the seconds of all
rounds to sessions.csv, a row for each as it is measured. The sessions themselves go to a storage,
for `lowprec replay`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
SESSIONS = Path(__file__).with_name("sessions.csv")
COLUMNS = ("time", "condition", "model", "scheme", "round", "seconds")
MATRIX = ("--models=NN-I,NN-T", "--rounds=2", "--slowdown=off")

SLOW = ("-p", "lab.gate.slow_fit")
CONDITIONS: Mapping[str, tuple[Mapping[str, str], Sequence[str]]] = {
    "quiet": ({}, ()),
    "NN-T single sleeps 10%": ({"GATE_SLOW": "NN-T-single:0.10"}, SLOW),
    "all pairs sleep 10%": ({"GATE_SLOW": "all:0.10"}, SLOW),
    "one core": ({}, ()),
}
"""What is set in the environment, and pytest's options, by condition."""

OLDER = "older TensorFlow"
PLAN = (
    ("quiet",) * 32
    + ("NN-T single sleeps 10%",) * 3
    + ("quiet",)
    + (("all pairs sleep 10%",) * 3 + ("quiet",) + ("one core",) * 3 + ("quiet",))
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m lab.gate.record", description=__doc__)
    parser.add_argument(
        "--older", metavar="PYTHON", help="Python of an environment with an older TensorFlow"
    )
    parser.add_argument("--storage", type=Path, required=True, help="folder of the sessions")
    options = parser.parse_args()
    plan = [*PLAN, *([OLDER] * 3 if options.older else [])]
    for number, condition in enumerate(plan, start=1):
        print(f"{number}/{len(plan)}: {condition}", flush=True)
        python = options.older if condition == OLDER else sys.executable
        rows = _session(condition, python, options.storage)
        new = not SESSIONS.exists()
        with SESSIONS.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerows([COLUMNS, *rows] if new else rows)


def _session(condition: str, python: str, storage: Path) -> list[tuple[object, ...]]:
    """Run one session; return a row for every round."""
    settings, options = CONDITIONS.get(condition, ({}, ()))
    cores = ("taskset", "--cpu-list", "0") if condition == "one core" else ()
    time = datetime.now().isoformat(timespec="seconds")
    before = set(storage.glob("*/*.json"))
    subprocess.run(
        [
            *(*cores, python, "-m", "pytest", "benchmarks/", "-q", *MATRIX, *options),
            *("--benchmark-autosave", f"--benchmark-storage={storage.resolve()}"),
        ],
        cwd=ROOT,
        env={**os.environ, **settings, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    [stored] = set(storage.glob("*/*.json")) - before
    benchmarks = json.loads(stored.read_text())["benchmarks"]
    return [
        (time, condition, record["model"], record["scheme"], number, f"{one['fit_s']:.4f}")
        for record in (b["extra_info"]["lowprec"] for b in benchmarks)
        for number, one in enumerate(record["rounds"], start=1)
    ]


if __name__ == "__main__":
    main()
