"""Sessions that the tests of the suite run."""

import pytest

from lowprec.suite import hooks
from lowprec.suite import pair as pair_module
from tests.suite.sessions import MATRIX_TESTS, Sessions, conditions_of


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
    for module in (pair_module, hooks):
        monkeypatch.setattr(module, "load_expectations", lambda: sessions.table)
    return sessions
