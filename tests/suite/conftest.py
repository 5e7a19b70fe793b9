"""Sessions that the tests of the suite run."""

import shutil

import pytest

from lowprec.framework import import_tensorflow
from lowprec.suite import hooks, reports, second_look
from lowprec.suite import pair as pair_module
from tests.suite.sessions import MATRIX_TESTS, Sessions, conditions_of

import_tensorflow()  # pytester forgets what a session imports, and this cannot be imported twice


@pytest.fixture
def pytester(pytester, monkeypatch):
    """Pytest within pytest, with nothing from around it: no pytest.ini above, no xdist."""
    pytester.makeini("[pytest]")
    for name in ("WORKER", "WORKER_COUNT", "TESTRUNUID"):
        monkeypatch.delenv(f"PYTEST_XDIST_{name}", raising=False)
    return pytester


@pytest.fixture
def session(pytester, monkeypatch):
    """Runs the matrix with trainings replaced: half diverges, the others learn to 0.80."""
    pytester.copy_example(str(MATRIX_TESTS))
    sessions = Sessions(pytester)
    monkeypatch.setattr(pair_module, "trained", sessions.trained)
    monkeypatch.setattr(pair_module, "conditions_of", conditions_of)
    monkeypatch.setattr(reports, "processor_times", lambda: None)
    monkeypatch.setattr(second_look, "trained_again", sessions.trained_again)
    for module in (pair_module, hooks):
        monkeypatch.setattr(module, "load_expectations", lambda table=None: sessions.table)
    return sessions


@pytest.fixture(scope="session")
def stored_once(tmp_path_factory):
    """Where the files of `stored_sessions` are kept for the next test."""
    return tmp_path_factory.mktemp("stored") / "benchmarks"


@pytest.fixture
def stored_sessions(session, pytester, stored_once):
    """Four stored sessions of NN-I in double, single and mixed, a little noisy."""
    storage = pytester.path / ".benchmarks"
    if stored_once.exists():
        shutil.copytree(stored_once, storage)
    else:
        for fit_s in (1.0, 1.02, 0.99, 1.01):
            session.fit_s = {"double": 2 * fit_s, "single": fit_s, "mixed": 1.5 / fit_s}
            session("--models=NN-I", "--schemes=double,single,mixed", "--benchmark-autosave")
        shutil.copytree(storage, stored_once)
    session.fit_s = {"double": 2.02, "single": 1.01, "mixed": 1.49}
    return session
