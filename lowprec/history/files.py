"""Stored sessions: pytest-benchmark's files, read back and checked.

Nothing here imports TensorFlow.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from lowprec.errors import HistoryError
from lowprec.history.collected import History, collected
from lowprec.history.walk import REMEDY, SessionFile, session_files
from lowprec.record.environment import Environment
from lowprec.record.machine_load import MachineLoad
from lowprec.record.session import Session
from lowprec.record.stored_pair import StoredPair
from lowprec.wording import printable

__all__ = ["MOST_BYTES", "TOO_LARGE", "read_history", "read_session", "session_in"]


class _ExtraInfo(msgspec.Struct):
    lowprec: StoredPair | None = None


class _Benchmark(msgspec.Struct):
    extra_info: _ExtraInfo


class _MachineInfo(msgspec.Struct):
    lowprec: Environment | None = None


class _Own(msgspec.Struct):
    untimed: list[StoredPair] = []
    machine_load: MachineLoad | None = None


class _File(msgspec.Struct):
    datetime: datetime
    machine_info: _MachineInfo
    benchmarks: list[_Benchmark]
    commit_info: Any = None
    lowprec: _Own = msgspec.field(default_factory=_Own)


MOST_BYTES = 1 << 28
"""Of a file. A session of 2,000 pairs takes a tenth of it."""

TOO_LARGE = f"bytes, expected {MOST_BYTES:,} at most"
"""What is said of a larger one, after its size."""

TOO_DEEP = "it is nested too deep to be read"

_DECODER = msgspec.json.Decoder(_File)


def read_history(storage: Path) -> History[Session]:
    """Read every session below a folder, whichever machine stored it.

    Args:
        storage: the folder that `--benchmark-storage` names, with a folder for each platform.

    Raises:
        HistoryError: the folder does not exist or cannot be listed.
    """
    files, faults = session_files(storage)
    return collected(((file.path, file) for file in files), _read, faults)


def _read(file: SessionFile) -> Session | None:
    return read_session(Path(file.path), file.folder)


def read_session(path: Path, folder: str = "") -> Session | None:
    """Read a file; None where it holds benchmarks of others only.

    Args:
        path: of the file.
        folder: that it lies in, within the storage.

    Raises:
        HistoryError: it cannot be read, or is not what a session must be; names the file.
    """
    try:
        content = _content(path)
    except OSError as error:
        raise HistoryError(f"{printable(str(path))}: cannot be read: {error}; {REMEDY}") from error
    return session_in(content, str(path), folder)


def session_in(content: bytes, place: str, folder: str) -> Session | None:
    """Return the session that a file holds; None where it holds benchmarks of others only.

    Args:
        content: of the file.
        place: its path or address, for messages; ends in its name.
        folder: that it lies in, within the storage.

    Raises:
        HistoryError: it is not what a session must be; names the place.
    """
    name = PurePosixPath(place)
    if not f"{folder}{name.name}".isprintable():
        raise HistoryError(f"{printable(place)}: has letters that cannot be shown; rename the file")
    try:
        file = _DECODER.decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise HistoryError(f"{place}: not a stored session: {error}; {REMEDY}") from error
    except RecursionError as error:
        raise HistoryError(f"{place}: not a stored session: {TOO_DEEP}; {REMEDY}") from error
    try:
        return _from_file(name.stem, file, folder)
    except HistoryError as error:
        raise HistoryError(f"{place}: {error}") from error


def _content(path: Path) -> bytes:
    """Return what a file holds; one too large for a session is not read."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise OSError(f"{size:,} {TOO_LARGE}")
    return path.read_bytes()


def _from_file(name: str, file: _File, folder: str = "") -> Session | None:
    timed = [b.extra_info.lowprec for b in file.benchmarks if b.extra_info.lowprec]
    stored = [*timed, *file.lowprec.untimed]
    if not stored:
        return None
    environment = file.machine_info.lowprec
    if environment is None:
        raise HistoryError("has no environment in machine_info.lowprec, expected the session's own")
    time, load = _in_utc(file.datetime), file.lowprec.machine_load
    commit = _commit(file.commit_info)
    return Session.of(name, time, environment, stored, folder, load, commit)


def _commit(info: Any) -> str | None:
    """Return the commit that pytest-benchmark found; None where it found no repository."""
    name = info.get("id") if isinstance(info, dict) else None
    return name if isinstance(name, str) and re.fullmatch("[0-9a-f]{40,64}", name) else None


def _in_utc(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError as error:
        raise HistoryError(f"datetime {time} has no place in UTC: {error}") from error
