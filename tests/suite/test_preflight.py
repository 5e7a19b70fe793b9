"""What stops a session before it trains anything."""

import errno

import pytest
from pytest_benchmark.utils import get_machine_id

from lowprec import whole_files
from lowprec.data import inputs
from lowprec.errors import DataError, FrameworkError
from lowprec.suite import preflight
from tests.suite.sessions import PLUGINS, stored_files


def test_a_storage_that_cannot_be_written_stops_the_session(session, pytester):
    pytester.path.joinpath("taken").write_text("a file")
    result = session("--benchmark-autosave", "--benchmark-storage=taken")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--benchmark-storage *taken: cannot be written to*"])


@pytest.fixture
def full(monkeypatch):
    def fail(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", fail)


@pytest.mark.usefixtures("full")
def test_a_full_disk_stops_the_session(session, pytester):
    result = session("--models=NN-I", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.stderr.lines if "--benchmark-storage" in line]
    assert "(No space left on device), expected a folder with 4 MB free" in line
    assert "test_training" not in result.stdout.str()


@pytest.mark.usefixtures("full")
def test_a_full_disk_is_nothing_to_a_session_that_is_not_saved(session):
    assert session("--models=NN-I", "--schemes=single").ret == pytest.ExitCode.OK


def test_the_machines_own_folder_is_what_is_written_to(session, pytester):
    own = pytester.path / ".benchmarks" / get_machine_id()
    own.parent.mkdir()
    own.write_text("a file")
    result = session("--models=NN-I", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--benchmark-storage *{own.name}: cannot be written to*"])


def test_a_folder_of_the_report_that_is_not_there(session):
    result = session("--models=NN-I", "--benchmark-json=none/session.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--benchmark-json none: cannot be written to*"])


@pytest.mark.parametrize(
    ("storage", "told"),
    [
        ("http://user:secret@host/index", " http://***@host/index: expected a folder, "),
        ("", ": got nothing, expected a folder, "),
    ],
)
def test_a_storage_that_is_none_is_told_in_one_line(session, storage, told):
    result = session(f"--benchmark-storage={storage}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.stderr.lines if line]
    assert line == (
        f"ERROR: --benchmark-storage{told}file://FOLDER or an object store: s3://, gs:// or "
        "az://BUCKET/FOLDER"
    )


def test_a_password_in_the_name_of_a_folder_is_not_shown(session, pytester):
    (pytester.path / "user:secret@host").write_text("a file")
    result = session("--benchmark-autosave", "--benchmark-storage=user:secret@host")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "***@host: cannot be written to" in result.stderr.str()
    assert "secret" not in result.stderr.str()


def test_missing_data_stops_the_session_before_any_training(session, pytester, monkeypatch):
    def missing(name, source):
        raise DataError(f"{name} from {source}: not there; run `lowprec data prepare`")

    monkeypatch.setattr(inputs, "check_available", missing)
    result = session("--protocol=paper", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*fashion_mnist from tfds: not there; run*"])
    assert not stored_files(pytester)


def test_require_gpu_without_one_fails_at_once(session, pytester):
    result = session("--require-gpu", "--benchmark-autosave")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--require-gpu: TensorFlow 2.* sees no GPU, expected at least*"])
    assert not stored_files(pytester)


def test_a_keras_that_cannot_train_is_told_before_any_training(session, pytester, monkeypatch):
    def broken():
        raise FrameworkError("KERAS_BACKEND has Keras compute with jax, expected tensorflow")

    monkeypatch.setattr(preflight.framework, "keras_module", broken)
    result = session("--benchmark-autosave")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: KERAS_BACKEND has Keras compute with jax, *"])
    assert not stored_files(pytester)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--benchmark-cprofile=cumtime", "--benchmark-cprofile: trains each pair once more, *"),
        ("--benchmark-disable-gc", "--benchmark-disable-gc: trains without *"),
        ("--memray", "--memray: follows each allocation, *; add --benchmark-disable*"),
        ("--forked", "--forked: trains in a process that is forked, *"),
    ],
)
def test_what_would_train_again_or_slow_what_is_timed_is_refused(
    session, pytester, option, message
):
    pytester.makeconftest(
        "def pytest_addoption(parser):\n"
        "    for name in ('--memray', '--forked'):\n"
        "        parser.addoption(name, action='store_true')\n"
    )
    result = session("--models=NN-I", "--benchmark-autosave", option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])
    assert not stored_files(pytester)
    assert session("--models=NN-I", "--benchmark-disable", option).ret == pytest.ExitCode.OK


