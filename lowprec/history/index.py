"""The sessions of a storage as far as they are judged, with an index of thousands of files.

The index lies beside the sessions. A file is read again when anything that the system tells of it
is not as in the index. An index that is damaged, or of another version of lowprec, is made anew: it
can cost time, never change a verdict. It also keeps what judged sessions left for later ones, which
whoever judges puts there.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

import msgspec

from lowprec.code_digest import code_digest
from lowprec.history.collected import History, collected
from lowprec.history.walk import FileState, SessionFile
from lowprec.record.session import Session
from lowprec.record.standing import Standing
from lowprec.record.summary import SessionSummary, summary_of

__all__ = ["INDEX_NAME", "SessionFiles", "Summaries", "read_summaries"]

INDEX_NAME = "lowprec-index.msgpack"
"""In the place of the stored sessions."""

LEAST_SESSIONS = 200
"""Fewer sessions are read faster than anyone notices, and need no index."""

MAKERS = ("rows", "record", "history", "judging")
"""Folders of the package whose code decides what the index holds."""

CHECKSUM_BYTES = 16
"""Of the checksum before the index's content: what is damaged is never taken for an index."""


class _Entry(msgspec.Struct, array_like=True, gc=False):
    """A file as it was when it was read; the session is None where it holds none of ours."""

    state: FileState | str
    session: SessionSummary | None


class _Index(msgspec.Struct, array_like=True):
    """What is kept in the file.

    Attributes:
        made_by: digest of the code that made it.
        entries: the files by their path within the storage.
        standings: what judged sessions left, by the digest of all that it depends on.
    """

    made_by: str
    entries: dict[str, _Entry]
    standings: dict[str, Standing]


class SessionFiles(Protocol):
    """The place of stored sessions, and of their index."""

    def listed(self) -> tuple[list[SessionFile], list[str]]:
        """Return the files, and what is wrong with others; raises HistoryError for no place."""

    def reader(self, files: Sequence[SessionFile]) -> Callable[[SessionFile], Session | None]:
        """Return what reads these files, in their order; it raises HistoryError for a bad one."""

    def index(self) -> bytes:
        """Return what was last kept; raises OSError where nothing can be read."""

    def keep_index(self, content: bytes) -> None:
        """Keep this in place of what was kept; raises OSError where that cannot be."""


class Summaries:
    """What is judged of a storage.

    Attributes:
        sessions: oldest first.
        faults, remarks: as in `History`.
        standings: what judged sessions left for later ones, by the digest of all that it depends
            on; whoever judges takes from it and adds to it.
    """

    def __init__(
        self, history: History[SessionSummary], standings: dict[str, Standing] | None = None
    ) -> None:
        self.sessions = history.sessions
        self.faults, self.remarks = history.faults, history.remarks
        self.standings = {} if standings is None else standings

    def keep(self) -> None:
        """Keep what was found out, to save time later; here there is no place for it."""


class _IndexedSummaries(Summaries):
    def __init__(
        self, storage: SessionFiles, history: History[SessionSummary], old: _Index, new: _Index
    ) -> None:
        super().__init__(history, new.standings)
        self._storage, self._index = storage, new
        same = (old.entries.get(name) is entry for name, entry in new.entries.items())
        self._changed = len(new.entries) != len(old.entries) or not all(same)
        self._known = len(new.standings)

    def keep(self) -> None:
        """Write the index; a place that is read-only has none."""
        changed = self._changed or len(self.standings) != self._known
        if not changed or len(self.sessions) < LEAST_SESSIONS:
            return
        for digest in list(self.standings)[: -2 * len(self.sessions)]:
            del self.standings[digest]  # of a history that has changed since
        content = msgspec.msgpack.encode(self._index)
        with suppress(OSError):
            self._storage.keep_index(_checksum(content) + content)
            self._changed, self._known = False, len(self.standings)


def read_summaries(storage: SessionFiles) -> Summaries:
    """Read what is judged of the sessions of a storage, unchanged files from the index.

    Raises:
        HistoryError: there is no such place, or its files cannot be listed.
    """
    files, faults = storage.listed()
    with _no_collections():
        old = _stored_index(storage)
        new = _Index(old.made_by, {}, old.standings)
        read = storage.reader([file for file in files if _known(file, old) is None])

        def summary(file: SessionFile) -> SessionSummary | None:
            entry = _known(file, old)
            if entry is None:
                session = read(file)
                entry = _Entry(file.state, summary_of(session) if session else None)
            new.entries[file.within] = entry
            return entry.session

        history = collected(((file.path, file) for file in files), summary, faults)
    return _IndexedSummaries(storage, history, old, new)


def _known(file: SessionFile, index: _Index) -> _Entry | None:
    """Return a file's entry; None where there is none of the file as it is now."""
    entry = index.entries.get(file.within)
    return entry if entry and entry.state == file.state else None


@contextmanager
def _no_collections() -> Iterator[None]:
    """Let no garbage be looked for among thousands of objects that are all kept."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _stored_index(storage: SessionFiles) -> _Index:
    """Return the index; an empty one where there is none, or none that this code has made."""
    made_by = code_digest(*MAKERS)
    with suppress(OSError, msgspec.MsgspecError, RecursionError):
        content = storage.index()
        checksum, content = content[:CHECKSUM_BYTES], content[CHECKSUM_BYTES:]
        if checksum == _checksum(content):
            index = msgspec.msgpack.decode(content, type=_Index)
            if index.made_by == made_by:
                return index
    return _Index(made_by, {}, {})


def _checksum(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=CHECKSUM_BYTES).digest()
