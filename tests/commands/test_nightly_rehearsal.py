"""Nights of the real suite, small, against a bare repository: a slowdown, a clash, breaking off."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.repositories import git

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SMALL = ("--models=NN-I", "--schemes=double,single", "--rounds=3")


@pytest.fixture
def machines(tmp_path):
    """Two clones of this repository whose remote is a bare one."""
    git(tmp_path, "clone", "--quiet", "--bare", str(ROOT), "remote.git")
    for name in ("a", "b"):
        git(tmp_path, "clone", "--quiet", str(tmp_path / "remote.git"), name)
    return tmp_path / "a", tmp_path / "b"


def start(machine, *options, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "lowprec.commands.nightly", *SMALL, *options],
        cwd=machine,
        env={**os.environ, "PYTHONPATH": str(machine), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def ended(process):
    output, _ = process.communicate()
    print(output)
    return process.returncode, output


def stored(machine):
    git(machine, "fetch", "--quiet", "origin", "lowprec-history")
    return git(machine, "ls-tree", "-r", "--name-only", "FETCH_HEAD").splitlines()


def test_nights(machines):
    machine, other = machines
    for _ in range(4):
        assert ended(start(machine))[0] == 0
    code, output = ended(start(machine, "-p", "lab.gate.slow_fit", GATE_SLOW="NN-I-single:4.0"))
    assert (code, "NN-I single: slower" in output) == (1, True)
    assert "slower" in (machine / "nightly" / "summary.md").read_text()
    assert (machine / "nightly" / "index.html").exists()
    # Two nights at once: the one that ends later is overtaken, and neither is lost.
    at_once = [start(folder) for folder in machines]
    codes = [ended(process)[0] for process in at_once]
    assert set(codes) <= {0, 1}  # they share the cores, and may well be called slower
    assert len(stored(other)) == 7


def test_two_nights_at_once_in_one_folder_know_their_own_sessions(machines, tmp_path):
    shared = tmp_path / "shared"
    at_once = [start(machine, f"--storage={shared}") for machine in machines]
    ends = [ended(process) for process in at_once]
    assert [code for code, _ in ends] == [0, 0]
    told = {re.search(r"lowprec: (\S+) is in", output)[1] for _, output in ends}
    assert len(told) == 2
    assert told == {path.stem for path in shared.glob("*/*.json")}


def summary(machine):
    return (machine / "nightly" / "summary.md").read_text()


def test_nights_that_break_off(machines):
    machine, _ = machines
    assert ended(start(machine))[0] == 0
    before = stored(machine)

    if not Path("/dev/nvidiactl").exists():
        assert ended(start(machine, "--require-gpu"))[0] == 2
        assert "sees no GPU, expected at least one" in summary(machine)
        assert not (machine / "nightly" / "index.html").exists()

    (machine / "killer.py").write_text(
        "import os\ndef pytest_runtest_teardown(item):\n    os.kill(os.getpid(), 9)\n"
    )
    assert ended(start(machine, "-p", "killer"))[0] == 2
    assert "The suite was ended by SIGKILL" in summary(machine)

    log = machine / "nightly" / "pytest.txt"
    log.unlink()
    process = start(machine)
    while not log.exists() or "test_training.py ." not in log.read_text():
        assert process.poll() is None
        time.sleep(0.1)
    time.sleep(0.5)  # into the second training
    process.send_signal(signal.SIGTERM)
    assert ended(process)[0] == 2
    assert "It was stopped while the suite ran (SIGTERM)." in summary(machine)
    assert stored(machine) == before
