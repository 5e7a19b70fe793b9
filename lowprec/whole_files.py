"""Files that are written whole or not at all, whoever is killed and however full the disk is."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = [
    "create",
    "files_in",
    "one_at_a_time",
    "put_in_place",
    "replace",
    "require_room",
    "scratch_in",
]

PREFIX = ".lowprec-new-"
"""Of what is not whole yet. Nothing that ends so is read as a session."""

LEFT_AFTER_S = 3600.0
"""How old it is before somebody was killed over it: nothing takes a tenth of that to write."""


def replace(path: Path, content: bytes) -> None:
    """Write a file in one step; a link to one stays a link, and a device or a pipe what it is.

    Raises:
        OSError: it cannot be written; what it held is then still there.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = Path(os.path.realpath(path))
    with _written(path.parent, content) as new:
        with suppress(FileNotFoundError):
            shutil.copymode(path, new)
        new.replace(path)
    _sync(path.parent)


def create(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, in one step.

    Raises:
        FileExistsError: it is there; it stays as it is.
        OSError: it cannot be written; then there is none.
    """
    with _written(path.parent, content) as new:
        try:
            os.link(new, path)
        except FileExistsError:
            raise
        except OSError as error:  # a file system without hard links
            if path.exists():
                raise FileExistsError(f"{path}: exists") from error
            new.replace(path)
    _sync(path.parent)


def require_room(folder: Path, size_bytes: int) -> None:
    """Raise OSError where a file of this size cannot be written now; it is tried."""
    with _written(folder, bytes(size_bytes)):
        pass


@contextmanager
def scratch_in(folder: Path) -> Iterator[Path]:
    """Yield a folder within another, for files that `put_in_place` then moves up together.

    Raises:
        OSError: it cannot be made.
    """
    _remove_left(folder)
    with TemporaryDirectory(prefix=PREFIX, dir=folder, ignore_cleanup_errors=True) as scratch:
        yield Path(scratch)


def files_in(scratch: Path) -> list[Path]:
    """Return the files below a folder, as paths within it."""
    return sorted(path.relative_to(scratch) for path in scratch.rglob("*") if path.is_file())


def put_in_place(scratch: Path, folder: Path, last: str) -> None:
    """Move all files of a folder into another, each in one step, once all of them are on the disk.

    Args:
        scratch: where they are.
        folder: where they go.
        last: the one that is opened first. Where somebody is killed in between it is that of
            before, beside files of before and new ones, and never newer than what lies beside it.

    Raises:
        OSError: one of them cannot be moved.
    """
    names = sorted(files_in(scratch), key=lambda name: name == Path(last))
    for name in names:
        _sync(scratch / name)
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (scratch / name).replace(folder / name)
    _sync(folder)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Let others wait who do the same with this folder, such as to read a file and add to it.

    A file system without locks has none; what is written there is whole all the same.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _written(folder: Path, content: bytes) -> Iterator[Path]:
    """Yield a new file with this content, which is on the disk; it is gone afterwards."""
    _remove_left(folder)
    new = folder / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        with new.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield new
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Have a file or a folder on the disk, where its file system can tell."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        if not path.is_dir():  # a full disk may say so only now
            raise
    finally:
        os.close(descriptor)


def _remove_left(folder: Path) -> None:
    """Remove what those left who were killed over it."""
    for path in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime > LEFT_AFTER_S:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
