"""python -m lab.hostile.crowd [--seconds S]: 12 writers and readers on one storage.

Four save sessions, all under one name; four accept; four read all there is and judge. Counted are
sessions and acceptances that were written and are gone, files that are not whole, and errors.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from pytest_benchmark.storage.file import FileStorage

from lab.hostile import histories
from lowprec.history.accepted import ACCEPTED_NAME, load_acceptances, write_acceptances
from lowprec.history.past import read_past
from lowprec.history.storage import Folder
from lowprec.record.acceptance import Acceptance
from lowprec.suite.saving import saved_whole
from lowprec.whole_files import one_at_a_time

EACH = 4


def _save(folder: Path) -> str:
    storage = FileStorage(str(folder), logging.getLogger(__name__), histories.PLATFORM)
    benchmarks = SimpleNamespace(storage=storage, json=None, save_json=None)
    with saved_whole(benchmarks, lambda: None) as unsaved:
        benchmarks.storage.save(histories.content(), "crowd")
    return f"error: {unsaved}" if unsaved else "saved"


def _accept(folder: Path) -> str:
    path = folder / ACCEPTED_NAME
    with one_at_a_time(folder):
        write_acceptances(path, [*load_acceptances(path), Acceptance("0001", None, "crowd")])
    return "accepted"


def _read(folder: Path) -> str:
    past = read_past(Folder(folder))
    faults = [fault for fault in past.faults if "fits no session" not in fault]
    unreadable = [fault for fault in faults if "not a stored session" in fault]
    return f"error: {unreadable}" if unreadable else "read"


def _again_and_again(do: Callable[[Path], str], folder: Path, until: float) -> Counter[str]:
    counts: Counter[str] = Counter()
    while time.monotonic() < until:
        try:
            counts[do(folder)] += 1
        except Exception:
            counts[f"error: {traceback.format_exc()}"] += 1
    return counts


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = histories.copied(Path(scratch) / "history")
        before = len(list(folder.rglob("*.json")))
        until = time.monotonic() + options.seconds
        jobs = [(do, folder, until) for do in (_save, _accept, _read) for _ in range(EACH)]
        with multiprocessing.get_context("spawn").Pool(len(jobs)) as pool:
            counts = sum(pool.starmap(_again_and_again, jobs), Counter())
        saved = len(list(folder.rglob("*.json"))) - before
        accepted = len(load_acceptances(folder / ACCEPTED_NAME))
        print(f"{dict(counts)}")
        print(f"lost: {counts['saved'] - saved} sessions, {counts['accepted'] - accepted} rows")
        print(f"not whole: {len(histories.unreadable(folder))}")


if __name__ == "__main__":
    main()
