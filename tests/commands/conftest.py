"""Small stored histories of NN-I, and the command that reads them."""

import json
from datetime import UTC, datetime

import pytest

from lowprec.cli import main
from lowprec.history import collected
from tests.commands.histories import NOISE, SCHEMES
from tests.literals import stored_document


@pytest.fixture(autouse=True)
def december(monkeypatch):
    """Sets the clock, which tells sessions of the future; the histories are of November 2026."""
    monkeypatch.setattr(collected, "_now", lambda: datetime(2026, 12, 1, tzinfo=UTC))


@pytest.fixture
def storage(tmp_path):
    """Where the sessions are stored; nothing is there yet."""
    return tmp_path / "history"


@pytest.fixture
def save(storage):
    """Stores a session of NN-I; `half` takes `factor` times as long."""

    def write(
        day,
        fit_s=2.0,
        factor=1.0,
        schemes=SCHEMES,
        name="x",
        verdict="ok",
        folder="Linux-CPython-3.11-64bit",
        dated=None,
        **environment,
    ):
        seconds = {s: fit_s * (factor if s == "half" else 1) for s in schemes}
        content = stored_document(day, seconds, verdict=verdict, **environment)
        content |= {"datetime": dated} if dated else {}
        path = storage / folder / f"{day:04}_{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
        return path

    return write


@pytest.fixture
def four_quiet_sessions(save):
    """Nothing to report in any of them."""
    for day, fit_s in enumerate(NOISE[:4], start=1):
        save(day, fit_s)


@pytest.fixture
def six_quiet_sessions(save):
    """Nothing to report in any of them."""
    for day, fit_s in enumerate(NOISE, start=1):
        save(day, fit_s)


@pytest.fixture
def run(storage, capsys):
    """Runs a command on the stored sessions; returns its exit code and what it printed."""

    def command(*words):
        code = main([*words, "--storage", str(storage)])
        return code, capsys.readouterr()

    return command
