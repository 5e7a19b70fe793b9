"""Where stored sessions lie: what pytest-benchmark's --benchmark-storage can name."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol

from lowprec.errors import UsageError
from lowprec.history.accepted import ACCEPTED_NAME
from lowprec.history.files import read_session
from lowprec.history.index import Summaries, read_summaries
from lowprec.masking import masked_address
from lowprec.record.session import Session

__all__ = ["Folder", "Storage", "open_storage", "storage_of"]

ELASTICSEARCH = "elasticsearch+"


class Storage(Protocol):
    """Stored sessions; its text names the place in messages."""

    @property
    def accepted(self) -> Path:
        """The table of accepted changes."""

    def summaries(self) -> Summaries:
        """Read what is judged of all sessions; raises HistoryError where there is no such place."""

    def sessions(self, wanted: Collection[str]) -> dict[str, Session]:
        """Read some sessions whole, by their full names; raises HistoryError for a damaged one."""


class Folder:
    """Files in a folder for each platform."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __str__(self) -> str:
        return masked_address(str(self._path))

    @property
    def accepted(self) -> Path:
        """Lies beside the sessions, to be kept with them."""
        return self._path / ACCEPTED_NAME

    def summaries(self) -> Summaries:
        """Read what is judged of all sessions, with the help of an index."""
        return read_summaries(self._path)

    def sessions(self, wanted: Collection[str]) -> dict[str, Session]:
        """Read some sessions whole."""
        read = {}
        for full_name in wanted:
            folder = full_name.rpartition("/")[0].removeprefix(".")
            if session := read_session(self._path / f"{full_name}.json", folder):
                read[full_name] = session
        return read


def open_storage(text: str) -> Storage:
    """Return the storage that a text names, as pytest-benchmark understands it.

    Raises:
        UsageError: it names none.
        HistoryError: it cannot be reached.
    """
    if text.startswith(ELASTICSEARCH):
        from lowprec.history.elastic import Elastic

        return Elastic.open(text)
    if "://" in text and not text.startswith("file://"):
        raise UsageError(
            f"--storage {masked_address(text)}: expected a folder, file://FOLDER or "
            f"{ELASTICSEARCH}http[s]://HOST/INDEX"
        )
    return Folder(Path(text.removeprefix("file://")))


def storage_of(pytest_benchmarks: Any) -> Storage | None:
    """Return pytest-benchmark's own storage of a session; None where it is no folder yet."""
    path = getattr(pytest_benchmarks, "path", None)
    if path is None:
        from lowprec.history.elastic import Elastic

        return Elastic(pytest_benchmarks)
    return Folder(path) if path.is_dir() else None
