"""A history in an object store: in memory, and by S3's protocol where its client is installed."""

import json
import os
import threading
import uuid

import pytest

from lowprec.errors import HistoryError, UsageError
from lowprec.history import index as index_module
from lowprec.history import objects as objects_module
from lowprec.history.past import read_past
from lowprec.history.storage import open_storage
from lowprec.record.acceptance import Acceptance
from tests.literals import stored_document
from tests.s3 import new_address, s3_server


@pytest.fixture(scope="module")
def s3():
    with s3_server():
        yield


@pytest.fixture(params=["memory", "s3"])
def address(request):
    """A place in which nothing is stored."""
    if request.param == "memory":
        return f"memory://{uuid.uuid4().hex}/history"
    request.getfixturevalue("s3")
    return new_address()


@pytest.fixture
def storage(address):
    return open_storage(address)


def save(storage, name, day=1, fit_s=2.0):
    storage.create(name, json.dumps(stored_document(day, {"half": fit_s})).encode())


def read_names(storage):
    return [session.full_name for session in storage.summaries().sessions]


@pytest.fixture
def fetched(monkeypatch):
    """The names of objects that were fetched since the list was last cleared."""
    names = []
    session_in = objects_module.session_in

    def counting(content, place, folder):
        names.append(place.rpartition("/")[2])
        return session_in(content, place, folder)

    monkeypatch.setattr(objects_module, "session_in", counting)
    return names


def test_sessions_of_two_machines_in_their_order(storage, address):
    assert storage.summaries().sessions == ()
    save(storage, "Linux-b/0001_x.json", day=2)
    save(storage, "Linux-a/0001_x.json", day=1)
    save(storage, "Linux-a/0002_x.json", day=3)
    assert read_names(storage) == ["Linux-a/0001_x", "Linux-b/0001_x", "Linux-a/0002_x"]
    assert str(storage) == address


def test_some_sessions_are_read_whole_by_their_full_names(storage):
    for name in ("0001_x", "Linux/0001_x", "Linux/0002_x"):
        save(storage, f"{name}.json")
    read = storage.sessions(["./0001_x", "Linux/0002_x"])
    assert {name: session.folder for name, session in read.items()} == {
        "./0001_x": "",
        "Linux/0002_x": "Linux",
    }
    with pytest.raises(HistoryError, match=r"Linux/0003_x\.json: cannot be read"):
        storage.sessions(["Linux/0003_x"])


def test_more_than_are_asked_for_at_once(storage, monkeypatch, fetched):
    monkeypatch.setattr(objects_module, "AT_ONCE", 2)
    for number in range(1, 6):
        save(storage, f"Linux/{number:04}_x.json", day=number)
    assert len(read_names(storage)) == 5
    assert fetched == [f"{number:04}_x.json" for number in range(1, 6)]


def test_the_index_saves_work_and_nothing_else(storage, monkeypatch, fetched):
    monkeypatch.setattr(index_module, "LEAST_SESSIONS", 1)
    save(storage, "0001_x.json", day=1)
    save(storage, "0002_x.json", day=2)
    before = storage.summaries()
    before.keep()
    fetched.clear()
    assert storage.summaries().sessions == before.sessions
    assert fetched == []
    content = json.dumps(stored_document(2, {"half": 7.0})).encode()
    storage._system.pipe_file(f"{storage._root}/0002_x.json", content)
    save(storage, "0003_x.json", day=3)
    [_, second, _] = storage.summaries().sessions
    assert fetched == ["0002_x.json", "0003_x.json"]
    assert second.pairs[0].seconds == pytest.approx(7.0)
    storage._system.pipe_file(f"{storage._root}/{index_module.INDEX_NAME}", b"damaged")
    assert len(storage.summaries().sessions) == 3


def test_an_object_is_never_replaced(storage):
    save(storage, "0001_x.json", fit_s=2.0)
    with pytest.raises(FileExistsError):
        save(storage, "0001_x.json", fit_s=9.0)
    [session] = storage.summaries().sessions
    assert session.pairs[0].seconds == pytest.approx(2.0)


