"""Files that are written whole or not at all."""

import errno
import os
import threading
import time

import pytest

from lowprec import whole_files
from lowprec.whole_files import (
    PREFIX,
    create,
    files_in,
    one_at_a_time,
    put_in_place,
    replace,
    require_room,
    scratch_in,
)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def full(monkeypatch):
    """A disk that is full: what is written gets as far as the buffer."""

    def fail(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", fail)


def test_a_file_is_replaced(tmp_path):
    replace(tmp_path / "a", b"one")
    replace(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("write", [replace, create])
def test_a_full_disk_leaves_nothing(tmp_path, full, write):
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "new", b"one")
    assert names(tmp_path) == []


def test_a_full_disk_leaves_what_was_there(tmp_path, full):
    (tmp_path / "a").write_bytes(b"one")
    with pytest.raises(OSError, match="No space"):
        replace(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert names(tmp_path) == ["a"]


def test_a_file_keeps_its_rights_and_a_link_stays_one(tmp_path):
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "a").chmod(0o664)
    (tmp_path / "link").symlink_to("a")
    replace(tmp_path / "link", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o664
    assert (tmp_path / "link").is_symlink()


def test_a_new_file_has_the_usual_rights(tmp_path):
    before = os.umask(0o022)
    try:
        create(tmp_path / "a", b"one")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("links", [True, False])
def test_what_is_there_is_not_created_again(tmp_path, monkeypatch, links):
    if not links:

        def refuse(new, path):
            raise OSError(errno.EPERM, "Operation not permitted")

        monkeypatch.setattr(whole_files.os, "link", refuse)
    create(tmp_path / "a", b"one")
    with pytest.raises(FileExistsError):
        create(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"one"
    assert names(tmp_path) == ["a"]


def test_what_a_killed_one_left_is_removed_once_it_is_old(tmp_path):
    for name in ("old", "young"):
        (tmp_path / f"{PREFIX}{name}").write_bytes(b"half")
    (tmp_path / f"{PREFIX}folder").mkdir()
    hours_ago = time.time() - 2 * 3600
    for name in ("old", "folder"):
        os.utime(tmp_path / f"{PREFIX}{name}", (hours_ago, hours_ago))
    replace(tmp_path / "a", b"one")
    assert names(tmp_path) == [f"{PREFIX}young", "a"]


def test_files_come_up_together(tmp_path):
    (tmp_path / "a").write_text("old")
    with scratch_in(tmp_path) as scratch:
        (scratch / "a").write_text("new")
        (scratch / "b").mkdir()
        (scratch / "b" / "c").write_text("new")
        assert [str(path) for path in files_in(scratch)] == ["a", "b/c"]
        assert (tmp_path / "a").read_text() == "old"
        put_in_place(scratch, tmp_path, "index.html")
    assert (tmp_path / "a").read_text() == (tmp_path / "b" / "c").read_text() == "new"
    assert names(tmp_path) == ["a", "b"]


def test_the_page_comes_last(tmp_path):
    (tmp_path / "index.html").write_text("old")
    (tmp_path / "times.svg").mkdir()  # which no file can replace
    with scratch_in(tmp_path) as scratch:
        for name in ("gaps.svg", "index.html", "times.svg"):
            (scratch / name).write_text("new")
        with pytest.raises(IsADirectoryError):
            put_in_place(scratch, tmp_path, "index.html")
    assert (tmp_path / "gaps.svg").read_text() == "new"
    assert (tmp_path / "index.html").read_text() == "old"


def test_files_of_which_one_cannot_be_written_all_stay_as_they_were(tmp_path, full):
    (tmp_path / "a").write_text("old")
    with scratch_in(tmp_path) as scratch:
        (scratch / "a").write_text("new")
        with pytest.raises(OSError, match="No space"):
            put_in_place(scratch, tmp_path, "index.html")
    assert (tmp_path / "a").read_text() == "old"
    assert names(tmp_path) == ["a"]


def test_one_waits_for_the_other(tmp_path):
    def add():
        for _ in range(20):
            with one_at_a_time(tmp_path):
                count = int((tmp_path / "a").read_text())
                replace(tmp_path / "a", str(count + 1).encode())

    (tmp_path / "a").write_text("0")
    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "a").read_text() == "80"


def test_a_pipe_is_written_to(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    replace(tmp_path / "pipe", b"one")
    assert os.read(reader, 10) == b"one"
    os.close(reader)
    assert names(tmp_path) == ["pipe"]


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError):
        replace(tmp_path / "a", b"one")


def test_room_is_tried(tmp_path, monkeypatch):
    require_room(tmp_path, 100)
    assert names(tmp_path) == []
    monkeypatch.setattr(whole_files.os, "fsync", lambda descriptor: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        require_room(tmp_path, 100)
    with pytest.raises(FileNotFoundError):
        require_room(tmp_path / "none", 100)
