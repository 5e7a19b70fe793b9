"""python -m lab.hostile.surroundings: every command where something is missing or strange.

No HOME, other locales, `-O`, warnings that are errors, files that may not grow beyond a size, a
mount that is read-only or full, clocks that are wrong or jump. Counted are tracebacks, hangs, exit
codes that are none of theirs, sessions that are lost, and files that are not as they were though
their command failed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType

from tabulate import tabulate

from lab.hostile import histories
from lab.hostile.hosts import AFTER, FILL, clock, has_clocks, has_mounts, in_mounts
from lowprec.commands.accept import accept
from lowprec.errors import UsageError
from lowprec.history.storage import Folder

HANGS_AFTER_S = 300.0


@dataclass(frozen=True)
class Surrounding:
    """What differs from a usual day.

    Attributes:
        changes: of the environment; None takes a variable away.
        flags: of Python.
        largest_bytes: that a file may become.
        mount: of the folder, of `lab.hostile.hosts.MOUNTS`.
        times: that the clock shows, one after the other.
        stored: what is done to the newest session beforehand.
        trains: whether a session of the suite is tried, too, which takes half a minute.
    """

    changes: Mapping[str, str | None] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    largest_bytes: int | None = None
    mount: str | None = None
    times: tuple[str, ...] = ()
    stored: Callable[[Path], object] | None = None
    trains: bool = False

    @property
    def is_possible(self) -> bool:
        """Whether this machine can be made so."""
        return (not self.mount or has_mounts()) and (not self.times or has_clocks())


def _dated(year: int, path: Path) -> None:
    """Have a session stored in another year."""
    document = json.loads(path.read_text())
    document["datetime"] = f"{year}{document['datetime'][4:]}"
    path.write_text(json.dumps(document))


SURROUNDINGS: Mapping[str, Surrounding] = MappingProxyType(
    {
        "as usual": Surrounding(trains=True),
        "no HOME": Surrounding({"HOME": None}),
        "HOME that is none": Surrounding({"HOME": "/nonexistent"}),
        "LANG=C": Surrounding({"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}),
        "ASCII terminal": Surrounding({"PYTHONIOENCODING": "ascii"}),
        "python -O": Surrounding(flags=("-O",)),
        "python -W error": Surrounding(flags=("-W", "error::UserWarning")),
        "full after 0 bytes": Surrounding(largest_bytes=0),
        "full after 2 kB": Surrounding(largest_bytes=2_000),
        "full after 40 kB": Surrounding(largest_bytes=40_000),
        "a read-only mount": Surrounding(mount="read-only", trains=True),
        "a mount that is full": Surrounding(mount="full", trains=True),
        "the clock in 1970": Surrounding(times=("@1970-01-02 00:00:00",), trains=True),
        "the clock in 2099": Surrounding(times=("@2099-01-02 00:00:00",), trains=True),
        # No session: under faketime TensorFlow waits for ever in a fit once its clock jumps.
        "a clock that jumps": Surrounding(times=("+0", "-400d", "+400d")),
        "the newest session of 1970": Surrounding(stored=partial(_dated, 1970), trains=True),
        "the newest session of 2099": Surrounding(stored=partial(_dated, 2099), trains=True),
    }
)

STORAGE = ("--storage", "{storage}")

COMMANDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "check": ("lowprec", "check", *STORAGE),
        "replay": ("lowprec", "replay", *STORAGE),
        "export": ("lowprec", "export", "--format", "csv", "--out", "{out}/history.csv", *STORAGE),
        "report": ("lowprec", "report", "--out", "{out}", *STORAGE),
        "accept": ("lowprec", "accept", "{session}", "--reason", "n\u00e4chtlich", *STORAGE),
        "session": (
            *(
                "pytest",
                "benchmarks",
                "--models=NN-I",
                "--schemes=single",
                "-p",
                "no:cacheprovider",
            ),
            *("--benchmark-autosave", "--benchmark-storage={storage}"),
        ),
    }
)

FAILED: Mapping[str, int] = MappingProxyType({"lowprec": 2, "pytest": 4})
"""The exit code by which each says that it could not do it, and has changed nothing."""

NOT_TRIED = "not tried here"


def _acceptable(storage: Path) -> str:
    """Return the name of a session in which something can be accepted."""
    for path in sorted(storage.rglob("*.json"), reverse=True):
        try:
            accept(Folder(storage), path.stem, None, None)
        except UsageError:
            continue
        return path.stem
    raise RuntimeError(f"{storage}: nothing to accept")


def _limited(size_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, size_bytes))


def _files(folder: Path) -> dict[str, bytes]:
    """Return what lies in a folder, without the index that every command may write."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != FILL]
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in paths
        if "lowprec-index" not in path.name
    }


