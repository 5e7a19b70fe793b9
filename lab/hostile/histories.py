"""A small history of real sessions, to be maltreated, and what is left of one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from lowprec.errors import HistoryError
from lowprec.history.files import read_session

__all__ = ["PLATFORM", "content", "copied", "unreadable"]

STORED = Path(__file__).parents[2] / ".benchmarks" / "Linux-CPython-3.11-64bit"
PLATFORM = STORED.name
SESSIONS = 6
"""Newest sessions that are copied."""


def copied(storage: Path) -> Path:
    """Make a storage of this repository's newest sessions, and return it."""
    (storage / PLATFORM).mkdir(parents=True)
    for path in sorted(STORED.glob("*.json"))[-SESSIONS:]:
        shutil.copy(path, storage / PLATFORM)
    return storage


def content() -> dict[str, Any]:
    """Return what pytest-benchmark would store of the newest session."""
    document: dict[str, Any] = json.loads(max(STORED.glob("*.json")).read_text())
    return document


def unreadable(storage: Path) -> list[Path]:
    """Return the files that later sessions would stumble over."""
    found = []
    for path in sorted(storage.rglob("*.json")):
        try:
            read_session(path)
        except HistoryError:
            found.append(path)
    return found
