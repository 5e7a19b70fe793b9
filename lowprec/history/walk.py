"""The files below a folder that may hold a session, each folder visited once."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from lowprec.errors import HistoryError

__all__ = ["REMEDY", "SUFFIX", "FileState", "SessionFile", "session_files"]

SUFFIX = ".json"

REMEDY = "restore it if it was one, else move it elsewhere or name another folder with --storage"
"""For what is no stored session: it may be another tool's, which is not to be deleted."""

NOWHERE = (
    "is a link to nothing; it may have been a folder of sessions: restore it or delete the link"
)

EXPECTED = f"expected a stored session; {REMEDY}"


class FileState(NamedTuple):
    """What changes when a file's content does.

    Size and time of modification can be as before, by chance or on purpose. The time of change
    cannot be set by a user; and a file that was put in another's place has another inode.
    """

    size: int
    modified_ns: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileState:
        """Return the state that the system tells of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


class SessionFile(NamedTuple):
    """A file that may hold a session: its path, its folder and name within the storage, its state.

    The folder has "/" between its parts, and is "" at the top. The state is whatever differs once
    the content does.
    """

    path: str
    folder: str
    name: str
    state: FileState | str

    @property
    def within(self) -> str:
        """Path within the storage."""
        return f"{self.folder}/{self.name}"


def session_files(storage: Path) -> tuple[list[SessionFile], list[str]]:
    """Return the files below a folder that may hold a session, and what is wrong with others.

    Folders within it that cannot be listed are among the latter.

    Raises:
        HistoryError: the folder does not exist or cannot be listed.
    """
    if not storage.is_dir():
        raise HistoryError(
            f"{storage}: no such folder, expected stored sessions; make one with "
            "`pytest benchmarks/ --benchmark-autosave`, or name another with --storage"
        )
    files: list[SessionFile] = []
    faults: list[str] = []
    for folder, entries in _folders(storage, faults):
        for entry in entries:
            if not entry.name.endswith(SUFFIX):
                if _leads_nowhere(entry):
                    faults.append(f"{entry.path}: {NOWHERE}")
                continue
            try:
                if not entry.is_file():
                    faults.append(f"{entry.path}: is no file, {EXPECTED}")
                    continue
                state = FileState.of(entry.stat())
            except OSError as error:
                faults.append(f"{entry.path}: cannot be looked at: {error}, {EXPECTED}")
            else:
                files.append(SessionFile(entry.path, folder, entry.name, state))
    return files, faults


def _folders(storage: Path, faults: list[str]) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
    """Yield each folder once, by its path within the storage, with what is in it.

    What is wrong with a folder within is added to the faults.
    Links are followed last, so that a folder goes by its own name rather than by that of a link.
    """
    folders, links = deque([storage]), deque[Path]()
    visited: set[tuple[int, int]] = set()
    while folders or links:
        path = (folders or links).popleft()
        try:
            status = path.stat()
            if (identity := (status.st_dev, status.st_ino)) in visited:
                continue
            visited.add(identity)
            with os.scandir(path) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            fault = f"{path}: cannot be listed: {error}"
            if path == storage:
                raise HistoryError(fault) from error
            faults.append(f"{fault}; mend its permissions or move it elsewhere")
            continue
        for entry in filter(_is_folder, entries):
            (links if entry.is_symlink() else folders).append(path / entry.name)
        yield "" if path == storage else path.relative_to(storage).as_posix(), entries


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # of a link to itself
        return False


def _leads_nowhere(entry: os.DirEntry[str]) -> bool:
    """Whether a link that was a folder may be gone; hidden ones are editors' locks."""
    hidden = entry.name.startswith(".")
    return not hidden and entry.is_symlink() and not Path(entry.path).exists()
