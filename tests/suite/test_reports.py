"""What the controller makes of workers' reports."""

from types import SimpleNamespace

import msgspec
import pytest

from lowprec.suite.in_parallel import FromWorker
from lowprec.suite.reports import Reports
from lowprec.suite.results import Results
from tests.literals import environment


@pytest.fixture
def benchmarks():
    """What pytest-benchmark has of a session: one entry."""
    return SimpleNamespace(benchmarks=["entry"])


@pytest.fixture
def reports(benchmarks, monkeypatch):
    """Those of a controller."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    return Reports(SimpleNamespace(_benchmarksession=benchmarks), Results())


def sent(worker, **changes):
    made = FromWorker(worker, environment(workers=2, **changes), 0.0, None)
    return msgspec.json.encode(made).decode()


def test_timings_of_workers_that_are_alike_stay(reports, benchmarks):
    running = SimpleNamespace(history="earlier ones")
    reports.workers.take(sent("gw0"))
    reports.workers.take(sent("gw1"))
    assert reports.drop_uneven(running) == []
    assert (benchmarks.benchmarks, running.history) == (["entry"], "earlier ones")


def test_timings_of_workers_that_differ_are_dropped_and_told(reports, benchmarks):
    running = SimpleNamespace(history="earlier ones")
    reports.workers.take(sent("gw0", gpu="A100"))
    reports.workers.take(sent("gw1", gpu="T4"))
    [line] = reports.drop_uneven(running)
    assert line.startswith("not saved: this session, as its workers differ (gpu: A100, T4); exp")
    assert (benchmarks.benchmarks, running.history) == ([], None)
