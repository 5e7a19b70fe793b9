"""python -m lab.hostile.kills [--kills N]: what is left of those who are killed while they write.

Each victim writes the same thing over and over and is killed (SIGKILL) at a random moment. Counted
are files and data sets that are not whole though they are taken, folders that hold files of two
reports, things that were written and are gone, data sets that the next one does not mend,
tracebacks and hangs of the command that comes next, and changes of a night's clone.
"""

from __future__ import annotations

import argparse
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import pytest
from tabulate import tabulate

from lab.hostile import histories
from lab.hostile.small_sets import shrink_tables
from lowprec.data.full_sets import FULL_SETS, read
from lowprec.data.prepare.build import STAGING
from lowprec.errors import DataError
from lowprec.history.accepted import ACCEPTED_NAME, load_acceptances

HANGS_AFTER_S = 300.0

LONGEST_S: Mapping[str, float] = MappingProxyType(
    {
        "pytest-benchmark's own": 0.5,
        "session": 0.5,
        "accept": 0.5,
        "report": 0.5,
        "data prepare": 6.0,
        "night": 6.0,
    }
)
"""Within how many seconds of its first write a victim is killed."""


def _killed(kind: str, folder: Path, after_s: float) -> list[str]:
    """Return what a victim had written when it was killed."""
    command = [sys.executable, "-m", "lab.hostile.victims", kind, str(folder)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as victim:
        assert victim.stdout is not None
        for line in victim.stdout:
            if line == "begun\n":
                break
        time.sleep(after_s)
        victim.kill()
        said, errors = victim.communicate()
    if victim.returncode != -9:
        raise RuntimeError(f"{kind} was not killed but ended: {errors}")
    lines = said.splitlines()
    return [line.removeprefix("written ") for line in lines if line.startswith("written ")]


def _next(counts: Counter[str], *arguments: str, cwd: Path | None = None) -> str:
    """Run the command that comes next, count what it should not do, and return what it says."""
    command = [sys.executable, "-m", *arguments]
    try:
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, check=False, timeout=HANGS_AFTER_S
        )
    except subprocess.TimeoutExpired:
        counts["hangs"] += 1
        return "hangs"
    said = done.stdout + done.stderr
    counts["tracebacks"] += "Traceback" in said
    return f"exit code {done.returncode}: {said}"


