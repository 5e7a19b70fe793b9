"""The files of a storage that may hold a session."""

import os
from pathlib import Path

import pytest

from lowprec.errors import HistoryError
from lowprec.history.walk import session_files


def walked(storage):
    """What is found, by folder and name; nothing may be wrong."""
    files, faults = session_files(storage)
    assert faults == []
    assert [file.path for file in files] == [
        str(storage / file.folder / file.name) for file in files
    ]
    return [(file.folder, file.name) for file in files]


@pytest.fixture
def storage(tmp_path):
    """A storage with a session in a folder of its platform."""
    (tmp_path / "storage" / "Linux").mkdir(parents=True)
    (tmp_path / "storage" / "Linux" / "0001_x.json").write_text("{}")
    return tmp_path / "storage"


def test_files_of_all_folders_the_upper_ones_first(storage):
    (storage / "Linux" / "deep" / "deeper").mkdir(parents=True)
    for path in ("Linux/deep/deeper/c.json", "Linux/deep/b.json", "a.json", "x.csv", "y.json.tmp"):
        (storage / path).touch()
    assert walked(storage) == [
        *(("", "a.json"), ("Linux", "0001_x.json")),
        *(("Linux/deep", "b.json"), ("Linux/deep/deeper", "c.json")),
    ]


def test_the_state_of_a_file_is_what_the_system_tells(storage):
    [file], _ = session_files(storage)
    status = (storage / "Linux" / "0001_x.json").stat()
    assert file.state == (2, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def test_a_folder_that_is_a_link_is_followed(storage, tmp_path):
    (storage / "Linux").rename(tmp_path / "elsewhere")
    (storage / "Linux-2").symlink_to(tmp_path / "elsewhere")
    assert walked(storage) == [("Linux-2", "0001_x.json")]


def test_links_that_loop_end_and_count_once(storage):
    (storage / "loop").symlink_to(".")
    (storage / "Linux" / "loop").symlink_to("..")
    (storage / "Linux" / "loop-2").symlink_to(storage)
    assert walked(storage) == [("Linux", "0001_x.json")]


def test_a_folder_goes_by_its_own_name_wherever_a_link_to_it_lies(storage):
    (storage / "A").symlink_to("Linux")
    (storage / "B").mkdir()
    (storage / "B" / "deep").mkdir()
    (storage / "B" / "deep" / "0002_x.json").write_text("{}")
    (storage / "A-2").symlink_to("B/deep")
    assert walked(storage) == [("Linux", "0001_x.json"), ("B/deep", "0002_x.json")]


def test_a_storage_that_is_a_link(storage, tmp_path):
    (tmp_path / "link").symlink_to(storage)
    assert walked(tmp_path / "link") == [("Linux", "0001_x.json")]


def test_what_is_named_as_a_session_and_is_no_file_is_told(storage):
    (storage / "0002_gone.json").symlink_to("nowhere")
    (storage / "0003_loop.json").symlink_to("0003_loop.json")
    (storage / "0004_folder.json").mkdir()
    os.mkfifo(storage / "0005_fifo.json")
    files, faults = session_files(storage)
    assert [file.name for file in files] == ["0001_x.json"]
    places = [line.partition(": ")[0] for line in faults]
    assert places == [
        str(storage / name)
        for name in ("0002_gone.json", "0003_loop.json", "0004_folder.json", "0005_fifo.json")
    ]
    assert faults[0].endswith(
        ": is no file, expected a stored session; restore it if it was one, else move it "
        "elsewhere or name another folder with --storage"
    )


@pytest.mark.parametrize("name", ["Linux", "."])
def test_a_folder_that_cannot_be_listed_hides_no_other(storage, monkeypatch, name):
    (storage / "Other").mkdir()
    (storage / "Other" / "0002_x.json").touch()
    scandir = os.scandir

    def refuse(path):
        if Path(path) == storage / name:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    if name == ".":
        with pytest.raises(HistoryError, match=r"storage: cannot be listed: .*Permission denied"):
            session_files(storage)
        return
    [file], [fault] = session_files(storage)
    assert file.name == "0002_x.json"
    assert fault.startswith(f"{storage / 'Linux'}: cannot be listed: ")
    assert "Permission denied" in fault


def test_a_link_to_a_folder_that_is_gone_is_told(storage):
    (storage / "Linux-2").symlink_to("nowhere")
    [_], [fault] = session_files(storage)
    assert fault == (
        f"{storage / 'Linux-2'}: is a link to nothing; it may have been a folder of sessions: "
        "restore it or delete the link"
    )


def test_a_missing_folder_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(HistoryError, match=r"no such folder.*--benchmark-autosave"):
        session_files(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_a_hidden_link_to_nothing_is_an_editors_lock_and_no_fault(storage):
    (storage / ".#0001_x.json.lock").symlink_to("user@host.1")
    assert walked(storage) == [("Linux", "0001_x.json")]
