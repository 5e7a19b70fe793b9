"""How a session is saved: whole or not at all, and told in one line where it cannot be.

pytest-benchmark writes in place, so that a full disk or a kill would leave half a session, and an
error while it saves would end pytest before its table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytest_benchmark.storage.file import FileStorage
from pytest_benchmark.utils import safe_dumps

from lowprec.masking import masked
from lowprec.whole_files import create, replace

__all__ = ["saved_whole"]


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
        try:
            if isinstance(self._storage, FileStorage):
                self._create(content, name)
            else:
                self._storage.save(content, name)
        # Elasticsearch's client has errors of its own, and pytest would show no table for any.
        except Exception as error:
            self._unsaved.append(_line(f"this session, in {self._storage}", error))
        finally:
            self._done()

    def _create(self, content: Any, name: str) -> None:
        """Write a new file, under the next number that is free when it is there.

        After 9999 pytest-benchmark gives all the same one.
        """
        text = _text(content)
        number = int(self._storage._next_num)
        while True:
            path: Path = self._storage.get(f"{number:04}_{name}.json")
            try:
                if not any(path.parent.glob(f"{number:04}_*")):
                    create(path, text)
                    break
            except FileExistsError:
                pass
            number += 1
        self._storage.logger.info(f"Saved benchmark data in: {path}")


def _save_json(benchmarks: Any, content: Any, unsaved: list[str]) -> None:
    """Write what --benchmark-json names; where that fails the session is saved all the same."""
    try:
        replace(benchmarks.json, _text(content))
    except OSError as error:
        unsaved.append(_line(f"--benchmark-json {benchmarks.json}", error))
    else:
        benchmarks.logger.info(f"Wrote benchmark data in: {benchmarks.json}", purple=True)


def _text(content: Any) -> bytes:
    """Return a session as pytest-benchmark writes it."""
    text: str = safe_dumps(content, ensure_ascii=True, indent=4)
    return text.encode()


def _line(what: str, error: Exception) -> str:
    said = str(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
    return masked(
        f"not saved: {what}: {said}; expected a place with room that can be written to. No later "
        "session will know of this one; train again once that is mended"
    )
