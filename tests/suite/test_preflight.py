"""What stops a session before it trains anything."""

import errno

import pytest
from pytest_benchmark.utils import get_machine_id

from lowprec import whole_files
from lowprec.data import inputs
from lowprec.errors import DataError
from tests.suite.sessions import stored_files


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


def test_a_storage_that_is_none_is_told_in_one_line(session):
    result = session("--benchmark-storage=http://user:secret@host/index")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.stderr.lines if line]
    assert line == (
        "ERROR: --benchmark-storage: --storage http://***@host/index: expected a folder, "
        "file://FOLDER or elasticsearch+http[s]://HOST/INDEX"
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
