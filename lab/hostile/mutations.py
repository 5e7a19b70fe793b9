"""Damaged histories through every command that reads one.

    python -m lab.hostile.mutations --count 1000 --seed 1

Counts tracebacks, hangs, and silent passes: a damaged file that is not read, and a command that
ends with 0 all the same.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lab.hostile.damage import DAMAGES
from lowprec.cli import main as lowprec
from lowprec.errors import HistoryError
from lowprec.history.files import read_session

__all__ = ["Finding", "commands_on", "tried"]

LONGEST_S = 60.0
"""A command that takes longer hangs: on a whole history it takes a second, the report ten."""

SESSIONS = 6
"""Of the history, of which one is damaged: the newest of a few."""

REPORT_EVERY = 20
"""One history in so many has a report drawn: it takes as long as all other commands together."""


class Finding(NamedTuple):
    """What should not be: which damage, its number, the command, and what came of it."""

    what: str
    number: int
    damage: str
    command: str
    said: str


def commands_on(storage: Path, out: Path) -> list[list[str]]:
    """Return the commands that read a history; the last one writes a report."""
    place = ["--storage", str(storage)]
    return [
        ["check", *place],
        ["check", "--all", "--format", "markdown", *place],
        ["check", "--format", "json", *place],
        ["replay", *place],
        ["compare", "--across", "tensorflow", "--fail", *place],
        ["export", "--format", "csv", *place],
        ["export", "--format", "junit", *place],
        ["report", "--out", str(out), *place],
    ]


def tried(sources: Sequence[Path], count: int, seed: int) -> Iterator[tuple[str, list[Finding]]]:
    """Damage a history so many times and yield, for each: the damage, and what should not be.

    Args:
        sources: stored sessions, oldest first, of which the last is damaged.
        count: how many damaged histories.
        seed: of all that is drawn.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="lowprec-hostile-") as folder:
        for number in range(count):
            name = chance.choice(list(DAMAGES))
            storage = Path(folder, str(number))
            shutil.copytree(sources[0].parent, storage, ignore=_all_but(sources))
            victim = storage / sources[-1].name
            victim.write_bytes(DAMAGES[name](victim.read_bytes(), chance))
            commands = commands_on(storage, Path(folder, "report"))
            commands = commands if number % REPORT_EVERY == REPORT_EVERY - 1 else commands[:-1]
            found = [_outcome(number, name, command, victim) for command in commands]
            yield name, [finding for finding in found if finding]
            shutil.rmtree(storage)


def _all_but(sources: Sequence[Path]) -> Callable[[str, list[str]], list[str]]:
    kept = {path.name for path in sources}
    return lambda folder, names: [name for name in names if name not in kept]


def _outcome(number: int, damage: str, command: Sequence[str], victim: Path) -> Finding | None:
    """Run a command, and return what should not be."""
    printed, told = io.StringIO(), io.StringIO()
    start = time.monotonic()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(told):
        code = lowprec([*command])
    took_s = time.monotonic() - start
    error = told.getvalue()
    what = None
    if "Traceback (most recent call last)" in error:
        what = "traceback"
    elif took_s > LONGEST_S:
        what = "hang"
    elif code == 0 and not _is_read(victim):
        what = "silent pass"
    last = (error.strip().splitlines() or [""])[-1]
    return Finding(what, number, damage, " ".join(command[:3]), last) if what else None


def _is_read(path: Path) -> bool:
    """Whether a file is still a stored session."""
    try:
        return read_session(path) is not None
    except HistoryError:
        return False


def main() -> None:
    """Print what was counted, and what should not be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--history", type=Path, default=Path(".benchmarks/Linux-CPython-3.11-64bit")
    )
    options = parser.parse_args()
    sources = sorted(options.history.glob("*.json"))[-SESSIONS:]
    counts: Counter[str] = Counter()
    findings: list[Finding] = []
    for name, found in tried(sources, options.count, options.seed):
        counts[name] += 1
        findings += found
    for name, number in sorted(counts.items()):
        print(f"{number:5} {name}")
    kinds = Counter(finding.what for finding in findings)
    for what in ("traceback", "silent pass", "hang"):
        print(f"{kinds[what]:5} {what}")
    for finding in findings:
        print(*finding, sep=" | ")


if __name__ == "__main__":
    main()
