"""Stored sessions: pytest-benchmark's files, read back and checked.

Nothing here imports TensorFlow.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from lowprec.errors import HistoryError
from lowprec.record.environment import Environment
from lowprec.record.session import Session, StoredPair

__all__ = [
    "History",
    "collected",
    "read_history",
    "read_session",
    "session_from",
    "session_paths",
]

Item = TypeVar("Item")


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
    lowprec: Environment | None = None


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
    return collected(session_paths(storage), read_session)


def collected(items: Iterable[Item], read: Callable[[Item], Session | None]) -> History:
    """Return the history of what `read` makes of the items: a session, nothing, or an error."""
    sessions, unreadable = [], []
    for item in items:
        try:
            session = read(item)
        except HistoryError as error:
            unreadable.append(str(error))
        else:
            sessions += [session] if session else []
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
    walk = os.walk(storage, onerror=refuse, followlinks=True)
    paths = (Path(folder, name) for folder, _, names in walk for name in names)
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
    stored = [*timed, *file.lowprec.untimed]
    if not stored:
        return None
    environment = file.machine_info.lowprec
    if environment is None:
        raise HistoryError("has no environment in machine_info.lowprec, expected the session's own")
    return Session.of(name, _in_utc(file.datetime), environment, stored)


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError as error:
        raise HistoryError(f"datetime {time} has no place in UTC: {error}") from error
