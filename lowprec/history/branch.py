"""Stored sessions on a branch of their own in a Git repository, shared by many machines.

Nothing of the clone is used but its objects and its ways to the remote: no work tree, no index, no
reference, so that nothing there can be changed, and nothing is left by a night that is killed.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

from lowprec.errors import HistoryError, UsageError
from lowprec.history.checkout import write_files
from lowprec.history.git import run_git
from lowprec.history.scratch import PREFIX, left_behind, scratch_folder
from lowprec.masking import masked, masked_address

__all__ = ["SESSIONS", "HistoryBranch"]

SESSIONS = ".benchmarks"
"""The folder of the stored sessions on the branch."""

BESIDE = ("README*", "LICENSE*", ".gitattributes", ".gitignore")
"""What people add to a history; a branch with anything else is none."""

TRIES = 8
"""How often a push that was overtaken by another is tried again."""

LONGEST_WAIT_S = 5.0

PUSH = (
    *("push", "--porcelain", "--no-verify", "--no-signed", "--no-follow-tags"),
    "--recurse-submodules=no",
)
"""The hooks, signatures, tags and submodules of the project's clone are about its code."""

FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head")

DIFF = ("diff-tree", "-r", "-z", "--no-renames", "--no-relative", "--name-status")

COMMAND_REMOTE = re.compile(r"[A-Za-z0-9+.-]+::")
"""Addresses that name a program: `ext::sh -c ...`."""