def _sessions(kind: str, kills: int, rng: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _ in range(kills):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            written = _killed(kind, folder, rng.uniform(0, LONGEST_S[kind]))
            kept = {path.stem.partition("_")[2] for path in folder.rglob("*.json")}
            counts["written"] += len(written)
            counts["lost"] += len(set(written) - kept)
            counts["not whole"] += len(histories.unreadable(folder))
            if kept:
                _next(counts, "lowprec", "check", "--storage", scratch)
    return counts


def _acceptances(kind: str, kills: int, rng: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder = histories.copied(Path(scratch) / "history")
        for _ in range(kills):
            written = _killed(kind, folder, rng.uniform(0, LONGEST_S[kind]))
            kept = {row.reason for row in load_acceptances(folder / ACCEPTED_NAME)}
            counts["written"] += len(written)
            counts["lost"] += len(set(written) - kept)
            _next(counts, "lowprec", "check", "--storage", str(folder))
            (folder / ACCEPTED_NAME).unlink(missing_ok=True)
    return counts


def _reports(kind: str, kills: int, rng: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        out, storage = folder / "out", str(folder / "sessions")
        for _ in range(kills):
            counts["written"] += len(_killed(kind, folder, rng.uniform(0, LONGEST_S[kind])))
            counts["not whole"] += sum(not _is_whole(path) for path in out.glob("[!.]*.*"))
            times = {path.name: path.stat().st_mtime_ns for path in out.glob("[!.]*")}
            counts["lost"] += bool(counts["written"]) and "index.html" not in times
            counts["mixed"] += len(set(times.values())) > 1
            # A page may be older than what lies beside it, never newer.
            counts["not whole"] += times.get("index.html", 0) > min(times.values(), default=0)
        _next(counts, "lowprec", "report", "--storage", storage, "--out", str(out))
    return counts


def _is_whole(path: Path) -> bool:
    """Whether a file of a report ends as it should."""
    ends = {".html": b"</html>", ".svg": b"</svg>", ".png": b"IEND\xaeB`\x82"}
    return path.read_bytes().rstrip().endswith(ends.get(path.suffix, b""))


def _data_sets(kind: str, kills: int, rng: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _ in range(kills):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            written = _killed(kind, folder, rng.uniform(0, LONGEST_S[kind]))
            counts["written"] += len(written)
            expected = _read_sets(folder / "first")
            roots = sorted(folder.glob("[0-9]*"))
            for root in roots:
                found = _read_sets(root)
                # The last one is being made, or made again.
                done = root != roots[-1] or written.count(root.name) == 2
                counts["lost"] += done and found != expected
                counts["not whole"] += not found.items() <= expected.items()
            for root in roots[-1:]:
                places = ("--from", str(folder / "from"), "--data-dir", str(root))
                said = _next(counts, "lab.hostile.small_sets", "data", "prepare", *places)
                if _read_sets(root) != expected or (root / STAGING).exists():
                    counts["not mended"] += 1
                    print(f"{root}: {said}", file=sys.stderr)
    return counts


def _read_sets(root: Path) -> dict[str, bytes]:
    """Return the content of each data set that is taken for a good one."""
    contents = {}
    with pytest.MonkeyPatch.context() as monkeypatch:
        shrink_tables(monkeypatch)
        for name, full_set in FULL_SETS.items():
            with suppress(DataError):
                contents[name] = pickle.dumps(read(full_set, root))
    return contents


def _nights(kind: str, kills: int, rng: random.Random) -> Counter[str]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        folder, clone = Path(scratch), Path(scratch) / "clone"
        _git(folder, "init", "--quiet", "--bare", "remote.git")
        _git(folder, "clone", "--quiet", str(folder / "remote.git"), "clone")
        (clone / "code").write_text("code")
        (clone / ".gitignore").write_text("nightly/\n")
        _git(clone, "add", ".")
        _git(clone, "commit", "--quiet", "-m", "code")
        _git(clone, "push", "--quiet", "origin", "HEAD:main")
        before = _state(clone)
        for _ in range(kills):
            known = _pushed(folder)
            counts["written"] += len(_killed(kind, clone, rng.uniform(0, LONGEST_S[kind])))
            counts["lost"] += len(known - _pushed(folder))
            counts["changes of the clone"] += _state(clone) != before
        for _ in range(2):  # the first one tells of a session that a killed one had stored
            _next(counts, "lab.hostile.one_night", str(clone))
        _git(folder, "clone", "--quiet", "--branch=lowprec-history", "remote.git", "history")
        counts["not whole"] += len(histories.unreadable(folder / "history"))
        strays = [name for name in _pushed(folder) if not name.startswith(".benchmarks/")]
        counts["changes of the clone"] += len(strays)
    return counts


def _state(clone: Path) -> str:
    commands = (("status", "--porcelain", "--branch"), ("worktree", "list"), ("stash", "list"))
    return "\n".join(_git(clone, *command) for command in commands)


def _pushed(folder: Path) -> set[str]:
    listed = _git(folder / "remote.git", "ls-tree", "-r", "--name-only", "lowprec-history", ok=True)
    return set(listed.splitlines())


def _git(folder: Path, *arguments: str, ok: bool = False) -> str:
    identity = ("-c", "user.name=x", "-c", "user.email=x@y")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=not ok
    )
    return done.stdout


TRIALS: Mapping[str, Callable[[str, int, random.Random], Counter[str]]] = MappingProxyType(
    {
        "pytest-benchmark's own": _sessions,
        "session": _sessions,
        "accept": _acceptances,
        "report": _reports,
        "data prepare": _data_sets,
        "night": _nights,
    }
)

COLUMNS = (
    *("written", "not whole", "mixed", "lost", "not mended"),
    *("tracebacks", "hangs", "changes of the clone"),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="of each victim (50)")
    parser.add_argument("--victims", nargs="+", choices=tuple(TRIALS), default=tuple(TRIALS))
    options = parser.parse_args()
    rows = []
    for kind in options.victims:
        counts = TRIALS[kind](kind, options.kills, random.Random(20))
        rows.append([kind, options.kills, *(counts[column] for column in COLUMNS)])
    print(tabulate(rows, ["killed", "times", *COLUMNS], tablefmt="github"))


if __name__ == "__main__":
    main()
