"""Rounds that were finished, in a file, so that what was broken off goes on where it stopped.

A line a round: JSON with a checksum. A line is written and on the disk before the next round ends.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterable
from pathlib import Path

import msgspec

from lowprec.errors import UsageError
from lowprec.record.seed_round import SeedRound
from lowprec.whole_files import one_at_a_time, replace

__all__ = ["Journal", "default_journal"]


class _Line(msgspec.Struct):
    """A line of the file; the checksum is that of the bytes of `round`."""

    checksum: str
    round: msgspec.Raw


def default_journal() -> Path:
    """Return where the rounds of this user lie: below the folder for caches of the XDG rules."""
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "lowprec" / "calibration.jsonl"


class Journal:
    """The rounds in a file; any number of processes may add to it.

    Attributes:
        path: of the file.
        added: how many rounds this process has added.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.added = path, 0

    def read(self) -> tuple[list[SeedRound], list[str]]:
        """Return the rounds, and a line on each that is damaged.

        Raises:
            UsageError: the file is there and cannot be read.
        """
        rounds, faults = [], []
        for number, line in enumerate(self._lines(), 1):
            try:
                if line.strip():
                    rounds.append(_round_in(line))
            except (msgspec.MsgspecError, ValueError) as error:
                faults.append(
                    f"{self.path}:{number}: no finished round: {error}; it is trained again"
                )
        return rounds, faults

    def add(self, trained: SeedRound) -> None:
        """Add a round; it is on the disk when this returns.

        Raises:
            UsageError: it cannot be written.
        """
        content = _line_of(trained) + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with one_at_a_time(self.path.parent), self.path.open("a+b") as file:
                if file.seek(0, os.SEEK_END) and not _ends_a_line(file.fileno(), file.tell()):
                    content = b"\n" + content  # whoever wrote last was killed over it
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self.added += 1
        except OSError as error:
            raise UsageError(
                f"{self.path}: a finished round cannot be kept: {error}; make room there, or name "
                "another folder in XDG_CACHE_HOME"
            ) from error

    def forget(self, rounds: Iterable[SeedRound]) -> None:
        """Remove these rounds, and what is damaged; without any left, the file.

        Raises:
            UsageError: it cannot be written.
        """
        done = {each.key for each in rounds}
        try:
            with one_at_a_time(self.path.parent):
                kept = [line for line in self._lines() if _is_another(line, done)]
                if kept:
                    replace(self.path, b"".join(line + b"\n" for line in kept))
                else:
                    self.path.unlink(missing_ok=True)
        except FileNotFoundError:
            return
        except OSError as error:
            raise UsageError(f"{self.path}: cannot be written: {error}") from error

    def _lines(self) -> list[bytes]:
        try:
            return self.path.read_bytes().split(b"\n")
        except FileNotFoundError:
            return []
        except OSError as error:
            raise UsageError(f"{self.path}: cannot be read: {error}; remove it") from error


def _line_of(trained: SeedRound) -> bytes:
    content = msgspec.json.encode(trained)
    return msgspec.json.encode(_Line(_checksum(content), msgspec.Raw(content)))


def _round_in(line: bytes) -> SeedRound:
    outer = msgspec.json.decode(line, type=_Line)
    if outer.checksum != _checksum(bytes(outer.round)):
        raise ValueError("its checksum is not that of what it says")
    return msgspec.json.decode(outer.round, type=SeedRound)


def _is_another(line: bytes, done: Container[tuple[object, ...]]) -> bool:
    try:
        return _round_in(line).key not in done
    except (msgspec.MsgspecError, ValueError):
        return False


def _checksum(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _ends_a_line(descriptor: int, size_bytes: int) -> bool:
    return os.pread(descriptor, 1, size_bytes - 1) == b"\n"
