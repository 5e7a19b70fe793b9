"""Sessions with workers: what these send, and what is made of it."""

import os
from types import SimpleNamespace

import msgspec
import pytest
from pytest_benchmark.stats import Metadata

from lowprec.record.environment import Environment
from lowprec.record.machine_load import ProcessorTimes
from lowprec.suite.in_parallel import FromWorker, Workers, times
from tests.literals import environment
from tests.suite.sessions import ROOT, flat, stored, stored_files


def config(**options):
    return SimpleNamespace(option=SimpleNamespace(**options))


@pytest.mark.parametrize(
    ("options", "timed"),
    [
        ({}, True),
        ({"benchmark_disable": True}, False),
        ({"benchmark_disable": True, "benchmark_enable": True}, True),
    ],
)
def test_trainings_are_timed_as_the_options_of_pytest_benchmark_say(options, timed):
    assert times(config(**options)) is timed


def entry(*seconds):
    """What pytest-benchmark has of a training in a worker."""
    fixture = SimpleNamespace(
        name="test_training[NN-I-half]",
        fullname="benchmarks/test_training.py::test_training[NN-I-half]",
        group="NN-I",
        param="NN-I-half",
        params={"model": "NN-I", "scheme": "half"},
        extra_info={"lowprec": {"model": "NN-I"}},
        cprofile_stats=None,
        has_error=False,
    )
    made = Metadata(fixture, 1, {"disable_gc": False, "timer": os.times, "max_time": 1.0})
    for each in seconds:
        made.update(each)
    return made


@pytest.fixture
def in_worker(monkeypatch):
    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw1")


@pytest.mark.usefixtures("in_worker")
def test_an_entry_comes_as_it_was():
    sent = entry(2.0, 1.5, 1.75)
    made = Workers().take(FromWorker.text(sent, environment(workers=2)))
    assert made.as_dict() == sent.as_dict()
    assert made.stats.data == [2.0, 1.5, 1.75]
    assert not made.has_error


@pytest.mark.usefixtures("in_worker")
def test_a_training_without_timings_has_no_entry():
    assert Workers().take(FromWorker.text(None, environment(workers=2))) is None


def sent(worker, own_s=0.0, **changes):
    made = FromWorker(worker, environment(workers=2, **changes), own_s, None)
    return msgspec.json.encode(made).decode()


def test_the_environment_is_that_of_the_workers_on_the_controllers_processor():
    workers = Workers()
    assert workers.environment({"brand_raw": "Xeon"}) is None
    workers.take(sent("gw0", cpu="x86_64", threads=1))
    expected = environment(workers=2, threads=1, cpu="Xeon Gold")
    assert workers.environment({"brand_raw": "Xeon Gold"}) == expected
    assert isinstance(expected, Environment)
    assert expected.key != environment(threads=1, cpu="Xeon Gold").key


def test_workers_that_are_not_alike_are_told_by_field():
    workers = Workers()
    workers.take(sent("gw0", gpu="A100"))
    assert workers.differences() == []
    workers.take(sent("gw1", gpu="T4"))
    workers.take(sent("gw2", gpu="A100"))
    assert workers.differences() == ["gpu: A100, T4"]


def test_what_the_workers_use_is_no_others_load(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    workers = Workers()
    workers.take(sent("gw0", own_s=3.0))
    workers.take(sent("gw0", own_s=4.0))
    workers.take(sent("gw1", own_s=5.0))
    before = ProcessorTimes(busy_s=100.0, stolen_s=0.0, all_s=200.0, own_s=1.0)
    now = ProcessorTimes(busy_s=111.0, stolen_s=0.0, all_s=220.0, own_s=1.5)
    # 11 s were busy: 9 of the workers, half a second of the controller, 1.5 of others in 20 s.
    assert workers.load(before, now).others == pytest.approx(1.5 / 20 * 2)


WORKERS = """
import os

from lowprec.record.environment import Environment
from lowprec.suite import pair, reports
from tests.literals import CONDITIONS, environment
from tests.suite.sessions import Sessions

sessions = Sessions(None)


def trained(plan, benchmark, on_epoch):
    if plan.pair.scheme == os.environ.get("KILLED"):
        os.kill(os.getpid(), 9)
    return sessions.trained(plan, benchmark, on_epoch)


pair.trained, pair.conditions_of = trained, lambda record: CONDITIONS
pair.load_expectations = lambda table=None: sessions.table
reports.current_environment = lambda cpu, share: environment(workers=share.workers)
"""
OWN_TEST = """
import numpy as np
import lowprec

DATA = np.zeros((4, 2)), np.array([0, 1, 0, 1])


@lowprec.schemes()
def test_coder(scheme, train):
    train(lambda keras, dtype: None, DATA, DATA, epochs=2)
"""


@pytest.fixture
def parallel(pytester, monkeypatch):
    """Runs tests of a user's own in two workers; with `-p fakes` records are literal."""
    pytester.makepyfile(test_mine=OWN_TEST, fakes=WORKERS)
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{pytester.path}")
    return lambda *options: pytester.runpytest_subprocess("-n", "2", *options)


def test_what_workers_trained_is_one_session_though_one_of_them_is_killed(
    parallel, pytester, monkeypatch
):
    monkeypatch.setenv("KILLED", "mixed")
    result = parallel("-p", "fakes", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    _, content = stored(pytester)
    names = {bench["name"] for bench in content["benchmarks"]}
    assert names == {f"test_coder[{scheme}]" for scheme in ("double", "single", "half")}
    assert {len(bench["extra_info"]["lowprec"]["rounds"]) for bench in content["benchmarks"]} == {3}
    assert content["machine_info"]["lowprec"]["workers"] == 2
    said = flat(result)
    assert "crashed while running 'test_mine.py::test_coder[mixed]'" in said
    assert "2 workers trained side by side: the seconds are judged by those of sessions" in said
    assert "Benchmarks are automatically disabled" not in said + result.stderr.str()


def test_what_is_in_vain_is_told_before_any_training(parallel, pytester):
    (pytester.path / "full").write_text("a file")
    result = parallel("--benchmark-autosave", "--benchmark-storage=full")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.stderr.lines if line]
    assert line.startswith("ERROR: --benchmark-storage ")
    assert "full: cannot be written to" in line
    assert stored_files(pytester) == []


def test_a_history_that_cannot_be_read_is_told_before_any_training(parallel, pytester):
    path = pytester.path / ".benchmarks" / "accepted.csv"
    path.parent.mkdir()
    path.write_text("session,reason\n")
    result = parallel("--lowprec-schemes=single")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.stderr.lines if line]
    assert "accepted.csv: columns are ['session', 'reason'], expected session" in line
