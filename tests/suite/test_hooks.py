"""What a session of the suite does, stores and says, run by pytest in pytest."""

import os
import re

import pytest

from lowprec.errors import DataError
from lowprec.framework import import_tensorflow
from lowprec.history.files import read_session
from lowprec.record.machine_load import ProcessorTimes
from lowprec.record.record import Record, Unsupported
from lowprec.suite import pair as pair_module
from lowprec.suite import reports
from tests.repositories import git
from tests.suite.sessions import DATA, MATRIX_TESTS, PLUGINS, ROOT, stored, stored_files


def test_sixteen_pairs_are_stored_in_strict_json(session, pytester):
    result = session("--benchmark-autosave")
    result.assert_outcomes(passed=16)
    path, content = stored(pytester)
    assert len(content["benchmarks"]) == 16
    version = "".join(import_tensorflow().__version__.split(".")[:2])
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


def test_what_others_took_of_the_machine_is_stored_and_told(session, pytester, monkeypatch):
    """Of 200 seconds of two processors others used 80, beside 50 of this process."""
    moments = iter([ProcessorTimes(0.0, 0.0, 0.0, 0.0)])
    later = ProcessorTimes(130.0, 0.0, 200.0, 50.0)
    monkeypatch.setattr(reports, "processor_times", lambda: next(moments, later))
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    result = session("--models=NN-I", "--benchmark-autosave")
    _, content = stored(pytester)
    assert content["lowprec"] == {"machine_load": {"others": 0.8, "steal": 0.0}}
    result.stdout.fnmatch_lines(["The machine was busy: other processes used 0.8 processors.*"])


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


def test_of_a_test_that_ran_twice_the_last_one_is_stored(session, pytester):
    session.fit_s = {"single": 1.0}
    files = ("test_training.py", "test_training.py", "--keep-duplicates")
    session("--benchmark-autosave", "--models=NN-I", "--schemes=single,mixed", *files)
    path, content = stored(pytester)
    names = [bench["name"] for bench in content["benchmarks"]]
    assert names == ["test_training[NN-I-single]", "test_training[NN-I-mixed]"]
    assert read_session(path).pairs.keys() == {("NN-I", "single"), ("NN-I", "mixed")}


@pytest.mark.parametrize(
    ("address", "project"),
    [
        ("https://user:secret@host/owner/name.git", "name"),
        ("https://host/owner/name?token=secret", "name"),
        ("https://host/owner/name.git?token=secret", ""),
        ("https://secret@host", "host"),
    ],
)
def test_no_password_of_the_remote_is_stored(session, pytester, address, project):
    git(pytester.path, "init", "--quiet")
    git(pytester.path, "remote", "add", "origin", address)
    session("--benchmark-autosave", "--models=NN-I", "--schemes=single")
    path, content = stored(pytester)
    assert content["commit_info"]["project"] == project
    assert "secret" not in path.read_text()


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
        [
            "improved: learns, expected diverged",
            "NN-I single: learns with accuracy 0.8000, expected diverged *",
            "update the row*",
        ]
    )


def test_a_failed_pair_is_stored_with_its_verdict(session, pytester):
    session.expect("NN-I", "single", "learns", 0.85, 0.95)
    session("--models=NN-I", "--schemes=single", "--benchmark-autosave").assert_outcomes(failed=1)
    (bench,) = stored(pytester)[1]["benchmarks"]
    assert bench["extra_info"]["lowprec"]["verdict"] == "worse"


def test_a_pair_without_evidence_fails_aloud(session):
    result = session("--models=NN-I", "--schemes=bfloat16")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "no evidence: no row for protocol quick, *",
            "NN-I bfloat16: *could not judge",
            "*`lowprec calibrate --protocol quick --models NN-I --schemes bfloat16 --write`",
        ]
    )