def test_of_two_that_write_one_name_at_once_one_is_told(storage):
    told = []

    def write(fit_s):
        try:
            save(storage, "0001_x.json", fit_s=fit_s)
        except FileExistsError:
            told.append(fit_s)

    writers = [threading.Thread(target=write, args=(float(n),)) for n in range(1, 9)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(told) == 7
    [session] = storage.summaries().sessions
    assert session.pairs[0].seconds not in told


def test_what_two_accept_is_both_on_record(storage, address):
    save(storage, "0001_x.json")
    one = Acceptance("0001_x", None, "new kernel")
    other = Acceptance("0001_x", None, "new driver")
    storage.accept(one)
    open_storage(address).accept(other)
    storage.accept(one)
    past = read_past(storage)
    assert set(past.accepted) == {one, other}
    assert past.faults == ()


def test_an_acceptance_that_is_damaged_is_named(storage):
    storage.create("accepted/x.csv", b"session,reason\n")
    with pytest.raises(HistoryError, match=f"{storage}/accepted/x.csv: columns are"):
        storage.acceptances()


def test_a_damaged_object_hides_no_other(storage, monkeypatch):
    save(storage, "0001_x.json")
    storage.create("0002_x.json", b"{")
    storage.create("0003_x.json", b" " * 9)
    monkeypatch.setattr(objects_module, "MOST_BYTES", 1 << 20)
    summaries = storage.summaries()
    assert len(summaries.sessions) == 1
    assert [fault.partition(": ")[0] for fault in summaries.faults] == [
        f"{storage}/0002_x.json",
        f"{storage}/0003_x.json",
    ]


def test_an_object_too_large_is_not_fetched(storage, monkeypatch, fetched):
    save(storage, "0001_x.json")
    monkeypatch.setattr(objects_module, "MOST_BYTES", 100)
    summaries = storage.summaries()
    assert (summaries.sessions, fetched) == ((), [])
    [fault] = summaries.faults
    assert fault.startswith(f"{storage}/0001_x.json: ")


def test_another_folder_of_the_bucket_is_another_history(storage, address):
    save(storage, "0001_x.json")
    save(open_storage(f"{address}-of-others"), "0002_x.json")
    assert read_names(storage) == ["./0001_x"]


def test_it_is_tried_whether_it_can_be_written_to(storage):
    storage.require_writable()
    assert storage.names_in("") == []


def test_a_store_that_replaces_what_is_there_is_told(storage, monkeypatch):
    """As `rclone serve s3` does: of two that store at once one session would be lost."""
    pipe_file = storage._system.pipe_file
    monkeypatch.setattr(
        storage._system, "pipe_file", lambda path, content, mode: pipe_file(path, content)
    )
    with pytest.raises(OSError, match="it replaces an object though told to write a new one only"):
        storage.require_writable()
    assert storage.names_in("") == []


def test_a_bucket_that_is_not_there(s3):
    storage = open_storage("s3://no-such-bucket/history")
    with pytest.raises(OSError, match="bucket"):
        storage.require_writable()


def test_a_server_that_does_not_answer(s3, monkeypatch):
    import s3fs

    s3fs.S3FileSystem.clear_instance_cache()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    storage = open_storage("s3://bucket/history")
    with pytest.raises(HistoryError, match=r"s3://bucket/history: cannot be listed: .*onnect"):
        storage.summaries()
    s3fs.S3FileSystem.clear_instance_cache()


def test_no_bucket():
    with pytest.raises(UsageError, match="names no bucket, expected memory://BUCKET"):
        open_storage("memory://")


def test_a_client_that_is_not_installed(monkeypatch):
    import fsspec

    def missing(address):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", missing)
    with pytest.raises(UsageError, match=r"Install s3fs.*pip install 'lowprec\[s3\]'"):
        open_storage("s3://user:secret@bucket/x?token=1")


def test_no_password_is_shown(monkeypatch):
    import fsspec

    def bad(address):
        raise ValueError(f"{address} is bad")

    monkeypatch.setattr(fsspec.core, "url_to_fs", bad)
    with pytest.raises(UsageError) as caught:
        open_storage("s3://user:secret@bucket/x")
    assert "secret" not in str(caught.value)
    assert os.linesep not in str(caught.value)
