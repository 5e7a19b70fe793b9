"""The files of a commit, copied into a folder as they are stored, without a work tree.

Filters, line ends, sparse checkouts and links are the business of a clone's own work tree; here
every file is what was pushed, and a link is a file with the link's text, which nothing follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from lowprec.errors import HistoryError
from lowprec.history.git import Blobs, run_git

__all__ = ["write_files"]


def write_files(repository: Path, commit: str, folder: Path) -> None:
    """Write all files of a commit.

    Raises:
        HistoryError: the commit is not there, or has a name that leads out of the folder.
        OSError: one of them cannot be written.
    """
    with Blobs(repository) as blobs:
        for name, blob in _files(repository, commit):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(blobs.read(blob))


def _files(repository: Path, commit: str) -> Iterator[tuple[str, str]]:
    listed = run_git(repository, "ls-tree", "-r", "-z", "--full-tree", commit)
    if listed.returncode != 0:
        raise HistoryError(f"{commit}: cannot be listed: {listed.stderr.decode(errors='replace')}")
    for entry in filter(None, listed.stdout.decode(errors="surrogateescape").split("\0")):
        about, _, name = entry.partition("\t")
        _mode, kind, blob = about.split()
        path = PurePosixPath(name)
        if path.is_absolute() or {"..", ".git"} & set(path.parts):
            raise HistoryError(f"{commit}: holds {name!a}, which leads out of its folder")
        if kind == "blob":
            yield name, blob