def test_an_unsupported_pair_is_kept_in_the_file(session, pytester, monkeypatch):
    def trained(plan, benchmark, on_epoch):
        if plan.scheme.name != "bfloat16":
            return session.trained(plan, benchmark, on_epoch)
        op = Unsupported("Qr", "bfloat16")
        return Record(plan.pair, plan.protocol, plan.task.budget, DATA, (), unsupported=op)

    monkeypatch.setattr(pair_module, "trained", trained)
    session.expect("NN-I", "bfloat16", "unsupported", None, None)
    result = session("--models=NN-I", "--schemes=single,bfloat16", "--benchmark-autosave")
    result.assert_outcomes(passed=2)
    (untimed,) = stored(pytester)[1]["lowprec"]["untimed"]
    assert untimed["unsupported"] == {"op": "Qr", "dtype": "bfloat16"}


@pytest.mark.parametrize("error", [RuntimeError("boom"), SystemExit(3)])
def test_a_broken_training_is_not_stored(session, pytester, monkeypatch, error):
    def trained(plan, benchmark, on_epoch):
        result = session.trained(plan, benchmark, on_epoch)
        if plan.scheme.name == "single":
            raise error
        return result

    monkeypatch.setattr(pair_module, "trained", trained)
    result = session("--models=NN-I", "--benchmark-autosave")
    assert result.ret != 0
    names = [bench["name"] for bench in stored(pytester)[1]["benchmarks"]]
    assert "test_training[NN-I-double]" in names
    assert "test_training[NN-I-single]" not in names


@pytest.mark.parametrize("moment", ["in its first round", "after its rounds"])
def test_ctrl_c_keeps_the_finished_pairs_and_no_other(session, pytester, monkeypatch, moment):
    interrupt_at(monkeypatch, session, "single", moment)
    result = session("--models=NN-I", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    names = [bench["name"] for bench in stored(pytester)[1]["benchmarks"]]
    assert names == ["test_training[NN-I-double]"]


def test_ctrl_c_in_the_first_pair_stores_nothing(session, pytester, monkeypatch):
    interrupt_at(monkeypatch, session, "double", "in its first round")
    result = session("--models=NN-I", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert not stored_files(pytester)


def interrupt_at(monkeypatch, session, scheme, moment):
    """Press Ctrl-C while a scheme is trained."""

    def ctrl_c():
        raise KeyboardInterrupt

    def trained(plan, benchmark, on_epoch):
        if plan.scheme.name != scheme:
            return session.trained(plan, benchmark, on_epoch)
        benchmark.pedantic(ctrl_c if moment == "in its first round" else int)
        ctrl_c()

    monkeypatch.setattr(pair_module, "trained", trained)


def test_an_error_of_ours_is_told_without_a_traceback(session, monkeypatch):
    def trained(plan, benchmark, on_epoch):
        benchmark.pedantic(lambda: None)
        raise DataError("a.npz: truncated")

    monkeypatch.setattr(pair_module, "trained", trained)
    result = session("--models=NN-I", "--schemes=single")
    result.assert_outcomes(failed=1)
    assert "a.npz: truncated" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()
    assert "def trained" not in result.stdout.str()


@pytest.mark.parametrize("options", [("--slowdown=off",), ("--benchmark-disable",)])
def test_the_history_is_left_out_where_it_is_off_or_nothing_is_timed(session, options):
    result = session("--models=NN-I", "--schemes=single", *options, slowdown="warn")
    result.assert_outcomes(passed=1, deselected=1)


def test_a_log_stays_quiet(session):
    """Standard output is no terminal here: no progress line, no cursor movement."""
    result = session("--models=NN-I")
    assert "\x1b" not in result.stdout.str()
    assert "round 1/3" not in result.stdout.str()


CHATTER = b"E0000 00:00:1.0 1 cuda_platform.cc:52] failed call to cuInit: UNKNOWN ERROR (303)\n"


@pytest.mark.parametrize(
    ("options", "own_setting", "printed"),
    [((), None, b"mine\n"), (("-v",), None, CHATTER + b"mine\n"), ((), "0", CHATTER + b"mine\n")],
    ids=["by default", "-v", "the user's own setting"],
)
def test_tensorflows_chatter_does_not_stand_below_a_failure(
    session, monkeypatch, options, own_setting, printed
):
    def trained(plan, benchmark, on_epoch):
        os.write(2, CHATTER + b"mine\n")
        return session.trained(plan, benchmark, on_epoch)

    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", own_setting or "")
    if own_setting is None:
        monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL")
    monkeypatch.setattr(pair_module, "trained", trained)
    session.expect("NN-I", "single", "learns", 0.85, 0.95)
    result = session("--models=NN-I", "--schemes=single", "--capture=fd", *options)
    lines = result.outlines
    place = next(i for i, line in enumerate(lines) if "Captured stderr call" in line)
    shown = printed.decode().splitlines()
    assert lines[place + 1 : place + 1 + len(shown)] == shown


def test_without_anything_else_nothing_is_captured(session, monkeypatch):
    def trained(plan, benchmark, on_epoch):
        os.write(2, CHATTER)
        return session.trained(plan, benchmark, on_epoch)

    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "2")
    monkeypatch.setattr(pair_module, "trained", trained)
    session.expect("NN-I", "single", "learns", 0.85, 0.95)
    result = session("--models=NN-I", "--schemes=single", "--capture=fd")
    assert "Captured" not in result.stdout.str()


FAKES = """
import os, sys
from pathlib import Path

from lowprec.suite import pair
from tests.literals import CONDITIONS, one_round, record

def trained(plan, benchmark, on_epoch):
    benchmark.pedantic(lambda: None)
    return record(one_round(), model=plan.pair.model, scheme=plan.pair.scheme)

pair.trained, pair.load_expectations = trained, lambda table: {}
pair.conditions_of = lambda record: CONDITIONS

def pytest_unconfigure():
    if "tensorflow" in sys.modules:
        Path(f"tensorflow-in-{os.getpid()}").touch()
"""


def test_xdist_checks_in_parallel_and_the_end_says_so(pytester, monkeypatch):
    pytester.copy_example(str(MATRIX_TESTS))
    pytester.makepyfile(fakes=FAKES)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), str(pytester.path))))
    result = pytester.runpytest_subprocess(
        *(*PLUGINS, "-p", "fakes", "-n", "2"),
        *("--models=NN-I", "--schemes=single,double", "--benchmark-disable"),
    )
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "NN-I * single * - * - * 0.8000 * no evidence",
            "NN-I * double * - * - * 0.8000 * no evidence",
            "2 pairs checked in parallel by 2 workers: no timing was stored",
        ]
    )
    assert not stored_files(pytester)
    # Neither the controller, which trains nothing, nor the end of a worker has a need for it.
    assert not list(pytester.path.glob("tensorflow-in-*"))


