"""Git's own command, for the repository of a folder, whatever the environment says.

No library stands in for it (GitPython runs the same command, dulwich and pygit2 know neither its
credential helpers nor its ways through SSH and proxies): what is pushed here works where
`git push` does.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from lowprec.errors import HistoryError

__all__ = ["Blobs", "run_git"]

TIMEOUT_S = 900.0
"""For one command: a server that does not answer is not waited for all night."""

IDENTITY: Mapping[str, str] = MappingProxyType(
    {
        f"GIT_{role}_{field}": value
        for role in ("AUTHOR", "COMMITTER")
        for field, value in (("NAME", "lowprec nightly"), ("EMAIL", "nightly@lowprec.invalid"))
    }
)


def run_git(
    folder: Path, *arguments: str, stdin: bytes = b"", index: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a folder; Git finds the repository by the folder alone.

    Args:
        folder: of a clone.
        arguments: of git.
        stdin: what it reads.
        index: the file that it uses as its index, instead of the clone's.

    Raises:
        HistoryError: there is no git, or it does not end.
    """
    own = {"GIT_INDEX_FILE": str(index)} if index else {}
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=folder,
            input=stdin,
            capture_output=True,
            check=False,
            timeout=TIMEOUT_S,
            env={**_environment(), **IDENTITY, **own},
        )
    except FileNotFoundError as error:
        raise HistoryError(f"git cannot be run in {folder}: {error}; install Git") from error
    except subprocess.TimeoutExpired as error:
        raise HistoryError(
            f"git {arguments[0]} has not ended after {TIMEOUT_S:.0f} s, expected an answer; see "
            "that the remote can be reached"
        ) from error


class Blobs:
    """The contents of files, read one after the other by one process of Git."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Blobs:
        self._process = subprocess.Popen(
            ["git", "cat-file", "--batch"],
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.__exit__(None, None, None)

    def read(self, blob: str) -> bytes:
        """Return the content that has a name in Git.

        Raises:
            HistoryError: it is not there.
        """
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None
        assert sink is not None
        sink.write(f"{blob}\n".encode())
        sink.flush()
        _name, kind, *size = source.readline().split() or (b"", b"gone")
        if kind != b"blob":
            raise HistoryError(f"git cat-file in {self._folder}: {blob} is {kind.decode()}")
        content = source.read(int(size[0]))
        source.read(1)  # the end of the line
        return content


def _environment() -> dict[str, str]:
    """Return the environment without what names a repository, as Git sets it for its hooks."""
    dropped = _local_variables()
    return {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_"))
    }


@lru_cache(maxsize=1)
def _local_variables() -> frozenset[str]:
    command = ["git", "rev-parse", "--local-env-vars"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    return frozenset(listed.stdout.split())
