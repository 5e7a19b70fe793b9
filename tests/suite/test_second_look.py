"""Pairs that look slower are trained again in another process."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lowprec.judging.drift import Drift
from lowprec.judging.slowdown import ALL_PAIRS, TimeVerdict
from lowprec.judging.verdict import PairVerdict
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from lowprec.suite import second_look
from lowprec.suite.options import Options
from lowprec.suite.second_look import combined, pairs_to_look_at, trained_again
from tests.literals import document, parted, stored_pair
from tests.suite.sessions import MATRIX_TESTS, stored_files

SINGLE, HALF = Pair("NN-I", "single"), Pair("NN-I", "half")
SLOWER = TimeVerdict(Verdict.SLOWER)


def verdict(accepted=None, **clocks):
    return PairVerdict(HALF, (Verdict.SLOWER,), accepted=accepted, **clocks)


@pytest.mark.parametrize("clock", ["timing", "work", "startup"])
def test_a_pair_that_one_clock_calls_slower_is_looked_at(clock):
    ok = PairVerdict(SINGLE, (Verdict.OK,), timing=TimeVerdict(Verdict.OK))
    assert pairs_to_look_at([ok, verdict(**{clock: SLOWER})]) == [HALF]


@pytest.mark.parametrize(
    "found",
    [
        PairVerdict(HALF, (Verdict.WORSE,), timing=TimeVerdict(Verdict.OK)),
        PairVerdict(HALF, (Verdict.MISSING,)),
        verdict(timing=TimeVerdict(Verdict.FASTER)),
        verdict(timing=TimeVerdict(Verdict.SLOWER, scope=ALL_PAIRS)),
        verdict(timing=TimeVerdict(Verdict.SLOWER, drift=Drift(1.2, 1.0, False))),
        verdict(timing=SLOWER, accepted="a new kernel"),
    ],
    ids=["worse", "missing", "faster", "with the machine", "a drift", "accepted"],
)
def test_what_another_process_cannot_tell_is_not(found):
    assert pairs_to_look_at([found]) == []


def test_the_trainings_of_both_processes_count():
    first = stored_pair("half", outcomes=("diverged",), **parted(2.0, startup_s=0.5))
    again = stored_pair("half", outcomes=("learns",), **parted(1.5, startup_s=0.6))
    both = combined(first, again)
    assert (both.seconds, both.startup_s, both.startup_cpu_s) == (1.5, 0.5, 0.5)
    assert (len(both.timings), both.second_look) == (2, 1)
    assert (both.outcome, both.rounds) == (first.outcome, first.rounds)


@pytest.fixture
def config(tmp_path):
    option = SimpleNamespace(plugins=["mine", "no:randomly"])
    return SimpleNamespace(rootpath=tmp_path, inipath=tmp_path / "pytest.ini", option=option)


@pytest.fixture
def process(monkeypatch):
    """Stands in for the other process: has its command, and `pairs`, which it stores."""
    process = SimpleNamespace(command=[], pairs=(), env={})

    def run(command, env, **options):
        process.command, process.env = command, env
        path = command[-1].removeprefix("--benchmark-json=")
        if process.pairs:
            Path(path).write_text(json.dumps(document(*process.pairs)))

    monkeypatch.setattr(second_look.subprocess, "run", run)
    return process


TESTS = {SINGLE: "t.py::test[single]", HALF: "t.py::test[half]"}


def test_the_other_process_trains_as_this_one_and_saves_nothing(process, config, monkeypatch):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--benchmark-autosave")
    trained_again([HALF], TESTS, config, Options(schemes=("single", "half")))
    assert process.command[:3] == [sys.executable, "-m", "pytest"]
    assert process.command[3:-3] == [
        "--lowprec-slowdown=off",
        "--override-ini=addopts=",
        *("-p", "mine", "-p", "no:randomly", "-p", "no:cacheprovider"),
        f"--rootdir={config.rootpath}",
        f"--config-file={config.inipath}",
        "--lowprec-protocol=quick",
        "--lowprec-seed=12",
        "--lowprec-schemes=single,half",
    ]
    assert process.command[-3:-1] == ["t.py::test[single]", "t.py::test[half]"]
    assert "PYTEST_ADDOPTS" not in process.env


def test_the_number_of_rounds_is_that_of_this_session(process, config):
    config.inipath = None
    trained_again([SINGLE], TESTS, config, Options(rounds=2, models=("CNN-I",)))
    assert process.command[-4:-1] == ["--lowprec-rounds=2", "--models=CNN-I", "t.py::test[single]"]
    assert not any(option.startswith("--config-file") for option in process.command)


def test_the_number_of_devices_is_that_of_this_session(process, config):
    trained_again([SINGLE], TESTS, config, Options(devices=2))
    assert process.command[-4:-2] == ["--lowprec-seed=12", "--lowprec-devices=2"]


def test_only_the_pairs_that_were_to_be_looked_at_come_back(process, config):
    half = stored_pair("half", **parted())
    process.pairs = (stored_pair("single", **parted()), half)
    assert trained_again([HALF], TESTS, config, Options()) == {HALF: half}


@pytest.mark.parametrize("pairs", [(), (stored_pair("half"),)], ids=["no file", "no timings"])
def test_what_the_other_process_did_not_time_stays_as_it_was(process, config, pairs):
    process.pairs = pairs
    assert trained_again([HALF], TESTS, config, Options()) == {}


BUSY = """
import os
import time
import keras

pytest_plugins = ["lowprec.suite.matrix_plugin"]


def work(epoch, logs):
    end_s = time.process_time() + 1
    while time.process_time() < end_s:
        pass


if os.environ.get("BUSY"):
    fit = keras.Model.fit
    more = keras.callbacks.LambdaCallback(on_epoch_end=work)
    keras.Model.fit = lambda *a, callbacks, **o: fit(*a, callbacks=[*callbacks, more], **o)
if os.environ.get("BUSY") == "here":
    del os.environ["BUSY"]
"""
"""An epoch takes a second of work more: in processes that are started from here, too, or not."""


@pytest.mark.slow
def test_what_is_slow_in_one_process_alone_is_not_flagged(pytester, monkeypatch):
    pytester.makeini("[pytest]")
    pytester.copy_example(str(MATRIX_TESTS))
    pytester.makeconftest(BUSY)

    def run(*options):
        pair = ("--models=NN-I", "--schemes=single", "--rounds=2", "--slowdown=fail")
        return pytester.runpytest_subprocess(*pair, *options)

    for _ in range(3):
        run("--benchmark-autosave")
    monkeypatch.setenv("BUSY", "here")
    result = run("--benchmark-json=here.json")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["trained again *: NN-I single", "NN-I single looked slower *"])
    [bench] = json.loads((pytester.path / "here.json").read_text())["benchmarks"]
    assert bench["extra_info"]["lowprec"]["second_look"] == 2
    assert (len(bench["extra_info"]["lowprec"]["timings"]), bench["stats"]["rounds"]) == (4, 4)
    monkeypatch.setenv("BUSY", "everywhere")
    result = run("--benchmark-json=everywhere.json")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["NN-I single: slower; *"])
    assert len(stored_files(pytester)) == 3
