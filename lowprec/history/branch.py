"""Stored sessions on a branch of their own in a Git repository, shared by many machines."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from lowprec.errors import HistoryError
from lowprec.history.index import INDEX_NAME

__all__ = ["HistoryBranch"]

TRIES = 8
"""How often a push that was overtaken by another is tried again."""

LONGEST_WAIT_S = 5.0

IDENTITY = ("-c", "user.name=lowprec nightly", "-c", "user.email=nightly@lowprec.invalid")


class HistoryBranch:
    """A branch that holds stored sessions only, checked out in a folder of its own.

    The repository's own remote and credentials are used, so it works where `git push` does.
    """

    def __init__(self, repository: Path, remote: str, branch: str) -> None:
        self._repository, self._remote, self._branch = repository, remote, branch
        self._folder = repository

    @contextmanager
    def checked_out(self) -> Iterator[Path]:
        """Yield a folder with the branch as it is now on the remote, or an empty one at first.

        Raises:
            HistoryError: the remote cannot be reached.
        """
        start = self._fetched() or self._empty_commit()
        with TemporaryDirectory(prefix="lowprec-history-") as scratch:
            folder = Path(scratch) / "branch"
            self._git("worktree", "add", "--quiet", "--detach", str(folder), start)
            self._folder = folder
            try:
                yield folder
            finally:
                self._folder = self._repository
                # Where it fails, what broke off the night is still what there is to tell.
                self._try("worktree", "remove", "--force", str(folder))

    def publish(self, message: str) -> None:
        """Commit what is new in the folder and push it, on top of what others pushed meanwhile.

        Raises:
            HistoryError: the push failed for good.
        """
        for index in self._folder.rglob(INDEX_NAME):
            index.unlink()  # it belongs to this machine, and two machines' would conflict
        self._git("add", "--all", ".")
        # The hooks of the project's clone are about its code.
        self._git(*IDENTITY, "commit", "--quiet", "--no-verify", "--message", message)
        for number in range(TRIES):
            target = f"HEAD:refs/heads/{self._branch}"
            pushed = self._try("push", "--quiet", "--no-verify", self._remote, target)
            if pushed.returncode == 0:
                return
            time.sleep(random.uniform(0, LONGEST_WAIT_S) * number / TRIES)
            theirs = self._fetched()
            if theirs:
                self._git(*IDENTITY, "rebase", "--quiet", "--no-verify", theirs)
        raise HistoryError(
            f"{self}: cannot be pushed after {TRIES} tries, expected write access: "
            f"{pushed.stderr.strip()}"
        )

    def __str__(self) -> str:
        return f"branch {self._branch} of {self._remote}"

    def _fetched(self) -> str | None:
        """Return the commit that the branch has on the remote; None where there is no branch."""
        listed = self._git("ls-remote", self._remote, f"refs/heads/{self._branch}")
        if not listed:
            return None
        self._git("fetch", "--quiet", self._remote, f"refs/heads/{self._branch}")
        return self._git("rev-parse", "FETCH_HEAD")

    def _empty_commit(self) -> str:
        tree = self._git("mktree", stdin="")
        return self._git(*IDENTITY, "commit-tree", tree, "-m", "An empty history")

    def _git(self, *arguments: str, stdin: str | None = None) -> str:
        done = self._try(*arguments, stdin=stdin)
        if done.returncode != 0:
            raise HistoryError(
                f"{self}: git {' '.join(arguments)} failed in {self._folder}: {done.stderr.strip()}"
            )
        return done.stdout.strip()

    def _try(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["git", *arguments],
            cwd=self._folder,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