def test_a_file_of_sixteen_pairs_is_small(session, pytester):
    """Nothing but names is a parameter, and no data of the rounds is kept beside the record."""
    session("--benchmark-autosave")
    path, content = stored(pytester)
    assert path.stat().st_size < 200_000
    assert {tuple(bench["params"]) for bench in content["benchmarks"]} == {("model", "scheme")}


def test_sessions_after_the_ten_thousandth_are_stored(session, pytester):
    """From there on pytest-benchmark would give them all one number."""
    options = ("--models=NN-I", "--schemes=single", "--benchmark-autosave")
    session(*options)
    [first] = stored_files(pytester)
    first.rename(first.with_name(f"9999{first.name[4:]}"))
    for _ in range(2):
        assert session(*options).ret == pytest.ExitCode.OK
    numbers = sorted(path.name.partition("_")[0] for path in stored_files(pytester))
    assert numbers == ["10000", "10001", "9999"]


def test_without_git_a_session_is_stored_all_the_same(session, pytester, monkeypatch):
    monkeypatch.setenv("PATH", str(pytester.path))
    result = session("--models=NN-I", "--schemes=single", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.OK
    path, content = stored(pytester)
    assert content["commit_info"]["id"] == "unversioned"
    assert read_session(path).pairs.keys() == {("NN-I", "single")}


@pytest.mark.parametrize("options", [(), ("--benchmark-compare-fail=median:5%",)])
def test_pytest_benchmarks_own_comparison_costs_no_session(session, pytester, options):
    """Without a stored session it has nothing to compare with, and finds so after all training."""
    compared = ("--benchmark-compare", *options)
    session("--models=NN-I", "--schemes=single", "--benchmark-autosave", *compared)
    path, _ = stored(pytester)
    assert read_session(path).pairs.keys() == {("NN-I", "single")}
