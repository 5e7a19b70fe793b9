"""What --storage can name."""

import json

import pytest

from lowprec.errors import HistoryError, UsageError
from lowprec.history.storage import Folder, open_storage, storage_of
from tests.literals import stored_document


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_a_folder(tmp_path, prefix):
    storage = open_storage(f"{prefix}{tmp_path}")
    assert isinstance(storage, Folder)
    assert str(storage) == str(tmp_path)
    assert storage.summaries().sessions == ()


def test_some_sessions_are_read_whole_by_their_full_names(tmp_path):
    (tmp_path / "Linux").mkdir()
    for name in ("0001_x", "Linux/0001_x", "Linux/0002_x"):
        content = stored_document(1, {"half": 2.0})
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    storage = Folder(tmp_path)
    read = storage.sessions(["./0001_x", "Linux/0002_x"])
    assert {name: session.folder for name, session in read.items()} == {
        "./0001_x": "",
        "Linux/0002_x": "Linux",
    }
    with pytest.raises(HistoryError, match="0003_x"):
        storage.sessions(["Linux/0003_x"])


def test_what_is_none():
    with pytest.raises(UsageError, match="ftp://host: expected a folder, file://FOLDER or"):
        open_storage("ftp://host")
    with pytest.raises(UsageError, match="--storage: got nothing, expected a folder"):
        open_storage("")


def test_elasticsearch_is_told_what_replaces_it():
    with pytest.raises(UsageError, match=r"http://\*\*\*@host/index: lowprec keeps no .* s3://"):
        open_storage("elasticsearch+http://user:secret@host/index")


def test_a_session_of_trainings_in_elasticsearch_is_told_so():
    with pytest.raises(UsageError, match="--benchmark-storage: lowprec keeps no histories in"):
        storage_of(object())


@pytest.mark.parametrize("text", ["http://user:secret@host/x", "ftp://key@bucket?token=secret"])
def test_a_password_is_not_shown(text):
    with pytest.raises(UsageError, match=r"--storage (http|ftp)://\*\*\*@") as caught:
        open_storage(text)
    assert "secret" not in str(caught.value)


def test_a_folder_that_should_have_been_a_server(tmp_path):
    assert str(open_storage("user:secret@host/x")) == "***@host/x"


def test_the_folder_of_a_session_that_runs(tmp_path):
    class Own:
        path = tmp_path

    assert str(storage_of(Own)) == str(tmp_path)
    Own.path = tmp_path / "none"
    assert storage_of(Own) is None


def test_the_shared_storage_of_a_session_that_runs():
    class Own:
        shared = Folder("anywhere")

    assert storage_of(Own) is Own.shared
