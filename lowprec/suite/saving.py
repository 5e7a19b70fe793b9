"""How a session is saved: whole or not at all, and told in one line where it cannot be.

pytest-benchmark writes in place, so that a full disk or a kill would leave half a session, and an
error while it saves would end pytest before its table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pytest_benchmark.storage.file import FileStorage
from pytest_benchmark.utils import safe_dumps

from lowprec.errors import LowprecError
from lowprec.masking import masked
from lowprec.suite.shared_storage import SharedStorage
from lowprec.whole_files import create, replace

__all__ = ["saved_whole"]

LOST = (
    "expected a place with room that can be written to. No later session will know of this one; "
    "train again once that is mended"
)

KEPT_IN = ".benchmarks"
"""Where a session stays that a store did not take: pytest-benchmark's own folder."""


@contextmanager
def saved_whole(benchmarks: Any, done: Callable[[], object]) -> Iterator[list[str]]:
    """Let pytest-benchmark save in the block; yield what it could not save, a line each.

    Args:
        benchmarks: pytest-benchmark's session.
        done: is called once the session is saved, or cannot be.
    """
    unsaved: list[str] = []
    storage = benchmarks.storage
    benchmarks.storage = _Storage(storage, unsaved, done)
    benchmarks.save_json = lambda content: _save_json(benchmarks, content, unsaved)
    try:
        yield unsaved
    finally:
        benchmarks.storage = storage
        del benchmarks.save_json


class _Storage:
    """pytest-benchmark's storage, which writes whole files and raises nothing."""

    def __init__(self, storage: Any, unsaved: list[str], done: Callable[[], object]) -> None:
        self._storage, self._unsaved, self._done = storage, unsaved, done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._storage, name)

    def __str__(self) -> str:
        return str(self._storage)

    def save(self, content: Any, name: str) -> None:
        """Save a session as pytest-benchmark does."""
        storage = self._storage
        try:
            if isinstance(storage, FileStorage):
                place = str(_created(storage, _text(content), name))
            elif isinstance(storage, SharedStorage):
                place = storage.create(_text(content), name)
            else:
                storage.save(content, name)
                return
            storage.logger.info(f"Saved benchmark data in: {place}")
        # Elasticsearch's client has errors of its own, and pytest would show no table for any.
        except Exception as error:
            now = self._kept(content, name)
            self._unsaved.append(_line(f"this session, in {storage}", error, now))
        finally:
            self._done()

    def _kept(self, content: Any, name: str) -> str:
        """Keep a session here that its store did not take; return what to do now."""
        storage = self._storage
        if not isinstance(storage, SharedStorage):
            return LOST
        with suppress(OSError):
            folder = FileStorage(KEPT_IN, storage.logger, storage.machine_id)
            path = _created(folder, _text(content), name)
            return (
                f"expected a place that takes it. It is kept as {path}, and counts for others once "
                f"it is copied to {storage}/{storage.machine_id}/"
            )
        return LOST


def _created(storage: FileStorage, text: bytes, name: str) -> Path:
    """Write a new file, under the next number that is free when it is there, and return it.

    After 9999 pytest-benchmark gives all the same one.
    """
    number = int(storage._next_num)
    while True:
        path: Path = storage.get(f"{number:04}_{name}.json")
        try:
            if not any(path.parent.glob(f"{number:04}_*")):
                create(path, text)
                return path
        except FileExistsError:
            pass
        number += 1


def _save_json(benchmarks: Any, content: Any, unsaved: list[str]) -> None:
    """Write what --benchmark-json names; where that fails the session is saved all the same."""
    try:
        replace(benchmarks.json, _text(content))
    except OSError as error:
        unsaved.append(_line(f"--benchmark-json {benchmarks.json}", error, LOST))
    else:
        benchmarks.logger.info(f"Wrote benchmark data in: {benchmarks.json}", purple=True)


def _text(content: Any) -> bytes:
    """Return a session as pytest-benchmark writes it."""
    text: str = safe_dumps(content, ensure_ascii=True, indent=4)
    return text.encode()


def _line(what: str, error: Exception, now: str) -> str:
    known = isinstance(error, OSError | LowprecError)
    said = str(error) if known else f"{type(error).__name__}: {error}"
    return masked(f"not saved: {what}: {said}; {now}")
