"""python -m lab.hostile.surroundings: every command where something is missing.

No HOME, other locales, `-O`, warnings that are errors, and files that may not grow beyond a size,
which is how a full disk looks to a program. Counted are tracebacks, hangs, exit codes that are none
of lowprec's, and files that are not as they were though their command failed.
"""

from __future__ import annotations

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
    """

    changes: Mapping[str, str | None] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    largest_bytes: int | None = None


SURROUNDINGS: Mapping[str, Surrounding] = MappingProxyType(
    {
        "as usual": Surrounding(),
        "no HOME": Surrounding({"HOME": None}),
        "HOME that is none": Surrounding({"HOME": "/nonexistent"}),
        "LANG=C": Surrounding({"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0"}),
        "ASCII terminal": Surrounding({"PYTHONIOENCODING": "ascii"}),
        "python -O": Surrounding(flags=("-O",)),
        "python -W error": Surrounding(flags=("-W", "error::UserWarning")),
        "full after 0 bytes": Surrounding(largest_bytes=0),
        "full after 2 kB": Surrounding(largest_bytes=2_000),
        "full after 40 kB": Surrounding(largest_bytes=40_000),
    }
)

COMMANDS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "check": ("check",),
        "replay": ("replay",),
        "export": ("export", "--format", "csv", "--out", "{out}/history.csv"),
        "report": ("report", "--out", "{out}"),
        "accept": ("accept", "{session}", "--reason", "n\u00e4chtlich"),
    }
)


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
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): path.read_bytes() for path in paths if "lowprec-index" not in path.name}


def _run(surrounding: Surrounding, arguments: Sequence[str], folder: Path) -> str:
    """Return what came of a command: its exit code, or what is wrong."""
    environment = {**os.environ, **{n: v for n, v in surrounding.changes.items() if v is not None}}
    for name in [name for name, value in surrounding.changes.items() if value is None]:
        environment.pop(name, None)
    limit: Callable[[], None] | None = None
    if surrounding.largest_bytes is not None:
        limit = partial(_limited, surrounding.largest_bytes)
    before = _files(folder)
    try:
        done = subprocess.run(
            [sys.executable, *surrounding.flags, "-m", "lowprec", *arguments],
            env=environment,
            capture_output=True,
            preexec_fn=limit,
            timeout=HANGS_AFTER_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "hangs"
    if b"Traceback" in done.stdout + done.stderr:
        return "traceback"
    if done.returncode not in (0, 1, 2):
        return f"exit code {done.returncode}"
    if done.returncode == 2 and _files(folder) != before:
        return "files changed"
    return str(done.returncode)


def main() -> None:
    """Print a table of what came of each command in each surrounding."""
    rows, counts = [], Counter[str]()
    with tempfile.TemporaryDirectory() as scratch:
        flagged = _acceptable(histories.copied(Path(scratch) / "history"))
    for name, surrounding in SURROUNDINGS.items():
        row = [name]
        for arguments in COMMANDS.values():
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                storage = histories.copied(folder / "history")
                (folder / "out").mkdir()
                filled = [a.format(out=folder / "out", session=flagged) for a in arguments]
                row.append(_run(surrounding, [*filled, "--storage", str(storage)], folder))
        counts.update(row[1:])
        rows.append(row)
    print(tabulate(rows, ["exit codes", *COMMANDS], tablefmt="github"))
    print(dict(counts))


if __name__ == "__main__":
    main()
