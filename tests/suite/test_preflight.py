"""What stops a session before it trains anything."""

import pytest

from lowprec.data import inputs
from lowprec.errors import DataError
from tests.suite.sessions import stored_files


def test_a_storage_that_cannot_be_written_stops_the_session(session, pytester):
    pytester.path.joinpath("taken").write_text("a file")
    result = session("--benchmark-autosave", "--benchmark-storage=taken")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--benchmark-storage *taken: cannot be written to*"])


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
