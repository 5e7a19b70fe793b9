"""What a command finds around it that only the system can make: mounts and clocks."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["AFTER", "FILL", "clock", "has_clocks", "has_mounts", "in_mounts"]

UNSHARED = ("unshare", "--mount", "--map-root-user", "sh", "-c")
"""Mounts of one command alone, which are gone with it."""

AFTER = ".after"
"""A folder that was mounted over is copied, as the command has left it, into one named so."""

FILL = "fill"
"""What takes the room that is left."""

READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"'

FULL = (
    'cp -a "$0" "$0.before" && mount -t tmpfs -o size=16m tmpfs "$0" && cp -a "$0.before/." "$0"'
    f' && {{ dd if=/dev/zero "of=$0/{FILL}" bs=512 2>/dev/null || true; }}'
)

MOUNTS: Mapping[str, str] = {"read-only": READ_ONLY, "full": FULL}

LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
"""Of Debian's package faketime."""

JUMP_AFTER_S = 1.0


@lru_cache(maxsize=1)
def has_mounts() -> bool:
    """Whether something may be mounted here."""
    with TemporaryDirectory() as scratch:
        probe = ['mount -t tmpfs tmpfs "$0"', scratch]
        try:
            return subprocess.run([*UNSHARED, *probe], capture_output=True).returncode == 0
        except FileNotFoundError:
            return False


def in_mounts(kind: str, folder: Path, command: Sequence[str]) -> list[str]:
    """Return the command that runs another one on a folder as it is mounted."""
    script = f'{MOUNTS[kind]} || exit 99; "$@"; code=$?; cp -a "$0" "$0{AFTER}"; exit $code'
    return [*UNSHARED, script, str(folder), *command]


def has_clocks() -> bool:
    """Whether a command can be given another time."""
    return Path(LIBRARY).exists()


@contextmanager
def clock(file: Path, times: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """Yield the variables by which a command has another time; what measures durations goes on.

    Args:
        file: that tells the command the time.
        times: as faketime takes them, such as "-400d"; of several each lasts a second, without any
            the time is what it is.
    """
    if not times:
        yield {}
        return
    over = threading.Event()

    def jump() -> None:
        for time in cycle(times):
            file.write_text(time)
            if over.wait(JUMP_AFTER_S):
                return

    file.write_text(times[0])
    jumps = threading.Thread(target=jump)
    jumps.start()
    try:
        yield {
            "LD_PRELOAD": LIBRARY,
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
    finally:
        over.set()
        jumps.join()
