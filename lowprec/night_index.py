"""The nights of a folder of stored sessions, and an index that saves reading thousands of files.

The index lies beside the sessions. A file is read again when its size or its time of change is not
that of the index, and a damaged index, or one of another version of lowprec, is made anew: it can
cost time, never change a verdict.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec

from lowprec.errors import HistoryError
from lowprec.gate import Series, Standing
from lowprec.gate_verdicts import Acceptance, NightVerdict
from lowprec.history import read_session, session_paths
from lowprec.nights import Night, night_of
from lowprec.sessions import Pair

__all__ = ["INDEX_NAME", "Nights", "read_nights"]

INDEX_NAME = "lowprec-index.msgpack"
"""In the folder of the stored sessions."""

LEAST_SESSIONS = 200
"""Fewer sessions are read faster than anyone notices, and need no index."""

MAKERS = (
    "accuracy",
    "gate",
    "gate_verdicts",
    "history",
    "intervals",
    "models",
    "nights",
    "noise",
    "order",
    "schemes",
    "sessions",
    "slowdown",
)
"""Modules that decide what the index holds."""


class _Entry(msgspec.Struct, array_like=True):
    """A file as it was when it was read, without a night where it holds no session of ours."""

    size: int
    changed_ns: int
    night: Night | None


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


class Nights:
    """The nights of a storage.

    Attributes:
        nights: oldest first.
        unreadable: what is wrong with what should be a session.
    """

    def __init__(
        self,
        nights: Iterable[Night],
        unreadable: Iterable[str],
        standings: dict[str, Standing] | None = None,
    ) -> None:
        self.nights = tuple(sorted(nights, key=lambda night: (night.time, night.name)))
        self.unreadable = tuple(unreadable)
        self._standings = {} if standings is None else standings
        self._changed = False

    def judge(self, night: Night, accepted: Collection[Acceptance]) -> NightVerdict:
        """Judge a session against those of its environment and protocol before it.

        What these left is taken from the index, as far as it was made from the same sessions. A
        session that is not stored yet comes after all that are.
        """
        series, digest = Series(), ""
        standings = self._standings
        for earlier in self.nights:
            if earlier is night:
                break
            if (earlier.key, earlier.protocol) != (night.key, night.protocol):
                continue
            mine = [one for one in accepted if one.session == earlier.name]
            digest = _digest(digest, earlier, mine)
            if digest in standings:
                series.recall(earlier, standings[digest])
            else:
                _, standings[digest] = series.judged(earlier, mine)
                self._changed = True
        return series.judged(night, accepted)[0]

    def first_pairs(self, night: Night) -> set[Pair]:
        """Return its pairs that its environment and protocol have in no earlier session."""
        first = {one.pair for one in night.pairs}
        for earlier in self.nights:
            if earlier is night or not first:
                break
            if (earlier.key, earlier.protocol) == (night.key, night.protocol):
                first -= {one.pair for one in earlier.pairs}
        return first

    def keep(self) -> None:
        """Keep what was found out, to save time later; here there is no place for it."""


class _IndexedNights(Nights):
    def __init__(self, storage: Path, index: _Index, unreadable: list[str], changed: bool) -> None:
        found = (entry.night for entry in index.entries.values() if entry.night)
        super().__init__(found, unreadable, index.standings)
        self._storage, self._index, self._changed = storage, index, changed

    def keep(self) -> None:
        """Write the index; a folder that is read-only has none."""
        if not self._changed or len(self.nights) < LEAST_SESSIONS:
            return
        for digest in list(self._standings)[: -2 * len(self.nights)]:
            del self._standings[digest]  # of a history that has changed since
        path = self._storage / INDEX_NAME
        scratch = path.with_suffix(".tmp")
        with suppress(OSError):
            scratch.write_bytes(msgspec.msgpack.encode(self._index))
            scratch.replace(path)


def read_nights(storage: Path) -> Nights:
    """Read the nights below a folder, those of unchanged files from the index.

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
            night = night_of(session) if session else None
            entry = _Entry(now.st_size, now.st_mtime_ns, night)
        new.entries[name] = entry
    return _IndexedNights(storage, new, unreadable, changed)


def _stored_index(storage: Path) -> _Index:
    """Return the index; an empty one where there is none, or none that this code has made."""
    made_by = _makers_digest()
    with suppress(OSError, msgspec.MsgspecError):
        index = msgspec.msgpack.decode((storage / INDEX_NAME).read_bytes(), type=_Index)
        if index.made_by == made_by:
            return index
    return _Index(made_by, {}, {})


def _makers_digest() -> str:
    digest = hashlib.blake2b(digest_size=16)
    for name in MAKERS:
        digest.update(Path(__file__).with_name(f"{name}.py").read_bytes())
    return digest.hexdigest()


def _digest(before: str, night: Night, accepted: Collection[Acceptance]) -> str:
    """Return a digest of a session, what was accepted in it, and all before it."""
    content = before.encode() + msgspec.msgpack.encode((night, [*map(str, accepted)]))
    return hashlib.blake2b(content, digest_size=16).hexdigest()
