"""The sessions of a folder as far as they are judged, with an index of thousands of files.

The index lies beside the sessions. A file is read again when its size or its time of change is not
that of the index, and a damaged index, or one of another version of lowprec, is made anew: it can
cost time, never change a verdict. It also keeps what judged sessions left for later ones, which
whoever judges puts there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec

from lowprec.errors import HistoryError
from lowprec.history.files import read_session, session_paths
from lowprec.record.standing import Standing
from lowprec.record.summary import SessionSummary, summary_of

__all__ = ["INDEX_NAME", "Summaries", "read_summaries"]

INDEX_NAME = "lowprec-index.msgpack"
"""In the folder of the stored sessions."""

LEAST_SESSIONS = 200
"""Fewer sessions are read faster than anyone notices, and need no index."""

MAKERS = ("rows", "record", "history", "judging")
"""Folders of the package whose code decides what the index holds."""


class _Entry(msgspec.Struct, array_like=True):
    """A file as it was when it was read; the session is None where it holds none of ours."""

    size: int
    changed_ns: int
    session: SessionSummary | None


class _Index(msgspec.Struct, array_like=True):
    """What is kept in the file.

    Attributes:
        made_by: digest of the code that made it.
        entries: the files by their path within the folder.
        standings: what judged sessions left, by the digest of all that it depends on.
    """

    made_by: str
    entries: dict[str, _Entry]
    standings: dict[str, Standing]


class Summaries:
    """What is judged of a storage.

    Attributes:
        sessions: oldest first.
        unreadable: what is wrong with what should be a session.
        standings: what judged sessions left for later ones, by the digest of all that it depends
            on; whoever judges takes from it and adds to it.
    """

    def __init__(
        self,
        sessions: Iterable[SessionSummary],
        unreadable: Iterable[str],
        standings: dict[str, Standing] | None = None,
    ) -> None:
        self.sessions = tuple(sorted(sessions, key=lambda session: (session.time, session.name)))
        self.unreadable = tuple(unreadable)
        self.standings = {} if standings is None else standings

    def keep(self) -> None:
        """Keep what was found out, to save time later; here there is no place for it."""


class _IndexedSummaries(Summaries):
    def __init__(self, storage: Path, index: _Index, unreadable: list[str], changed: bool) -> None:
        sessions = (entry.session for entry in index.entries.values() if entry.session)
        super().__init__(sessions, unreadable, index.standings)
        self._storage, self._index, self._changed = storage, index, changed
        self._known = len(index.standings)

    def keep(self) -> None:
        """Write the index; a folder that is read-only has none."""
        changed = self._changed or len(self.standings) != self._known
        if not changed or len(self.sessions) < LEAST_SESSIONS:
            return
        for digest in list(self.standings)[: -2 * len(self.sessions)]:
            del self.standings[digest]  # of a history that has changed since
        path = self._storage / INDEX_NAME
        scratch = path.with_suffix(".tmp")
        with suppress(OSError):
            scratch.write_bytes(msgspec.msgpack.encode(self._index))
            scratch.replace(path)
            self._changed, self._known = False, len(self.standings)


def read_summaries(storage: Path) -> Summaries:
    """Read what is judged of the sessions below a folder, unchanged files from the index.

    Raises:
        HistoryError: the folder does not exist or cannot be listed.
    """
    old = _stored_index(storage)
    new = _Index(old.made_by, {}, old.standings)
    unreadable, changed = [], False
    for path in session_paths(storage):
        name, now = str(path.relative_to(storage)), path.stat()
        entry = old.entries.get(name)
        if entry is None or (entry.size, entry.changed_ns) != (now.st_size, now.st_mtime_ns):
            changed = True
            try:
                session = read_session(path)
            except HistoryError as error:
                unreadable.append(str(error))
                continue
            summary = summary_of(session) if session else None
            entry = _Entry(now.st_size, now.st_mtime_ns, summary)
        new.entries[name] = entry
    return _IndexedSummaries(storage, new, unreadable, changed)


def _stored_index(storage: Path) -> _Index:
    """Return the index; an empty one where there is none, or none that this code has made."""
    made_by = _makers_digest()
    with suppress(OSError, msgspec.MsgspecError):
        index = msgspec.msgpack.decode((storage / INDEX_NAME).read_bytes(), type=_Index)
        if index.made_by == made_by:
            return index
    return _Index(made_by, {}, {})


@cache
def _makers_digest() -> str:
    package, digest = Path(__file__).parents[1], hashlib.blake2b(digest_size=16)
    for folder in MAKERS:
        for module in sorted((package / folder).glob("*.py")):
            digest.update(module.read_bytes())
    return digest.hexdigest()
