"""docs/own-models.md, each of its lines run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "own-models.md").read_text(encoding="utf-8")
COMMANDS = [
    line.strip() for line in re.findall(r"^    (?:\w+=\S+ )?(?:pytest|lowprec) .*", PAGE, re.M)
]


def run(command, folder):
    """Run a line of the page in a folder; return exit code and output."""
    words = shlex.split(command, comments=True)
    variables = {}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        variables[name] = value
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, " ".join(done.stdout.split())


def test_the_page_has_the_commands_that_are_run():
    assert [shlex.split(line, comments=True)[-1] for line in COMMANDS] == [
        *("8", "--benchmark-autosave", "fail", "check", "report", "benchmarks/"),
    ]


@pytest.mark.slow
def test_from_the_first_test_to_the_first_flagged_slowdown(tmp_path):
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "test_coder.py").write_text(code)
    calibrate, store, slow, check, report, nightly = COMMANDS
    status, text = run(store, tmp_path)
    assert (status, "no row for protocol quick" in text) == (1, True)
    for stored in tmp_path.glob(".benchmarks/*/*.json"):
        stored.unlink()
    assert run(calibrate, tmp_path)[0] == 0
    assert (tmp_path / "benchmarks" / "expectations.csv").exists()
    for _ in range(3):
        assert run(store, tmp_path)[0] == 0
    status, text = run(slow, tmp_path)
    assert (status, "2 passed" in text) == (1, True)
    clock = "(?:processors' time )?"  # which is judged alone where the machine is busy
    assert re.search(rf"coder single: slower; {clock}[\d.]+ times the [\d.]+ s of 3 earlier", text)
    assert "--lowprec-slowdown fail: 2 pairs flagged, 0 not judged" in text
    status, text = run(check, tmp_path)
    assert "coder" in text
    assert run(report, tmp_path)[0] == 0
    assert (tmp_path / "report" / "index.html").exists()
    in_a_repository(tmp_path)
    status, text = run(nightly, tmp_path)
    assert (status, "is on branch lowprec-history of origin" in text) == (0, True)
    assert "coder" in (tmp_path / "nightly" / "summary.md").read_text()


def in_a_repository(folder):
    """Make a folder a git repository with a remote, and all but its results its first commit."""

    def git(*words):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)

    git("init", "--quiet", "--bare", "remote.git")
    git("init", "--quiet")
    git("remote", "add", "origin", str(folder / "remote.git"))
    git("add", "benchmarks")
    git(*("-c", "user.name=x", "-c", "user.email=x@example.org"), "commit", "-qm", "tests")
