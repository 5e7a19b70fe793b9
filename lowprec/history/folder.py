"""Stored sessions in a folder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from lowprec.errors import HistoryError
from lowprec.history.accepted import ACCEPTED_NAME, load_acceptances, write_acceptances
from lowprec.history.files import read_session
from lowprec.history.index import INDEX_NAME, Summaries, read_summaries
from lowprec.history.walk import SessionFile, session_files
from lowprec.masking import masked_address
from lowprec.record.acceptance import Acceptance
from lowprec.record.session import Session
from lowprec.whole_files import one_at_a_time, replace

__all__ = ["Folder"]


class Folder:
    """Files in a folder for each platform."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return masked_address(str(self._path))

    def summaries(self) -> Summaries:
        """Read what is judged of all sessions, with the help of an index."""
        return read_summaries(self)

    def sessions(self, wanted: Collection[str]) -> dict[str, Session]:
        """Read some sessions whole."""
        read = {}
        for full_name in wanted:
            folder = full_name.rpartition("/")[0].removeprefix(".")
            if session := read_session(self._path / f"{full_name}.json", folder):
                read[full_name] = session
        return read

    def acceptances(self) -> tuple[Acceptance, ...]:
        """Read the table beside the sessions, to be kept with them."""
        return load_acceptances(self._path / ACCEPTED_NAME)

    def accept(self, acceptance: Acceptance) -> None:
        """Add a row to the table, below those that it has, in force or not."""
        path = self._path / ACCEPTED_NAME
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            # Or of two that accept at once, one would undo the other's row.
            with one_at_a_time(self._path):
                write_acceptances(path, [*load_acceptances(path), acceptance])
        except OSError as error:
            raise HistoryError(f"{path}: cannot be written: {error}") from error

    def listed(self) -> tuple[list[SessionFile], list[str]]:
        """Return the files below the folder."""
        return session_files(self._path)

    def reader(self, files: Sequence[SessionFile]) -> Callable[[SessionFile], Session | None]:
        """Return what reads one file after the other."""
        return lambda file: read_session(Path(file.path), file.folder)

    def index(self) -> bytes:
        """Return what the file of the index holds; a pipe would never end."""
        path = self._path / INDEX_NAME
        return path.read_bytes() if path.is_file() else b""

    def keep_index(self, content: bytes) -> None:
        """Write the file of the index."""
        path = self._path / INDEX_NAME
        # A cloned history may hold a link to any file there, or a pipe that nobody reads.
        if path.is_symlink() or (path.exists() and not path.is_file()):
            path.unlink()
        replace(path, content)
