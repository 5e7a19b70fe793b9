"""Stored sessions: pytest-benchmark's files, read back and checked.

Nothing here imports TensorFlow. Only the fields that are judged are decoded, which takes a tenth
of a millisecond a session.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from lowprec.errors import HistoryError
from lowprec.sessions import Pair, Session, StoredPair

__all__ = [
    "History",
    "read_history",
    "read_session",
    "session_from",
    "session_of",
    "session_paths",
]


@dataclass(frozen=True)
class History:
    """The sessions of a storage, oldest first, and what is wrong with files that are none.

    A damaged file does not hide the others; whoever judges says what could not be read.
    """

    sessions: tuple[Session, ...]
    unreadable: tuple[str, ...] = ()


class _ExtraInfo(msgspec.Struct):
    lowprec: StoredPair | None = None


class _Benchmark(msgspec.Struct):
    extra_info: _ExtraInfo


class _MachineInfo(msgspec.Struct):
    lowprec: dict[str, str | int | bool | None] | None = None


class _Untimed(msgspec.Struct):
    untimed: list[StoredPair] = []


class _File(msgspec.Struct):
    datetime: datetime
    machine_info: _MachineInfo
    benchmarks: list[_Benchmark]
    lowprec: _Untimed = msgspec.field(default_factory=_Untimed)


_DECODER = msgspec.json.Decoder(_File)


def read_history(storage: Path) -> History:
    """Read every session below a folder, whichever machine stored it.

    Args:
        storage: the folder that `--benchmark-storage` names, with a folder for each platform.

    Raises:
        HistoryError: the folder does not exist or cannot be listed.
    """
    sessions, unreadable = [], []
    for path in session_paths(storage):
        try:
            session = read_session(path)
        except HistoryError as error:
            unreadable.append(str(error))
        else:
            if session:
                sessions.append(session)
    sessions.sort(key=lambda session: (session.time, session.name))
    return History(tuple(sessions), tuple(unreadable))


def session_paths(storage: Path) -> list[Path]:
    """Return the files below a folder that may hold a session.

    Raises:
        HistoryError: the folder does not exist or cannot be listed.
    """
    if not storage.is_dir():
        raise HistoryError(
            f"{storage}: no such folder, expected stored sessions; make one with "
            "`pytest benchmarks/ --benchmark-autosave`, or name another with --storage"
        )

    def refuse(error: OSError) -> None:
        raise HistoryError(f"{storage}: cannot be listed: {error}") from error

    # Path.glob would leave out, without a word, a folder that cannot be read or is a link.
    found = os.walk(storage, onerror=refuse, followlinks=True)
    paths = (Path(folder, name) for folder, _, names in found for name in names)
    return sorted(path for path in paths if path.suffix == ".json" and path.is_file())


def read_session(path: Path) -> Session | None:
    """Read a file; None where it holds benchmarks of others only.

    Raises:
        HistoryError: it cannot be read, or is not what a session must be; names the file.
    """
    if not path.name.isprintable():
        raise HistoryError(f"{str(path)!a}: has letters that cannot be shown; rename the file")
    try:
        file = _DECODER.decode(path.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise HistoryError(
            f"{path}: not a stored session: {error}; restore the file or delete it"
        ) from error
    try:
        return _from_file(path.stem, file)
    except HistoryError as error:
        raise HistoryError(f"{path}: {error}") from error


def session_from(name: str, document: Mapping[str, Any]) -> Session | None:
    """Return the session that a document holds, which has the form of a file.

    Raises:
        HistoryError: it is not what a session must be; names it.
    """
    try:
        return _from_file(name, msgspec.convert(document, _File))
    except (HistoryError, msgspec.ValidationError) as error:
        raise HistoryError(f"{name}: not a stored session: {error}") from error


def _from_file(name: str, file: _File) -> Session | None:
    timed = [b.extra_info.lowprec for b in file.benchmarks if b.extra_info.lowprec]
    records = [*timed, *file.lowprec.untimed]
    if not records:
        return None
    return _checked(name, _in_utc(file.datetime), file.machine_info.lowprec, records)


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError as error:
        raise HistoryError(f"datetime {time} has no place in UTC: {error}") from error


def session_of(
    name: str,
    time: datetime,
    environment: Mapping[str, Any],
    records: Iterable[Mapping[str, Any]],
) -> Session:
    """Return the session that is running, from the stored forms of its environment and records.

    Raises:
        HistoryError: they are not what a session must hold.
    """
    try:
        pairs = msgspec.convert(list(records), list[StoredPair])
    except msgspec.ValidationError as error:
        raise HistoryError(f"{name}: not a record: {error}") from error
    return _checked(name, time, environment, pairs)


def _checked(
    name: str,
    time: datetime,
    environment: Mapping[str, Any] | None,
    records: Iterable[StoredPair],
) -> Session:
    for field in ("key", "device", "tensorflow", "keras"):
        if not isinstance((environment or {}).get(field), str):
            raise HistoryError(f"machine_info.lowprec has no {field}, expected a session's own")
    assert environment is not None
    pairs: dict[Pair, StoredPair] = {}
    for record in records:
        if record.pair in pairs:
            raise HistoryError(f"{' '.join(record.pair)} is stored twice, expected once")
        pairs[record.pair] = record
    protocols = {record.protocol for record in pairs.values()}
    if len(protocols) != 1:
        found = ", ".join(sorted(protocols)) or "no pair"
        raise HistoryError(f"has {found}, expected pairs of one protocol")
    return Session(name, time, environment, protocols.pop(), pairs)
