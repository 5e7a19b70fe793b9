"""Sessions are saved whole or not at all, and a session that cannot be saved says so."""

import errno
import json
import logging

import pytest
from pytest_benchmark.storage.file import FileStorage

from lowprec import whole_files
from lowprec.suite import pair as pair_module
from lowprec.suite.saving import saved_whole
from tests.suite.sessions import flat, stored, stored_files

CHOSEN = ("--models=NN-I", "--schemes=single", "--benchmark-autosave")


@pytest.fixture
def fills_up(session, monkeypatch):
    """The disk is full once a pair is trained."""

    def fail(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    def trained(plan, benchmark, on_epoch):
        monkeypatch.setattr(whole_files.os, "fsync", fail)
        return session.trained(plan, benchmark, on_epoch)

    monkeypatch.setattr(pair_module, "trained", trained)


@pytest.mark.usefixtures("fills_up")
def test_a_disk_that_is_full_by_then(session, pytester):
    result = session(*CHOSEN)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.assert_outcomes(passed=1)
    said = flat(result)
    assert "NN-I single" in said  # the table
    assert "not saved: this session, in " in said
    assert "[Errno 28] No space left on device" in said
    assert "Traceback" not in said + result.stderr.str()
    assert [path for path in pytester.path.glob(".benchmarks/**/*") if path.is_file()] == []


@pytest.mark.usefixtures("fills_up")
def test_a_failed_pair_that_cannot_be_saved_is_not_taken_for_a_flagged_one(session):
    session.hits = 10
    result = session(*CHOSEN)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "not saved: this session" in flat(result)


def test_a_report_that_cannot_be_written_does_not_lose_the_session(session, pytester, monkeypatch):
    def trained(plan, benchmark, on_epoch):
        (pytester.path / "out").rename(pytester.path / "gone")
        return session.trained(plan, benchmark, on_epoch)

    (pytester.path / "out").mkdir()
    monkeypatch.setattr(pair_module, "trained", trained)
    result = session(*CHOSEN, "--benchmark-json=out/session.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "not saved: --benchmark-json out/session.json: " in flat(result)
    assert len(stored(pytester)[1]["benchmarks"]) == 1


def test_a_report_is_written_as_before(session, pytester):
    assert session(*CHOSEN, "--benchmark-json=session.json").ret == pytest.ExitCode.OK
    written = json.loads((pytester.path / "session.json").read_text())
    assert written["benchmarks"][0]["stats"]["data"]
    assert len(stored_files(pytester)) == 1


class Benchmarks:
    json = None
    logger = logging.getLogger("tests")

    def __init__(self, storage):
        self.storage = storage

    def save_json(self, content):
        raise AssertionError("pytest-benchmark's own")


def test_of_two_that_save_at_once_under_one_name_both_are_kept(tmp_path):
    class Slow(FileStorage):
        """Has looked for the next number before the other one saved."""

        _next_num = "0001"

    for text in "ab":
        benchmarks = Benchmarks(Slow(tmp_path, Benchmarks.logger, "Linux"))
        with saved_whole(benchmarks, lambda: None) as unsaved:
            benchmarks.storage.save({"is": text}, "x")
        assert unsaved == []
    files = sorted((tmp_path / "Linux").iterdir())
    assert [path.name for path in files] == ["0001_x.json", "0002_x.json"]
    assert [json.loads(path.read_text()) for path in files] == [{"is": "a"}, {"is": "b"}]


def test_a_server_that_is_gone_is_told_without_its_password():
    class Server:
        def save(self, content, name):
            raise RuntimeError("no route to https://user:secret@host/index")

        def __str__(self):
            return "['https://user:secret@host']"

    done = []
    benchmarks = Benchmarks(server := Server())
    with saved_whole(benchmarks, lambda: done.append(True)) as unsaved:
        benchmarks.storage.save({}, "x")
    (line,) = unsaved
    assert "RuntimeError: no route to https://***@host/index" in line
    assert "secret" not in line
    assert done == [True]
    assert benchmarks.storage is server
    with pytest.raises(AssertionError, match="own"):
        benchmarks.save_json({})
