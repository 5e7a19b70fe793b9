"""python -m lab.gate.clocks: what caution does where several times of a pair are judged.

A pair has up to three: the seconds of its training, the processors' time of that, and its start.
Each is a track of its own, and each can raise a false alarm. docs/gate/clocks.md has the table.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import product
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from tabulate import tabulate

from lowprec.judging.series import SHARED_CAUTION
from lowprec.judging.student import Floats
from lowprec.judging.track import Track
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import MATRIX

from .generator import BASELINE_NIGHTS, SCOPES, Flags, Machine, changed, histories

DOCS = Path(__file__).parents[2] / "docs" / "gate"
CAUTIONS = (0.0, SHARED_CAUTION, 2.0, 3.0)
MACHINES = {
    "noise 2%": Machine(0.02),
    "noise 4%": Machine(0.04),
    "noise 4%, drift 3%": Machine(0.04, drift=0.03),
}
NIGHTS = 40
HISTORIES = 100
SIZES = (0.10, 0.20)

INTRODUCTION = """\
# False alarms and caution

    python -m lab.gate.clocks

A pair has up to three times, each of which is judged by the same rule: the seconds of its training,
the processors' time of that, and its start. So that together they raise no more false alarms than
one did, each asks for more evidence by its caution (a logarithm of a likelihood ratio, added to
[the evidence that is asked for](constants.md)). In 100 nights of one time there are so many false
alarms, and in 100 histories so many slowdowns of one pair are found on the first night and within
three, on [generated histories](../gate.md#how-good-it-is) of sixteen pairs with 30 nights before:

"""


def flags(history: Floats, caution: float) -> Flags:
    """Return which pairs are called slower, (nights after the baseline, pairs)."""
    track, found = Track(), []
    for night, log_s in enumerate(history.mean(axis=2)):
        track.start(dict(zip(MATRIX, np.exp(log_s).tolist(), strict=True)))
        slower: set[int] = set()
        if night >= BASELINE_NIGHTS:
            verdicts = track.verdicts(MATRIX, brief=True, caution=caution)
            slower = {i for i, p in enumerate(MATRIX) if verdicts[p].verdict is Verdict.SLOWER}
            found.append([i in slower for i in range(len(MATRIX))])
        track.finish([MATRIX[i] for i in slower], ())
    return np.array(found)


def row(task: tuple[str, float]) -> list[str]:
    """Return the row of a machine and a caution."""
    name, caution = task
    machine = MACHINES[name]
    alarms = [
        flags(history, caution).any(axis=1).mean()
        for history, _ in histories(f"quiet {name}", machine, BASELINE_NIGHTS + NIGHTS, HISTORIES)
    ]
    error = np.std(alarms, ddof=1) / np.sqrt(HISTORIES)
    cells = [name, f"{caution:g}", f"{np.mean(alarms):.1%} ± {error:.1%}"]
    for size in SIZES:
        found = np.array([*_found(name, machine, size, caution)])
        cells.append(f"{found[:, 0].mean():.0%}, {found.any(axis=1).mean():.0%}")
    return cells


def _found(name: str, machine: Machine, size: float, caution: float) -> Iterator[Flags]:
    for history, _ in histories(f"slower {name}", machine, BASELINE_NIGHTS + 3, HISTORIES):
        yield flags(changed(history, "pair", size), caution)[:, SCOPES["pair"]].ravel()


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--processes", type=int, default=2, metavar="N")
    with Pool(parser.parse_args().processes) as pool:
        rows = pool.map(row, product(MACHINES, CAUTIONS), chunksize=1)
    headers = ["machine", "caution", "false alarms", *(f"{size:.0%} slower" for size in SIZES)]
    table = tabulate(rows, headers, tablefmt="github")
    (DOCS / "clocks.md").write_text(f"{INTRODUCTION}{table}\n", encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