class HistoryBranch:
    """A branch that holds stored sessions only, copied into a folder of its own.

    The repository's own remote and credentials are used, so it works where `git push` does.
    """

    def __init__(self, repository: Path, remote: str, branch: str) -> None:
        self._repository, self._remote, self._branch = repository, remote, branch
        self._folder = repository

    @contextmanager
    def checked_out(self, rescue: Callable[[Path], object] = lambda path: None) -> Iterator[Path]:
        """Yield a folder with the branch as it is now on the remote, or an empty one at first.

        Args:
            rescue: is called with each session that a killed night left and that is not on the
                branch; the file is gone afterwards.

        Raises:
            UsageError: the names are none, or those of a branch that is no history.
            HistoryError: the remote cannot be reached.
        """
        self._check_names()
        self._forget_killed()
        start = self._fetched()
        if start:
            self._check_history(start)
        with scratch_folder() as folder:
            if start:
                write_files(self._repository, start, folder)
            for left in left_behind():
                for path in sorted(left.glob(f"{SESSIONS}/*/*.json")):
                    if not (folder / path.relative_to(left)).exists():
                        rescue(path)
            self._folder = folder
            yield folder

    def publish(self, session: Path, message: str) -> None:
        """Push one file of the folder, on top of what others pushed meanwhile, and nothing else.

        Raises:
            HistoryError: the push failed for good, or would change more than it adds.
        """
        name = session.relative_to(self._folder).as_posix()
        blob = self._git("hash-object", "-w", "--no-filters", "--stdin", stdin=session.read_bytes())
        for number in range(TRIES):
            theirs = self._still_a_history()
            if theirs and self._blob(theirs, name) == blob:
                return  # the answer to a push got lost
            commit = self._commit(theirs, name, blob, message)
            pushed = self._try(*PUSH, "--", self._remote, f"{commit}:{self._reference}")
            if pushed.returncode == 0 and f":{self._reference}\t".encode() in pushed.stdout:
                return
            time.sleep(random.uniform(0, LONGEST_WAIT_S) * number / TRIES)
        raise HistoryError(
            f"{self}: cannot be pushed after {TRIES} tries, expected write access: "
            f"{self._said(pushed)}"
        )

    def _still_a_history(self) -> str | None:
        """Return the branch's commit; that it has become one of code is no wrong option by now."""
        try:
            return self._fetched()
        except UsageError as error:
            raise HistoryError(str(error)) from error

    def __str__(self) -> str:
        return f"branch {self._branch} of {masked_address(self._remote)}"

    @property
    def _reference(self) -> str:
        return f"refs/heads/{self._branch}"

    def _check_names(self) -> None:
        """Refuse what Git would take for an option, a command or another branch than named."""
        remote, branch = self._remote, self._branch
        if not remote.isprintable() or not remote.strip() or remote.startswith("-"):
            raise UsageError(
                f"--remote {masked_address(remote)!r}: expected the name of a remote, such as "
                "origin, or its address"
            )
        if COMMAND_REMOTE.match(remote):
            raise UsageError(
                f"--remote {masked_address(remote)}: names a program that Git would run, expected "
                "the name of a remote, or an address with https:// or ssh://"
            )
        valid = self._try("check-ref-format", self._reference).returncode == 0
        if not valid or branch.startswith(("-", "refs/")) or branch == "HEAD":
            raise UsageError(
                f"--branch {branch!r}: expected the name of a branch, such as lowprec-history"
            )

    def _check_history(self, commit: str) -> None:
        """Refuse a branch that holds other files than a history."""
        others = [name for name in self._names(commit) if not _of_a_history(name)]
        if others:
            raise UsageError(
                f"{self}: holds {others[0]!a} and {len(others) - 1} more files that are no "
                f"history, expected stored sessions below {SESSIONS}/ alone; name another branch "
                "with --branch"
            )

    def _check_default(self, commit: str) -> None:
        """Refuse the remote's default branch, unless it is a history that has begun already.

        One without code may be that of a project that has none yet.
        """
        names = self._names(commit)
        if not all(map(_of_a_history, names)) or not any(map(_of_the_sessions, names)):
            raise UsageError(
                f"{self}: is the remote's default branch, expected one for the history alone; name "
                "another with --branch"
            )

    def _names(self, commit: str) -> list[str]:
        names = self._git("ls-tree", "-r", "-z", "--full-tree", "--name-only", commit)
        return [name for name in names.split("\0") if name]

    def _fetched(self) -> str | None:
        """Return the commit that the branch has on the remote; None where there is no branch."""
        listed = self._git("ls-remote", "--symref", "--", self._remote, "HEAD", self._reference)
        found = dict(line.split("\t")[::-1] for line in listed.splitlines() if "\t" in line)
        commit = found.get(self._reference)
        if commit is None:
            return None
        # The commit itself: what a fetch leaves behind another one in this clone may overwrite.
        self._git(*FETCH, "--no-recurse-submodules", "--", self._remote, self._reference)
        fetched = self._git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}")
        if f"ref: {self._reference}" in _symbolic(listed):
            self._check_default(fetched)
        return fetched

    def _blob(self, commit: str, name: str) -> str | None:
        found = self._try("rev-parse", "--verify", "--quiet", f"{commit}:{name}")
        return None if found.returncode else found.stdout.decode().strip()

    def _commit(self, theirs: str | None, name: str, blob: str, message: str) -> str:
        """Return a commit that adds a file to theirs, or to nothing.

        Raises:
            HistoryError: it would do anything else.
        """
        parent = ("-p", theirs) if theirs else ()
        before = theirs or self._git("mktree")
        with TemporaryDirectory(prefix="lowprec-index-") as scratch:
            index = Path(scratch) / "index"
            self._git("read-tree", before, index=index)
            entry = f"100644,{blob},{name}"
            self._git("update-index", "--add", "--cacheinfo", entry, index=index)
            tree = self._git("write-tree", index=index)
        commit = self._git(
            "commit-tree", *parent, "-F", "-", tree, stdin=message.encode(errors="replace")
        )
        changes = self._git(*DIFF, before, tree)
        if changes != f"A\0{name}\0":
            raise HistoryError(
                f"{self}: has another {name} already, or would lose files; nothing was pushed"
            )
        return commit

    def _forget_killed(self) -> None:
        """Remove the records of work trees that earlier releases left behind."""
        listed = self._git("worktree", "list", "--porcelain").splitlines()
        for line in listed:
            path = Path(line.removeprefix("worktree "))
            is_own = line.startswith("worktree ") and path.parent.name.startswith(PREFIX)
            if is_own and not path.exists():
                self._try("worktree", "remove", "--force", str(path))

    def _git(self, *arguments: str, stdin: bytes = b"", index: Path | None = None) -> str:
        done = self._try(*arguments, stdin=stdin, index=index)
        if done.returncode != 0:
            raise HistoryError(
                f"{self}: git {arguments[0]} failed in {self._repository}: {self._said(done)}"
            )
        return done.stdout.decode(errors="surrogateescape").strip("\n")

    def _try(
        self, *arguments: str, stdin: bytes = b"", index: Path | None = None
    ) -> CompletedProcess[bytes]:
        return run_git(self._repository, *arguments, stdin=stdin, index=index)

    def _said(self, done: CompletedProcess[bytes]) -> str:
        """Return what Git said on both streams, without passwords."""
        said = b"\n".join(filter(None, (done.stderr.strip(), done.stdout.strip())))
        return masked(said.decode(errors="backslashreplace"), self._remote)


def _symbolic(listed: str) -> list[str]:
    return [line.split("\t")[0] for line in listed.splitlines() if line.endswith("\tHEAD")]


def _of_a_history(name: str) -> bool:
    return _of_the_sessions(name) or any(fnmatchcase(name, form) for form in BESIDE)


def _of_the_sessions(name: str) -> bool:
    return name.startswith(f"{SESSIONS}/")