def _run(surrounding: Surrounding, arguments: Sequence[str], folder: Path, clock_file: Path) -> str:
    """Return what came of a command: its exit code, or what is wrong."""
    environment = {**os.environ, **{n: v for n, v in surrounding.changes.items() if v is not None}}
    for name in [name for name, value in surrounding.changes.items() if value is None]:
        environment.pop(name, None)
    limit: Callable[[], None] | None = None
    if surrounding.largest_bytes is not None:
        limit = partial(_limited, surrounding.largest_bytes)
    command = [sys.executable, *surrounding.flags, "-m", *arguments]
    if surrounding.mount:
        command = in_mounts(surrounding.mount, folder, command)
    # Of a history with a fault what can be said is written, with the exit code of a failure.
    kept = "history" if surrounding.stored else "."
    before = _files(folder / kept)
    try:
        with clock(clock_file, surrounding.times) as changes:
            done = subprocess.run(
                command,
                env={**environment, **changes},
                capture_output=True,
                preexec_fn=limit,
                timeout=HANGS_AFTER_S,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return "hangs"
    after = _files((Path(f"{folder}{AFTER}") if surrounding.mount else folder) / kept)
    return _wrong(arguments[0], done, before, after) or str(done.returncode)


def _wrong(
    program: str,
    done: subprocess.CompletedProcess[bytes],
    before: Mapping[str, bytes],
    after: Mapping[str, bytes],
) -> str | None:
    """Return what should not be; None where all is well."""
    failed = FAILED[program]
    if b"Traceback" in done.stdout + done.stderr:
        return "traceback"
    if done.returncode not in (0, 1, failed):
        return f"exit code {done.returncode}"
    if done.returncode == failed and after != before:
        return "files changed"
    if program == "pytest" and done.returncode != failed and len(after) != len(before) + 1:
        return "session lost"
    return None


def _tried(surrounding: Surrounding, arguments: Sequence[str], flagged: str) -> str:
    """Try a command on a new history."""
    if arguments[0] == "pytest" and not surrounding.trains:
        return "-"
    if not surrounding.is_possible:
        return NOT_TRIED
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "folder"
        storage = histories.copied(folder / "history")
        if surrounding.stored:
            surrounding.stored(max(storage.rglob("*.json")))
        (folder / "out").mkdir()
        filled = [
            argument.format(out=folder / "out", session=flagged, storage=storage)
            for argument in arguments
        ]
        return _run(surrounding, filled, folder, Path(scratch) / "clock")


def main() -> None:
    """Print a table of what came of each command in each surrounding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="those whose name has it")
    only = parser.parse_args().only
    rows, counts = [], Counter[str]()
    with tempfile.TemporaryDirectory() as scratch:
        flagged = _acceptable(histories.copied(Path(scratch) / "history"))
    for name, surrounding in SURROUNDINGS.items():
        if only in name:
            row = [_tried(surrounding, arguments, flagged) for arguments in COMMANDS.values()]
            counts.update(row)
            rows.append([name, *row])
    print(tabulate(rows, ["exit codes", *COMMANDS], tablefmt="github"))
    print(dict(counts))


if __name__ == "__main__":
    main()
