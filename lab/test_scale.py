"""The commands over 10,000 stored sessions of 16 pairs, of the size that pytest-benchmark stores.

    pytest lab/test_scale.py -m slow -s

needs 3 GB of disk and a few minutes.
"""

from __future__ import annotations

import copy
import json
import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lowprec.record.environment import FIELDS, Environment

pytestmark = pytest.mark.slow

SESSIONS = 10_000
COMPARED = 200
"""pytest-benchmark keeps all that it compares in memory, 10,000 sessions would not fit."""

TEMPLATES = Path(__file__).parents[1] / ".benchmarks" / "Linux-CPython-3.11-64bit"
COMPARE_S, REPORT_S, PAGE_BYTES = 5, 20, 2_000_000
"""At most, over 100 environments of 100 sessions: seconds of `lowprec compare` and of a report with
their index, bytes of its page."""

COLD_CHECK_S, WARM_CHECK_S, CHECK_MB, REPLAY_S = 30, 2, 500, 60
"""At most: seconds of a check without and with its index, megabytes of any check, seconds of a
replay. The aim of a check without its index is 10: it took that with one clock a pair, and there
are three now, each judged by itself."""


MACHINES, SESSIONS_A_MACHINE = 50, 200
"""Of a fleet, the second half of them on another TensorFlow: 100 environments of 100 sessions."""


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of many years of nights of one machine."""
    return _stored(tmp_path_factory.mktemp("storage"), lambda number: {}, SESSIONS)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of the nights of many machines."""

    def changes(number: int) -> dict[str, Any]:
        night, machine = divmod(number, MACHINES)
        new = night >= SESSIONS_A_MACHINE // 2
        return {"cpu": f"Xeon {machine}", "tensorflow": "2.22.0" if new else "2.21.0"}

    return _stored(tmp_path_factory.mktemp("fleet"), changes, MACHINES * SESSIONS_A_MACHINE)


def _stored(folder: Path, changes: Callable[[int], dict[str, Any]], sessions: int) -> Path:
    """Store sessions with 2% of noise a pair and 3% of drift, a day apart, and return the folder.

    `changes` returns what differs in the environment of the session of a number.
    """
    template = json.loads(next(TEMPLATES.glob("0035_tf221k3-cpu_*")).read_text())
    usual = copy.deepcopy([bench["extra_info"]["lowprec"] for bench in template["benchmarks"]])
    environment = template["machine_info"]["lowprec"]
    fields = {name: environment[name] for name in FIELDS if name in environment}
    platform = folder / TEMPLATES.name
    platform.mkdir()
    rng = random.Random(1)
    for number in range(sessions):
        drift = rng.gauss(0, 0.03)
        for bench, pair in zip(template["benchmarks"], usual, strict=True):
            slower = [math.exp(drift + rng.gauss(0, 0.02)) for _ in range(2)]
            bench["extra_info"]["lowprec"] = _slower(pair, *slower)
        day = datetime(1999, 1, 1, tzinfo=UTC) + timedelta(days=number)
        template["datetime"] = day.isoformat()
        made = Environment.named(**fields | changes(number))
        template["machine_info"]["lowprec"] = msgspec.to_builtins(made)
        name = f"{number:04}_tf221k3-cpu_{day:%Y%m%d}.json"
        (platform / name).write_text(json.dumps(template, indent=4))
    return folder


def _slower(pair: dict[str, Any], training: float, start: float) -> dict[str, Any]:
    """Return a stored pair whose training and start take so many times as long."""
    timings = [
        {
            name: [x * training for x in value] if isinstance(value, list) else value * training
            for name, value in timing.items()
        }
        for timing in pair["timings"]
    ]
    return pair | {"timings": timings, "startup_cpu_s": pair["startup_cpu_s"] * start}


@dataclass
class Run:
    """A command that ran to its end: seconds, megabytes at most, exit code."""

    wall_s: float
    peak_mb: float
    code: int


def run(*command: str) -> Run:
    """Run a command; its output goes nowhere."""
    start_s = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = Run(time.perf_counter() - start_s, usage.ru_maxrss / 1024, process.returncode)
    print(f"\n{' '.join(command[2:4])}: {took.wall_s:.1f} s, {took.peak_mb:.0f} MB")
    return took


def lowprec(storage: Path, name: str, *options: str) -> Run:
    return run(sys.executable, "-m", "lowprec", name, "--storage", str(storage), *options)


def test_check(storage: Path) -> None:
    cold = lowprec(storage, "check")
    warm = min((lowprec(storage, "check") for _ in range(3)), key=lambda one: one.wall_s)
    assert cold.code == warm.code
    assert warm.code in (0, 1)
    assert cold.wall_s <= COLD_CHECK_S
    assert warm.wall_s <= WARM_CHECK_S
    assert max(cold.peak_mb, warm.peak_mb) <= CHECK_MB


def test_replay(storage: Path) -> None:
    took = lowprec(storage, "replay")
    assert took.code in (0, 1)
    assert took.wall_s <= REPLAY_S


def test_compare_of_a_fleet(fleet: Path) -> None:
    across = ("--across", "tensorflow")
    lowprec(fleet, "compare", *across)  # makes the index
    warm = min((lowprec(fleet, "compare", *across) for _ in range(3)), key=lambda one: one.wall_s)
    assert warm.code == 0
    assert warm.wall_s <= COMPARE_S


def test_report_of_a_fleet(fleet: Path, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path))
    lowprec(fleet, "report", *out)  # makes the index
    warm = lowprec(fleet, "report", *out)
    assert warm.code == 0
    assert (tmp_path / "index.html").stat().st_size <= PAGE_BYTES
    assert warm.wall_s <= REPORT_S


def test_compare_of_pytest_benchmark(storage: Path) -> None:
    names = sorted(path.stem for path in storage.glob("*/*.json"))[-COMPARED:]
    tool = ("-m", "pytest_benchmark", "--storage", str(storage), "compare", "--columns=median")
    took = run(sys.executable, *tool, *names)
    assert took.code == 0
