"""The suite as a process, with a small one in place of pytest."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from lowprec.nightly import suite as suite_module
from lowprec.nightly.stopping import Stopped, stoppable
from lowprec.nightly.suite import SuiteEnd, last_lines, run_suite, suite_command


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """Runs Python code as if it were the suite; returns how it ended and what was kept of it."""

    def run(code):
        monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
        monkeypatch.setattr(suite_module, "suite_command", lambda *_: [sys.executable, "-c", code])
        log = tmp_path / "pytest.txt"
        return run_suite("", [], log), log.read_text()

    return run


def test_it_runs_as_the_readme_has_it():
    assert suite_command("benchmarks/", ["--benchmark-autosave", "--rounds", "1"])[1:] == [
        *("-m", "pytest", "benchmarks/", "--benchmark-autosave", "--rounds", "1")
    ]


def test_what_it_prints_is_shown_and_kept(ran, capfd):
    end, kept = ran("import sys; print('out'); print('err', file=sys.stderr); sys.exit(1)")
    assert (end, kept) == (SuiteEnd(1), "out\nerr\n")
    assert capfd.readouterr() == ("out\nerr\n", "")


def test_the_last_lines_of_a_crash_are_kept(ran):
    end, kept = ran("import os; print('last'); os.kill(os.getpid(), 9)")
    assert (end.code, kept) == (-9, "last\n")


def alive(process):
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().split()[2] != "Z"


def test_a_process_that_it_leaves_behind_is_ended(ran, tmp_path):
    code = (
        "import subprocess, sys; print(subprocess.Popen("
        "[sys.executable, '-c', 'import time; time.sleep(60)']).pid)"
    )
    start = time.monotonic()
    _, kept = ran(code)
    while alive(int(kept)):
        assert time.monotonic() - start < 30
        time.sleep(0.01)


def test_a_night_that_is_stopped_tells_the_suite_to_stop(ran, tmp_path):
    """It gets one SIGINT, after which it may still store what it has."""
    ready, stored = tmp_path / "ready", tmp_path / "stored"
    code = (
        "import pathlib, time\n"
        "try:\n"
        f"    pathlib.Path({str(ready)!r}).touch()\n"
        "    time.sleep(60)\n"
        "except KeyboardInterrupt:\n"
        f"    pathlib.Path({str(stored)!r}).touch()\n"
    )

    def stop():
        while not ready.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop, daemon=True).start()
    with stoppable(), pytest.raises(Stopped):
        ran(code)
    assert stored.exists()


def test_a_night_that_is_stopped_as_the_suite_starts_leaves_none_running(ran, monkeypatch):
    started = []

    class Process(subprocess.Popen):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            started.append(self.pid)
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(subprocess, "Popen", Process)
    with stoppable(), pytest.raises(Stopped):
        ran("import time; time.sleep(60)")
    [pid] = started
    assert not alive(pid)


def test_a_full_disk_ends_no_suite(monkeypatch, capfd):
    code = "print('x' * 100000); print('end')"
    monkeypatch.setattr(suite_module, "suite_command", lambda *_: [sys.executable, "-c", code])
    assert run_suite("", [], Path("/dev/full")) == SuiteEnd(0)
    assert capfd.readouterr().out.endswith("end\n")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "ended with exit code 0"),
        (4, "ended with exit code 4 (it was given an option that it does not take, or lacks"),
        (-9, "was ended by SIGKILL (most often by the kernel as memory ran out"),
        (-11, "was ended by SIGSEGV (a crash in native code)"),
        (-15, "was ended by SIGTERM"),
        (-99, "was ended by signal 99"),
    ],
)
def test_how_it_ended_in_words(code, text):
    assert str(SuiteEnd(code)).startswith(text)


def test_last_lines(tmp_path):
    log = tmp_path / "log"
    assert last_lines(log) == []
    log.write_bytes(b"".join(b"%d\n\n" % i for i in range(30)) + b"\xff progress\rdone\n")
    assert last_lines(log) == [*map(str, range(12, 30)), "\ufffd progress", "done"]
