"""Options and fixtures of the suite, in pytest within pytest."""

import subprocess
import sys

import pytest

from lowprec.rows.matrix import MATRIX
from tests.suite.sessions import MATRIX_TESTS, PLUGINS, ROOT, stored


def test_rounds_and_seed(session, pytester):
    session("--models=NN-I", "--schemes=single", "--rounds=2", "--seed=40", "--benchmark-autosave")
    (bench,) = stored(pytester)[1]["benchmarks"]
    assert bench["stats"]["rounds"] == 2
    assert [r["seed"] for r in bench["extra_info"]["lowprec"]["rounds"]] == [40, 41]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--protocol=slow", "*--protocol: invalid choice: 'slow'*quick*paper*"),
        ("--models=NN-I,GPT", "*--models: unknown name 'GPT', expected some of NN-I, CNN-I*"),
        ("--schemes=eighth", "*--schemes: unknown name 'eighth', expected some of double*"),
        ("--schemes=", "*--schemes: unknown name ''*"),
        ("--rounds=0", "*--rounds: got '0', expected an integer from 1 to 1000*"),
        ("--rounds=many", "*--rounds: got 'many', expected an integer*"),
        ("--seed=-1", "*--seed: got '-1', expected an integer from 0*"),
    ],
)
def test_wrong_options_are_refused_before_tensorflow_is_imported(pytester, option, message):
    pytester.copy_example(str(MATRIX_TESTS))
    pytester.makeconftest(
        "import sys, pytest\n"
        "@pytest.hookimpl(trylast=True)\n"
        "def pytest_unconfigure():\n"
        "    assert 'tensorflow' not in sys.modules\n"
    )
    result = pytester.runpytest_subprocess(*PLUGINS, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_collecting_the_benchmarks_does_not_import_tensorflow():
    code = (
        "import sys, pytest\n"
        "code = pytest.main(['benchmarks', '--collect-only', '-q', '-p', 'no:randomly'])\n"
        "sys.exit(code or 'tensorflow' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0
    tests = [line for line in result.stdout.splitlines() if "::" in line]
    assert sorted(tests) == sorted(
        f"benchmarks/test_training.py::{test}[{pair.test_id}]"
        for test in ("test_training", "test_history")
        for pair in MATRIX
    )


def test_a_test_of_ones_own_may_train(session, pytester):
    pytester.makepyfile("def test_own(train_pair):\n    assert train_pair('NN-I', 'single').passed")
    session("--benchmark-autosave", "test_a_test_of_ones_own_may_train.py").assert_outcomes(
        passed=1
    )
    [bench] = stored(pytester)[1]["benchmarks"]
    assert bench["extra_info"]["lowprec"]["asked_for"] == []


def test_other_sessions_are_left_alone(pytester):
    pytester.makepyfile("def test_plain(): pass")
    result = pytester.runpytest_inprocess(*PLUGINS, "--protocol=paper")
    result.assert_outcomes(passed=1)
    shown = [line for line in result.outlines if not line.startswith("plugins:")]
    assert not any("lowprec" in line for line in shown)


def test_what_stops_a_worker_of_xdist_is_told(pytester, monkeypatch):
    """Only a worker collects tests, and xdist says of one that stops there that it ran none."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile("def test_own(train):\n    raise AssertionError('nothing is trained')")
    result = pytester.runpytest_subprocess("-n", "1", "-p", "no:benchmark", "-p", "no:randomly")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.stderr.lines if line]
    assert line.startswith("ERROR: pytest-benchmark is not loaded, expected it, ")
