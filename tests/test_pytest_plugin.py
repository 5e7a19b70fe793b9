"""Options and sessions of the suite, run by pytest in pytest on literal records."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lowprec import inputs, suite
from lowprec.datasets import DataInfo
from lowprec.errors import DataError
from lowprec.expectations import Expectation, Key

# pytester forgets the modules that a run imports, and TensorFlow cannot be imported twice.
from lowprec.framework import import_tensorflow
from lowprec.history import read_session
from lowprec.outcomes import Score, finding
from lowprec.records import Record, Round, Unsupported

tf = import_tensorflow()

ROOT = Path(__file__).parents[1]
MATRIX = ROOT / "benchmarks" / "test_training.py"
NAN = float("nan")


def record(plan, losses=(0.5, 0.4), hits=80, fit_s=1.0):
    test = Score(hits, 100)
    rounds = tuple(
        Round(seed, fit_s, (0.6, 0.4), losses, test, test, finding(losses, None, 0.4, test, 10))
        for seed in plan.seeds[plan.warmups :]
    )
    return Record(plan.model, plan.scheme, plan.protocol, DATA, rounds)


DATA = DataInfo("fashion_mnist", "sample", 100, 100, "0" * 64)


@pytest.fixture
def session(pytester, monkeypatch):
    """Runs the matrix with trainings replaced: half diverges, the others learn to 0.80."""
    pytester.copy_example(str(MATRIX))

    def trained(plan, benchmark, on_epoch):
        benchmark.pedantic(lambda: None, rounds=len(plan.seeds) - plan.warmups)
        fit_s = run.fit_s.get(plan.scheme, 1.0)
        if plan.scheme == "half":
            return record(plan, (NAN, NAN), 10, fit_s)
        return record(plan, hits=run.hits, fit_s=fit_s)

    table = {}

    def expect(model, scheme, outcome, low, high):
        row = Expectation("quick", model, scheme, "3", "cpu", outcome, low, high, "made up")
        table[row.key] = row

    for model in ("NN-I", "CNN-I", "NN-T", "RNN-T"):
        for scheme in ("double", "single", "mixed"):
            expect(model, scheme, "learns", 0.75, 0.85)
        expect(model, "half", "diverged", 0.05, 0.15)
    monkeypatch.setattr(suite, "trained", trained)
    monkeypatch.setattr(suite, "load_expectations", lambda: table)
    monkeypatch.setattr(suite, "expectation_key", key_of)

    def run(*options, slowdown="off"):
        return pytester.runpytest_inprocess(
            "-p", "lowprec.pytest_plugin", "--slowdown", slowdown, *options, no_reraise_ctrlc=True
        )

    run.expect, run.fit_s, run.hits = expect, {}, 80
    return run


def key_of(trained):
    return Key(trained.protocol, trained.model, trained.scheme, "3", "cpu")


def stored(pytester):
    (path,) = pytester.path.glob(".benchmarks/*/*.json")

    def refuse(constant):
        raise AssertionError(f"{constant} is not strict JSON")

    return path, json.loads(path.read_text(), parse_constant=refuse)


def test_sixteen_pairs_are_stored_in_strict_json(session, pytester):
    result = session("--benchmark-autosave")
    result.assert_outcomes(passed=16)
    path, content = stored(pytester)
    assert len(content["benchmarks"]) == 16
    version = "".join(tf.__version__.split(".")[:2])
    assert re.match(rf"0001_tf{version}k[23]-[cg]pu_.*_{os.getpid()}\.json", path.name)
    names = [bench["name"] for bench in content["benchmarks"]]
    assert names[0] == "test_training[NN-I-double]"
    assert names[6] == "test_training[CNN-I-half]"
    half = content["benchmarks"][2]
    assert (half["group"], half["params"]) == ("NN-I", {"model": "NN-I", "scheme": "half"})
    fields = half["extra_info"]["lowprec"]
    assert fields["rounds"][0]["loss"] == [None, None]
    assert fields["rounds"][0]["loss_kind"] == ["nan", "nan"]
    assert [r["seed"] for r in fields["rounds"]] == [12, 13, 14]
    assert (fields["outcome"], fields["verdict"]) == ("diverged", "ok")
    assert fields["asked_for"] is None
    assert content["machine_info"]["lowprec"]["key"].startswith("tf2.")
    result.stdout.fnmatch_lines(["NN-I * half *0.1000 *diverged *diverged *ok"])


@pytest.mark.parametrize(
    ("options", "asked_for"),
    [
        (("--models=NN-I", "--schemes=half,single"), [["NN-I", "half"], ["NN-I", "single"]]),
        (("-k", "NN-T-half"), [["NN-T", "half"], ["RNN-T", "half"]]),
        (("--schemes=single", "-x"), [[m, "single"] for m in ("NN-I", "CNN-I", "NN-T", "RNN-T")]),
    ],
    ids=["options", "k", "stopped"],
)
def test_what_a_session_was_asked_for_is_stored(session, pytester, options, asked_for):
    session.hits = 70  # below the band, so that -x stops
    session("--benchmark-autosave", *options)
    fields = stored(pytester)[1]["benchmarks"][0]["extra_info"]["lowprec"]
    assert fields["asked_for"] == asked_for


def test_a_test_of_ones_own_may_train(session, pytester):
    pytester.makepyfile("def test_own(train_pair):\n    assert train_pair('NN-I', 'single').passed")
    session("--benchmark-autosave", "test_a_test_of_ones_own_may_train.py").assert_outcomes(
        passed=1
    )
    [bench] = stored(pytester)[1]["benchmarks"]
    assert bench["extra_info"]["lowprec"]["asked_for"] == []


def test_of_a_test_that_ran_twice_the_last_one_is_stored(session, pytester):
    session.fit_s = {"single": 1.0}
    files = ("test_training.py", "test_training.py", "--keep-duplicates")
    session("--benchmark-autosave", "--models=NN-I", "--schemes=single,mixed", *files)
    path, content = stored(pytester)
    names = [bench["name"] for bench in content["benchmarks"]]
    assert names == ["test_training[NN-I-single]", "test_training[NN-I-mixed]"]
    assert read_session(path).pairs.keys() == {("NN-I", "single"), ("NN-I", "mixed")}


def test_the_stored_file_has_what_github_action_benchmark_takes(session, pytester):
    session("--benchmark-autosave", "--models=NN-I")
    for bench in stored(pytester)[1]["benchmarks"]:
        assert bench["fullname"].startswith("test_training.py::test_training[NN-I-")
        numbers = [bench["stats"][name] for name in ("ops", "stddev", "mean", "rounds")]
        assert all(isinstance(number, int | float) for number in numbers)


def test_a_pair_that_no_longer_diverges_fails_as_improved(session):
    session.expect("NN-I", "single", "diverged", 0.05, 0.15)
    result = session("--models", "NN-I", "--schemes", "single")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["NN-I single: learns with accuracy 0.8000, expected diverged *improved: update the row*"]
    )


def test_a_failed_pair_is_stored_with_its_verdict(session, pytester):
    session.expect("NN-I", "single", "learns", 0.85, 0.95)
    session("--models=NN-I", "--schemes=single", "--benchmark-autosave").assert_outcomes(failed=1)
    (bench,) = stored(pytester)[1]["benchmarks"]
    assert bench["extra_info"]["lowprec"]["verdict"] == "worse"


def test_a_pair_without_evidence_fails_aloud(session):
    result = session("--models=NN-I", "--schemes=bfloat16")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*NN-I bfloat16: *could not judge*lowprec calibrate*"])


def test_an_unsupported_pair_is_kept_in_the_file(session, pytester, monkeypatch):
    plain = suite.trained

    def trained(plan, benchmark, on_epoch):
        if plan.scheme != "bfloat16":
            return plain(plan, benchmark, on_epoch)
        op = Unsupported("Qr", "bfloat16")
        return Record(plan.model, plan.scheme, plan.protocol, DATA, (), unsupported=op)

    monkeypatch.setattr(suite, "trained", trained)
    session.expect("NN-I", "bfloat16", "unsupported", None, None)
    result = session("--models=NN-I", "--schemes=single,bfloat16", "--benchmark-autosave")
    result.assert_outcomes(passed=2)
    (untimed,) = stored(pytester)[1]["lowprec"]["untimed"]
    assert untimed["unsupported"] == {"op": "Qr", "dtype": "bfloat16"}


@pytest.mark.parametrize("error", [RuntimeError("boom"), SystemExit(3)])
def test_a_broken_training_is_not_stored(session, pytester, monkeypatch, error):
    plain = suite.trained

    def trained(plan, benchmark, on_epoch):
        result = plain(plan, benchmark, on_epoch)
        if plan.scheme == "single":
            raise error
        return result

    monkeypatch.setattr(suite, "trained", trained)
    result = session("--models=NN-I", "--benchmark-autosave")
    assert result.ret != 0
    names = [bench["name"] for bench in stored(pytester)[1]["benchmarks"]]
    assert "test_training[NN-I-double]" in names
    assert "test_training[NN-I-single]" not in names


@pytest.mark.parametrize("moment", ["in its first round", "after its rounds"])
def test_ctrl_c_keeps_the_finished_pairs_and_no_other(session, pytester, monkeypatch, moment):
    interrupt_at(monkeypatch, "single", moment)
    result = session("--models=NN-I", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    names = [bench["name"] for bench in stored(pytester)[1]["benchmarks"]]
    assert names == ["test_training[NN-I-double]"]


def test_ctrl_c_in_the_first_pair_stores_nothing(session, pytester, monkeypatch):
    interrupt_at(monkeypatch, "double", "in its first round")
    result = session("--models=NN-I", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert not list(pytester.path.glob(".benchmarks/*/*.json"))


def interrupt_at(monkeypatch, scheme, moment):
    plain = suite.trained

    def ctrl_c():
        raise KeyboardInterrupt

    def trained(plan, benchmark, on_epoch):
        if plan.scheme != scheme:
            return plain(plan, benchmark, on_epoch)
        benchmark.pedantic(ctrl_c if moment == "in its first round" else int)
        ctrl_c()

    monkeypatch.setattr(suite, "trained", trained)


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
        ("--schemes=quarter", "*--schemes: unknown name 'quarter', expected some of double*"),
        ("--schemes=", "*--schemes: unknown name ''*"),
        ("--rounds=0", "*--rounds: got '0', expected an integer from 1 to 1000*"),
        ("--rounds=many", "*--rounds: got 'many', expected an integer*"),
        ("--seed=-1", "*--seed: got '-1', expected an integer from 0*"),
    ],
)
def test_wrong_options_are_refused_before_tensorflow_is_imported(pytester, option, message):
    pytester.copy_example(str(MATRIX))
    pytester.makeconftest(
        "import sys, pytest\n"
        "@pytest.hookimpl(trylast=True)\n"
        "def pytest_unconfigure():\n"
        "    assert 'tensorflow' not in sys.modules\n"
    )
    result = pytester.runpytest_subprocess("-p", "lowprec.pytest_plugin", option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_collecting_the_benchmarks_does_not_import_tensorflow():
    code = (
        "import sys, pytest\n"
        "code = pytest.main(['benchmarks', '--collect-only', '-q'])\n"
        "sys.exit(code or 'tensorflow' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0
    assert "test_training[CNN-I-half]" in result.stdout
    assert "32/37 tests collected" in result.stdout


def test_a_storage_that_cannot_be_written_stops_the_session(session, pytester):
    pytester.path.joinpath("taken").write_text("a file")
    result = session("--benchmark-autosave", "--benchmark-storage=taken")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--benchmark-storage *taken: cannot be written to*"])


def test_an_error_of_ours_is_told_without_a_traceback(session, monkeypatch):
    def trained(plan, benchmark, on_epoch):
        benchmark.pedantic(lambda: None)
        raise DataError("a.npz: truncated")

    monkeypatch.setattr(suite, "trained", trained)
    result = session("--models=NN-I", "--schemes=single")
    result.assert_outcomes(failed=1)
    assert "a.npz: truncated" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()
    assert "def trained" not in result.stdout.str()


def test_missing_data_stops_the_session_before_any_training(session, pytester, monkeypatch):
    def missing(name, source):
        raise DataError(f"{name} from {source}: not there; run `lowprec data prepare`")

    monkeypatch.setattr(inputs, "check_available", missing)
    result = session("--protocol=paper", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*fashion_mnist from tfds: not there; run*"])
    assert not list(pytester.path.glob(".benchmarks/*/*.json"))


def test_require_gpu_without_one_fails_at_once(session, pytester):
    result = session("--require-gpu", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--require-gpu: TensorFlow 2.* sees no GPU, expected at least*"])
    assert not list(pytester.path.glob(".benchmarks/*/*.json"))


def test_without_timing_the_end_says_so(session, pytester):
    result = session("--models=NN-I", "--benchmark-disable", "--benchmark-autosave")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["4 pairs were checked with timing off: no timing was stored"])
    assert not list(pytester.path.glob(".benchmarks/*/*.json"))


FAKES = """
from lowprec import suite
from tests.literals import KEY, one_round, record

