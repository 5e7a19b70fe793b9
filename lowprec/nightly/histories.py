"""Where a night's session goes: onto a branch, or into a storage that machines share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from lowprec.errors import HistoryError, SuiteError
from lowprec.history.branch import SESSIONS, HistoryBranch
from lowprec.history.copies import are_the_same
from lowprec.history.files import read_session
from lowprec.history.storage import Folder, Storage, open_storage
from lowprec.masking import masked_address
from lowprec.nightly.suite import SuiteEnd
from lowprec.record.session import Session
from lowprec.record.summary import summary_of
from lowprec.report.quoting import code_span

__all__ = ["NightHistory", "NightSession", "OnBranch", "OpenHistory", "Shared"]


@dataclass(frozen=True)
class NightSession:
    """What the suite has stored: its name, with its folder and without, and a file of it."""

    full_name: str
    name: str
    file: Path


class OpenHistory(Protocol):
    """A history while a night runs.

    Attributes:
        options: of pytest, by which the suite is judged by it and stores its session.
        storage: what the session is judged by.
    """

    options: Sequence[str]
    storage: Storage

    def session(self, end: SuiteEnd) -> NightSession:
        """Return the session that the suite has stored.

        Raises:
            SuiteError: there is none, or more than one, or it holds nothing of lowprec's.
            HistoryError: it cannot be read.
        """

    def publish(self, session: NightSession) -> None:
        """See to it that other nights have the session; raises HistoryError where they lack it."""

    def left(self) -> frozenset[Path]:
        """Return files of what the suite has stored so far, which are gone after the night."""

    def published(self) -> str:
        """Return the name of the session that the history has already; empty without one.

        That may take as long as a network does.
        """


class NightHistory(Protocol):
    """Where nights keep their sessions.

    Attributes:
        where: what the session of a night is in, or on, in words.
        within: where `lowprec check` judges it, in words for Markdown.
        to_reach_it: what to see to where it cannot be reached, likewise.
    """

    where: str
    within: str
    to_reach_it: str

    def opened(self, rescue: Callable[[Path], object]) -> AbstractContextManager[OpenHistory]:
        """Open it for a night.

        Args:
            rescue: is called with each session that a killed night left and that it lacks; the file
                is gone afterwards.

        Raises:
            UsageError: it is none.
            HistoryError: it cannot be reached.
        """


class OnBranch:
    """A history on a branch of a Git repository; see `NightHistory`."""

    to_reach_it = "`git fetch` works in this clone and that the disk has space"
    within = "in a clone of the history"

    def __init__(self, branch: HistoryBranch) -> None:
        self._branch = branch
        self.where = f"on {branch}"

    @contextmanager
    def opened(self, rescue: Callable[[Path], object]) -> Iterator[OpenHistory]:
        """Copy the branch into a folder."""
        with self._branch.checked_out(rescue) as folder:
            (folder / SESSIONS).mkdir(exist_ok=True)
            yield _CheckedOut(self._branch, folder / SESSIONS)


class _CheckedOut:
    """The folder of a branch's sessions; see `OpenHistory`."""

    def __init__(self, branch: HistoryBranch, folder: Path) -> None:
        self._branch, self._folder = branch, folder
        self._before = self._files()
        self.options: Sequence[str] = ("--benchmark-autosave", f"--benchmark-storage={folder}")
        self.storage: Storage = Folder(folder)

    def session(self, end: SuiteEnd) -> NightSession:
        """Return the one new file."""
        new = self.left()
        if len(new) != 1:
            raise SuiteError(f"The suite {end} and stored {len(new)} sessions, expected one.")
        (file,) = new
        _of_lowprec(file)
        return NightSession(f"{file.parent.name}/{file.stem}", file.stem, file)

    def publish(self, session: NightSession) -> None:
        """Push it."""
        self._branch.publish(session.file, session.name)

    def left(self) -> frozenset[Path]:
        """Return the new files."""
        return self._files() - self._before

    def published(self) -> str:
        """Return none: the night pushes a session that it has read, and no other."""
        return ""

    def _files(self) -> frozenset[Path]:
        return frozenset(self._folder.glob("*/*.json"))


class Shared:
    """A history in a folder or an object store, into which the suite stores itself.

    See `NightHistory`.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        shown = masked_address(address)
        self.where = f"in {shown}"
        self.within = f"with {code_span(f'--storage {shown}')}"
        self.to_reach_it = f"this machine can list and write {shown}"

    @contextmanager
    def opened(self, rescue: Callable[[Path], object]) -> Iterator[OpenHistory]:
        """Open the storage; a night that was killed has left nothing that it lacks."""
        storage = open_storage(self._address)
        with TemporaryDirectory(prefix="lowprec-night-") as scratch:
            # By its time, so that it hides none that an earlier night has kept.
            name = f"{datetime.now(UTC):%Y%m%d_%H%M%S}_session.json"
            yield _OpenStorage(self._address, storage, Path(scratch) / name)


class _OpenStorage:
    """A storage, and a copy of the session of the night; see `OpenHistory`.

    Other machines store at the same time. Which session is the night's is known by a copy that
    pytest-benchmark writes besides.
    """

    def __init__(self, address: str, storage: Storage, copy: Path) -> None:
        self.storage, self._copy = storage, copy
        self.options: Sequence[str] = (
            *("--benchmark-autosave", f"--benchmark-storage={address}"),
            f"--benchmark-json={copy}",
        )

    def session(self, end: SuiteEnd) -> NightSession:
        """Return the session that the copy is of."""
        if not self._copy.exists():
            raise SuiteError(f"The suite {end} and stored no session, expected one.")
        found = self._found(_of_lowprec(self._copy))
        if found is None:
            raise SuiteError(f"The suite {end}, and its session is not in {self.storage}.")
        return found

    def publish(self, session: NightSession) -> None:
        """Do nothing: it is there."""

    def left(self) -> frozenset[Path]:
        """Return the copy."""
        return frozenset([self._copy] if self._copy.exists() else [])

    def published(self) -> str:
        """Return the name of the session that the copy is of, where the storage can say."""
        with suppress(HistoryError, SuiteError):
            if self._copy.exists() and (found := self._found(_of_lowprec(self._copy))):
                return found.name
        return ""

    def _found(self, session: Session) -> NightSession | None:
        summary = summary_of(session)
        for stored in reversed(self.storage.summaries().sessions):
            if are_the_same(stored, summary):
                return NightSession(stored.full_name, stored.name, self._copy)
        return None


def _of_lowprec(file: Path) -> Session:
    session = read_session(file)
    if session is None:
        raise SuiteError("The suite stored a session without a pair that lowprec trained.")
    return session