OWN_TEST = """
import pytest

{above}
def test_own(train_pair):
    assert train_pair("NN-I", "single").passed
"""


def test_so_is_a_mark_of_a_test(session, pytester):
    pytester.makepyfile(test_own=OWN_TEST.format(above="@pytest.mark.benchmark(cprofile=True)"))
    result = session("test_own.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: test_own.py::test_own: the mark benchmark(cprofile=...): trains each pair once*"]
    )


def test_another_fixture_benchmark_is_refused(session, pytester):
    """As pytest-codspeed's, which takes the place of pytest-benchmark's."""
    fixture = "@pytest.fixture\ndef benchmark():\n    return lambda run: run()\n\n"
    pytester.makepyfile(test_own=OWN_TEST.format(above=fixture))
    result = session("test_own.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: test_own.py::test_own: its fixture `benchmark` is that of test_own, expected *"]
    )


def test_without_pytest_benchmark_nothing_is_trained(pytester):
    pytester.makepyfile(test_own=OWN_TEST.format(above=""))
    result = pytester.runpytest_inprocess(*PLUGINS, "-p", "no:benchmark", "test_own.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*pytest-benchmark is not loaded, expected it, *"])


def test_skipping_all_benchmarks_is_no_pass_where_slowdowns_fail(session):
    options = ("--models=NN-I", "--schemes=single", "--benchmark-skip")
    assert session(*options).ret == pytest.ExitCode.OK
    result = session(*options, slowdown="fail")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["--slowdown fail: 0 pairs flagged, 1 not judged"])


@pytest.fixture
def made(monkeypatch):
    """Over how many devices sessions were to train."""
    counts = []
    monkeypatch.setattr(preflight.framework, "make_devices", counts.append)
    return counts


def test_devices_are_made_before_tests_are_collected(session, made, pytester):
    pytester.makeconftest(
        "from lowprec import framework\n"
        "def pytest_collection(): print('collects with', framework.make_devices.__self__)"
    )
    result = session("--models=NN-I", "--schemes=single", "--devices=2", "--benchmark-autosave")
    assert (result.ret, made) == (pytest.ExitCode.OK, [2])
    result.stdout.fnmatch_lines(["collects with [[]2]"])
    (file,) = stored_files(pytester)
    assert '"devices": 2' in file.read_text()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["-n2"], "workers of pytest-xdist (-n, --dist) share out the same devices"),
        (["--lowprec-doctor=look"], "--lowprec-doctor examines a training on one device"),
        (["--lowprec-calibrate=8"], "--lowprec-calibrate measures what holds for one device"),
    ],
)
def test_what_needs_one_device_is_refused_with_several(pytester, made, options, why):
    pytester.makepyfile("def test_nothing(): pass")
    result = pytester.runpytest_inprocess("--lowprec-devices=2", *options)
    assert (result.ret, made) == (pytest.ExitCode.USAGE_ERROR, [])
    result.stderr.fnmatch_lines([f"*--lowprec-devices 2: {why}; leave out one of the two"])


def test_why_devices_cannot_be_made_is_told_in_one_line(session, monkeypatch):
    def fail(count):
        raise FrameworkError("TensorFlow was used before")

    monkeypatch.setattr(preflight.framework, "make_devices", fail)
    result = session("--devices=2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*ERROR: --devices 2: TensorFlow was used before"])


@pytest.mark.parametrize("count", ["0", "-1", "two"])
def test_a_number_of_devices_that_is_none(session, count):
    result = session(f"--devices={count}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--devices: got '{count}', expected an integer from 1 to 64"])