def trained(plan, benchmark, on_epoch):
    benchmark.pedantic(lambda: None)
    return record(one_round(), model=plan.model, scheme=plan.scheme)

suite.trained, suite.load_expectations = trained, dict
suite.expectation_key = lambda record: KEY
"""


def test_xdist_checks_in_parallel_and_the_end_says_so(pytester, monkeypatch):
    pytester.copy_example(str(MATRIX))
    pytester.makepyfile(fakes=FAKES)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(pytester.path))))
    result = pytester.runpytest_subprocess(
        *("-p", "lowprec.pytest_plugin", "-p", "fakes", "-n", "2"),
        *("--models=NN-I", "--schemes=single,double", "--benchmark-autosave"),
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "NN-I * single * - * - * 0.8000 * no evidence",
            "NN-I * double * - * - * 0.8000 * no evidence",
            "2 pairs were checked in parallel by 2 workers: no timing was stored",
        ]
    )
    assert not list(pytester.path.glob(".benchmarks/*/*.json"))


def test_the_first_session_of_an_environment_is_set_against_the_nearest(session, pytester):
    session("--models=NN-I,CNN-I", "--benchmark-autosave")
    path, content = stored(pytester)
    content["machine_info"]["lowprec"] |= {"tensorflow": "2.1.0", "key": "old"}
    for bench in content["benchmarks"]:
        for one in bench["extra_info"]["lowprec"]["rounds"]:
            one["test_accuracy"] += 0.05
    path.write_text(json.dumps(content))
    result = session("--models=NN-I")
    result.stdout.fnmatch_lines(
        [
            "First session of tf* here. Nearest earlier*",
            "*old, 1 sessions. Differs: tensorflow 2.1.0 -> 2.*",
            "worse, time not judged: NN-I double: accuracy -0.0500 *",
            "time not judged, 4 pairs: *",
        ]
    )
    assert "missing" not in result.stdout.str()


def test_a_second_session_of_an_environment_is_not(session):
    session("--models=NN-I", "--benchmark-autosave")
    assert "First session" not in session("--models=NN-I").stdout.str()


def test_a_damaged_file_in_the_history_is_named(session, pytester):
    session("--models=NN-I", "--benchmark-autosave")
    path, _ = stored(pytester)
    path.write_text(path.read_text()[:500])
    result = session("--models=NN-I")
    result.stdout.fnmatch_lines([f"unreadable: {path}: not a stored session: *"])


@pytest.fixture
def stored_sessions(session):
    """Four stored sessions of NN-I in double, single and mixed, a little noisy."""
    for fit_s in (1.0, 1.02, 0.99, 1.01):
        session.fit_s = {"double": 2 * fit_s, "single": fit_s, "mixed": 1.5 / fit_s}
        session("--models=NN-I", "--schemes=double,single,mixed", "--benchmark-autosave")
    return session


def test_a_slower_pair_fails_by_itself(stored_sessions, pytester):
    stored_sessions.fit_s["single"] = 2.0
    options = ("--models=NN-I", "--schemes=double,single", "--junitxml=junit.xml")
    result = stored_sessions(*options, slowdown="fail")
    result.assert_outcomes(passed=3, failed=1)
    told = "NN-I single: slower; 1.99 times the 1.00 s of 4 earlier sessions; alone usually"
    result.stdout.fnmatch_lines(["*test_history?NN-I-single? *", f"{told} seen from*", told])
    junit = (pytester.path / "junit.xml").read_text()
    assert 'name="test_history[NN-I-single]"' in junit
    assert 'failure message="Failed: NN-I single: slower; 1.99 times' in junit


def test_a_slower_pair_is_a_warning_by_default(stored_sessions):
    stored_sessions.fit_s["single"] = 2.0
    result = stored_sessions("--models=NN-I", "--schemes=double,single", slowdown="warn")
    result.assert_outcomes(passed=4, warnings=1)
    result.stdout.fnmatch_lines(["*RegressionWarning: NN-I single: slower; 1.99 times*"])


def test_a_pair_as_fast_as_ever_passes(stored_sessions):
    result = stored_sessions("--models=NN-I", "--schemes=double,single", slowdown="fail")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(["Against 4 earlier sessions of tf2*: a slowdown of"])


def test_a_loss_within_the_band_is_a_regression(stored_sessions):
    stored_sessions.hits = 78
    result = stored_sessions("--models=NN-I", "--schemes=double,single", slowdown="fail")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["NN-I single: worse; accuracy -0.0200 at equal seeds"])


def test_what_cannot_be_set_against_the_history_is_skipped(session):
    one = ("--models=NN-I", "--schemes=single", "-rs")
    result = session(*one, slowdown="fail")
    result.assert_outcomes(passed=1, skipped=1)
    session(*one, "--benchmark-autosave")
    result = session(*one, slowdown="fail")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["*no baseline: 1 earlier sessions count, 3 are needed"])
    session.expect("NN-I", "single", "diverged", 0.05, 0.15)
    result = session(*one, slowdown="fail")
    result.assert_outcomes(failed=1, skipped=1)
    result.stdout.fnmatch_lines(["*the pair was not trained, or did not what is expected of it"])


@pytest.mark.parametrize("options", [("--slowdown=off",), ("--benchmark-disable",)])
def test_the_history_is_left_out_where_it_is_off_or_nothing_is_timed(session, options):
    result = session("--models=NN-I", "--schemes=single", *options, slowdown="warn")
    result.assert_outcomes(passed=1, deselected=1)


def test_a_log_stays_quiet(session):
    """Standard output is no terminal here: no progress line, no cursor movement."""
    result = session("--models=NN-I")
    assert "\x1b" not in result.stdout.str()
    assert "round 1/3" not in result.stdout.str()


def test_other_sessions_are_left_alone(pytester):
    pytester.makepyfile("def test_plain(): pass")
    result = pytester.runpytest_inprocess("-p", "lowprec.pytest_plugin", "--protocol=paper")
    result.assert_outcomes(passed=1)
    assert "lowprec" not in result.stdout.str().replace("lowprec.pytest_plugin", "")
