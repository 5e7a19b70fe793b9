"""Sessions that are stored in an object store, here in memory."""

import json
import uuid

import fsspec
import pytest

from lowprec.history.storage import open_storage
from lowprec.suite import pair as pair_module
from tests.s3 import new_address, s3_server
from tests.suite.sessions import flat, stored_files

CHOSEN = ("--models=NN-I", "--schemes=single,half", "--benchmark-autosave")


@pytest.fixture
def address():
    return f"memory://{uuid.uuid4().hex}/history"


def names(address):
    return sorted(fsspec.core.url_to_fs(address)[0].find(address.removeprefix("memory:/")))


def test_a_session_is_stored_and_read_there(session, pytester, address):
    result = session(*CHOSEN, f"--benchmark-storage={address}")
    assert result.ret == pytest.ExitCode.OK
    [one] = open_storage(address).summaries().sessions
    assert [str(pair.pair) for pair in one.pairs] == ["NN-I single", "NN-I half"]
    assert one.name.startswith("0001_")
    assert stored_files(pytester) == []
    assert not (pytester.path / ".benchmarks").exists()


def test_the_next_one_is_numbered_and_judged_by_those_before(session, address):
    for fit_s in (1.0, 1.02, 0.99, 1.01):
        session.fit_s = {"single": fit_s}
        session(*CHOSEN, f"--benchmark-storage={address}")
    session.fit_s = {"single": 3.0}
    result = session(*CHOSEN, f"--benchmark-storage={address}", slowdown="fail")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "NN-I single: slower" in flat(result)
    assert [name.rpartition("/")[2][:4] for name in names(address)] == [
        "0001",
        "0002",
        "0003",
        "0004",
        "0005",
    ]


def test_a_store_that_takes_nothing_is_told_before_any_training(session, address, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError("AccessDenied for https://user:secret@host")

    trained = []
    monkeypatch.setattr(session, "trained", lambda *_: trained.append(True))
    monkeypatch.setattr(fsspec.core.url_to_fs(address)[0], "pipe_file", refuse)
    result = session(*CHOSEN, f"--benchmark-storage={address}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = result.stderr.str()
    assert f"--benchmark-storage {address}: cannot be written to (PermissionError: Acc" in said
    assert "secret" not in said
    assert trained == []


def said_of_what_is_kept(result, pytester, address):
    """What a session said, without spaces, both of whose pairs are kept here in place of there."""
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    [path] = stored_files(pytester)
    assert len(json.loads(path.read_text())["benchmarks"]) == 2
    said = flat(result).replace(" ", "")
    assert said.count("notsaved:") == 1
    assert f"Itiskeptas{path}" in said
    assert f"copiedto{address}/{path.parent.name}/" in said
    return said


def test_a_session_that_the_store_does_not_take_is_kept_here(
    session, pytester, address, monkeypatch
):
    system = fsspec.core.url_to_fs(address)[0]
    pipe_file = system.pipe_file

    def refuse_sessions(path, content, **how):
        if path.endswith(".json"):
            raise RuntimeError("the bucket is gone")
        return pipe_file(path, content, **how)

    monkeypatch.setattr(system, "pipe_file", refuse_sessions)
    result = session(*CHOSEN, f"--benchmark-storage={address}")
    assert "RuntimeError:thebucketisgone" in said_of_what_is_kept(result, pytester, address)


def test_a_store_that_dies_in_the_middle_costs_no_pair(session, pytester, monkeypatch):
    trained = session.trained

    with s3_server() as server:
        address = new_address()

        def dying(plan, benchmark, on_epoch):
            if plan.scheme.name == "half":
                server.kill()
            return trained(plan, benchmark, on_epoch)

        monkeypatch.setattr(pair_module, "trained", dying)
        result = session(*CHOSEN, f"--benchmark-storage={address}")
    assert "EndpointConnectionError" in said_of_what_is_kept(result, pytester, address)


def test_of_two_with_one_number_and_name_both_are_kept(session, address, monkeypatch):
    from lowprec.history.objects import Objects

    monkeypatch.setattr(Objects, "names_in", lambda *_: [])
    for _ in range(2):
        session(*CHOSEN[:2], "--benchmark-save=x", f"--benchmark-storage={address}")
    assert [name.rpartition("/")[2] for name in names(address)] == ["0001_x.json", "0002_x.json"]


def test_comparing_by_pytest_benchmark_is_refused_in_one_line(session, address):
    result = session(*CHOSEN, "--benchmark-compare", f"--benchmark-storage={address}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.stderr.lines if line]
    assert f"{address}: --benchmark-compare reads folders only" in line


OTHERS = "def test_it(benchmark): benchmark(lambda: None)"


def test_benchmarks_in_which_nothing_is_trained_are_stored_there_too(pytester, address):
    pytester.makepyfile(OTHERS)
    result = pytester.runpytest_inprocess("--benchmark-save=x", f"--benchmark-storage={address}")
    assert result.ret == pytest.ExitCode.OK
    assert [name.rpartition("/")[2] for name in names(address)] == ["0001_x.json"]
    assert open_storage(address).summaries().sessions == ()


def test_and_are_kept_where_that_fails(pytester, address, monkeypatch):
    def refuse(*_, **__):
        raise RuntimeError("gone")

    pytester.makepyfile(OTHERS)
    monkeypatch.setattr(fsspec.core.url_to_fs(address)[0], "pipe_file", refuse)
    result = pytester.runpytest_inprocess("--benchmark-save=x", f"--benchmark-storage={address}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines(["lowprec: not saved: this session, in memory://*gone*kept as *"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert len(stored_files(pytester)) == 1
