"""Where the session of a night goes, and which one it is."""

import json
from pathlib import Path

import pytest

from lowprec.errors import HistoryError, SuiteError
from lowprec.history.storage import open_storage
from lowprec.nightly.histories import Shared
from lowprec.nightly.suite import SuiteEnd
from tests.literals import stored_document

END = SuiteEnd(0)


@pytest.fixture(params=["memory", "folder"])
def address(request, tmp_path):
    """A storage that nobody has used yet."""
    return f"memory://{tmp_path}" if request.param == "memory" else str(tmp_path / "shared")


@pytest.fixture
def store(address, tmp_path):
    """Stores the session of a day, of so many seconds."""

    def put(day, name, fit_s=2.0):
        content = json.dumps(stored_document(day, {"single": fit_s})).encode()
        if "://" in address:
            open_storage(address).create(f"Linux/{name}.json", content)
        else:
            path = tmp_path / "shared" / "Linux" / f"{name}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    return put


@pytest.fixture
def history(address):
    with Shared(address).opened(print) as history:
        yield history


@pytest.fixture
def copied(history):
    """Writes what pytest-benchmark writes besides."""

    def copy(day, fit_s=2.0):
        _copy_of(history).write_text(json.dumps(stored_document(day, {"single": fit_s})))

    return copy


def _copy_of(history):
    return Path(history.options[-1].removeprefix("--benchmark-json="))


def test_the_suite_stores_itself_and_writes_a_copy(address, history):
    assert history.options[:2] == ("--benchmark-autosave", f"--benchmark-storage={address}")
    assert history.options[2].endswith("_session.json")


def test_the_session_is_the_one_that_the_copy_is_of(history, store, copied):
    store(1, "0001_before")
    store(2, "0002_ours", 2.5)
    store(2, "0003_others", 2.25)
    copied(2, 2.5)
    found = history.session(END)
    assert (found.full_name, found.name) == ("Linux/0002_ours", "0002_ours")
    assert (history.left(), history.published()) == ({_copy_of(history)}, "0002_ours")


def test_a_session_that_is_not_there_is_left(history, store, copied):
    store(2, "0003_others", 2.25)
    copied(2, 2.5)
    with pytest.raises(SuiteError, match=r"The suite ended with exit code 0, and its session is"):
        history.session(END)
    assert (history.left(), history.published()) == ({_copy_of(history)}, "")


def test_a_suite_that_stored_nothing(history, store):
    store(2, "0003_others")
    with pytest.raises(SuiteError, match=r"and stored no session, expected one\."):
        history.session(END)
    assert (history.left(), history.published()) == (frozenset(), "")


def test_half_a_copy_is_left(history, copied):
    copied(1)
    path = _copy_of(history)
    path.write_text(path.read_text()[:-9])
    with pytest.raises(HistoryError, match="not a stored session"):
        history.session(END)
    assert (history.left(), history.published()) == ({path}, "")


def test_other_benchmarks_alone_are_no_session(history, copied):
    copied(1)
    _copy_of(history).write_text(json.dumps(stored_document(1, {}) | {"benchmarks": []}))
    with pytest.raises(SuiteError, match="without a pair that lowprec trained"):
        history.session(END)


def test_no_password_is_shown():
    shared = Shared("s3://user:secret@bucket/x?key=secret")
    assert "secret" not in shared.where + shared.within + shared.to_reach_it
    assert shared.where == "in s3://***@bucket/x?***"
