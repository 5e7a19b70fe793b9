"""The folder that a night works in, and those of nights that were killed."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

__all__ = ["PREFIX", "left_behind", "scratch_folder"]

PREFIX = "lowprec-history-"

LOCK = "lock"
"""Held by a night while it lives; the system lets go of it when the night is killed."""

CONTENT = "branch"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield an empty folder; it is gone afterwards.

    Raises:
        OSError: it cannot be made.
    """
    with (
        TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as scratch,
        (Path(scratch) / LOCK).open("w") as lock,
    ):
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = Path(scratch) / CONTENT
        folder.mkdir()
        yield folder


def left_behind() -> Iterator[Path]:
    """Yield the folder of each night of this user that was killed; it is gone afterwards."""
    for scratch in sorted(Path(gettempdir()).glob(f"{PREFIX}*")):
        try:
            if scratch.is_symlink() or scratch.stat().st_uid != os.getuid():
                continue
            # A night that has just begun has no lock yet.
            with (scratch / LOCK).open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield scratch / CONTENT
                shutil.rmtree(scratch, ignore_errors=True)
        except OSError:
            continue
