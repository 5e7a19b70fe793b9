"""Where stored sessions lie: what --storage and --benchmark-storage can name."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol

from lowprec.errors import UsageError
from lowprec.history.folder import Folder
from lowprec.history.index import Summaries
from lowprec.history.stores import EXPECTED, store_of
from lowprec.masking import masked_address
from lowprec.record.acceptance import Acceptance
from lowprec.record.session import Session

__all__ = ["Folder", "Storage", "open_storage", "storage_of"]

ELASTICSEARCH = "elasticsearch+"
NO_ELASTICSEARCH = (
    f"lowprec keeps no histories in Elasticsearch any more, expected {EXPECTED}; docs/scale.md "
    "tells how machines share one"
)


class Storage(Protocol):
    """Stored sessions; its text names the place in messages."""

    def summaries(self) -> Summaries:
        """Read what is judged of all sessions; raises HistoryError where there is no such place."""

    def sessions(self, wanted: Collection[str]) -> dict[str, Session]:
        """Read some sessions whole, by their full names; raises HistoryError for a damaged one."""

    def acceptances(self) -> tuple[Acceptance, ...]:
        """Read what was accepted in them; raises HistoryError where that cannot be read."""

    def accept(self, acceptance: Acceptance) -> None:
        """Put one on record, beside all others; raises HistoryError where that cannot be done."""


def open_storage(text: str, option: str = "--storage") -> Storage:
    """Return the storage that a text names.

    Args:
        text: what the option was given.
        option: for messages.

    Raises:
        UsageError: it names none.
    """
    if not text:
        raise UsageError(f"{option}: got nothing, expected {EXPECTED}")
    if store := store_of(text):
        from lowprec.history.objects import Objects

        try:
            return Objects(store, text)
        except UsageError as error:
            raise UsageError(f"{option} {error}") from error
    shown = f"{option} {masked_address(text)}"
    if text.startswith(ELASTICSEARCH):
        raise UsageError(f"{shown}: {NO_ELASTICSEARCH}")
    if "://" in text and not text.startswith("file://"):
        raise UsageError(f"{shown}: expected {EXPECTED}")
    return Folder(Path(text.removeprefix("file://")))


def storage_of(pytest_benchmarks: Any) -> Storage | None:
    """Return pytest-benchmark's own storage of a session; None where it is no folder yet.

    Raises:
        UsageError: it is none that lowprec can read.
    """
    path = getattr(pytest_benchmarks, "path", None)
    if path is not None:
        return Folder(path) if path.is_dir() else None
    shared: Storage | None = getattr(pytest_benchmarks, "shared", None)
    if shared is None:
        raise UsageError(f"--benchmark-storage: {NO_ELASTICSEARCH}")
    return shared
