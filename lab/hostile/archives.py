"""python -m lab.hostile.archives: `lowprec data prepare` on archives that are not what they seem.

Each is one file of the small sets of `lab.hostile.small_sets`, with the other set good or missing.
Counted are tracebacks, hangs, archives that are taken, that are not named, that take much memory,
and files that are written or left anywhere.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from lab.hostile.archive_trials import TRIALS, Trial
from lab.hostile.small_sets import write_archive, write_idx_files

HANGS_AFTER_S = 120.0
MOST_BYTES = 6 << 30
"""Of address space, lest this machine suffers; TensorFlow has to fit in."""

MUCH_BYTES = 300 << 20
"""A refused archive takes less: nothing of TensorFlow is loaded by then."""

POLL_S = 0.02


@dataclass(frozen=True)
class Ended:
    """How a command ended; without an exit code it hung."""

    exit_code: int | None
    said: str
    took_s: float
    peak_bytes: int


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


def _prepared(folder: Path) -> Ended:
    """Run the command in a folder, in which it has all the places it might write to."""
    for name in ("home", "tmp", "cwd", "outside"):
        (folder / name).mkdir()
    module = [sys.executable, "-m", "lab.hostile.small_sets", "data", "prepare"]
    begun = time.monotonic()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [*module, "--from", str(folder / "from"), "--data-dir", str(folder / "tfds")],
            cwd=folder / "cwd",
            stdout=output,
            stderr=output,
            env={
                **os.environ,
                "HOME": str(folder / "home"),
                "TMPDIR": str(folder / "tmp"),
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            },
            preexec_fn=_limit,
        )
        # Of the processes that are waited for otherwise, only the largest of all is known.
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            time.sleep(POLL_S)
            if time.monotonic() - begun > HANGS_AFTER_S:
                process.kill()
        took_s = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        output.seek(0)
        said = output.read().decode(errors="replace")
    code = None if took_s > HANGS_AFTER_S else process.returncode
    return Ended(code, said, took_s, ended[2].ru_maxrss * 1024)


def _tried(trial: Trial) -> tuple[Ended, list[str]]:
    """Return how the command ended, and what is wrong with that."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = folder / "from"
        source.mkdir()
        if trial.is_good:
            write_idx_files(source)
            write_archive(source / "aclImdb.tar.gz")
        trial.make(source / trial.file)
        ended = _prepared(folder)
        # Keras and Matplotlib keep settings at home, once they are loaded.
        kept = [folder / "tfds", folder / "home"] if trial.is_good else []
        strays = [path for path in folder.rglob("*") if not path.is_dir()]
        for place in (source, *kept):
            strays = [path for path in strays if not path.is_relative_to(place)]
        left = [] if trial.is_good else list((folder / "tfds").glob("*"))
        named = trial.is_good or str(source / trial.file) in ended.said or not trial.is_file
    wrong = {
        "hangs": ended.exit_code is None,
        "traceback": "Traceback" in ended.said,
        "exit code": ended.exit_code not in (None, 0 if trial.is_good else 2),
        "files elsewhere": bool(strays or left),
        "not named": not named,
        "memory": not trial.is_good and ended.peak_bytes > MUCH_BYTES,
    }
    return ended, [name for name, is_so in wrong.items() if is_so]


def main() -> None:
    """Print a table of what came of each archive."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="those whose name has it")
    only = parser.parse_args().only
    rows, faults = [], Counter[str]()
    for trial in TRIALS:
        if only in trial.name:
            ended, wrong = _tried(trial)
            faults.update(wrong)
            seen = ", ".join(wrong) or "-"
            numbers = [f"{ended.took_s:.1f}", f"{ended.peak_bytes / 1e6:.0f}"]
            rows.append([trial.file, trial.name, ended.exit_code, *numbers, seen])
            if wrong:
                print(ended.said, file=sys.stderr)
    print(tabulate(rows, ["file", "what it is", "exit", "s", "MB", "wrong"], tablefmt="github"))
    print(f"{len(rows)} archives, wrong: {dict(faults)}")


if __name__ == "__main__":
    main()
