"""Small stored histories of NN-I, and the command that reads them."""

import json

import pytest

from lowprec.cli import main
from tests.commands.histories import NOISE, SCHEMES
from tests.literals import stored_document


@pytest.fixture
def storage(tmp_path):
    """Where the sessions are stored; nothing is there yet."""
    return tmp_path / "history"


@pytest.fixture
def save(storage):
    """Stores a session of NN-I; `half` takes `factor` times as long."""

    def write(day, fit_s=2.0, factor=1.0, schemes=SCHEMES, name="x", verdict="ok", **environment):
        seconds = {s: fit_s * (factor if s == "half" else 1) for s in schemes}
        content = stored_document(day, seconds, verdict=verdict, **environment)
        path = storage / "Linux-CPython-3.11-64bit" / f"{day:04}_{name}.json"
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
