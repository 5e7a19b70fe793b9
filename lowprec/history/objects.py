"""Stored sessions in an object store, where the machines of a fleet keep one history.

fsspec has the clients (https://filesystem-spec.readthedocs.io). An object is there whole or not at
all, as far as readers can see; what is new is written only where there is none of its name yet. The
index lies beside the sessions, as in a folder, and is read by all machines.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from lowprec.errors import HistoryError, UsageError
from lowprec.history.accepted import acceptance_table, acceptances_in
from lowprec.history.files import MOST_BYTES, TOO_LARGE, session_in
from lowprec.history.index import INDEX_NAME, Summaries, read_summaries
from lowprec.history.stores import Store
from lowprec.history.walk import REMEDY, SUFFIX, SessionFile
from lowprec.masking import masked, masked_address
from lowprec.record.acceptance import Acceptance
from lowprec.record.session import Session
from lowprec.wording import printable

__all__ = ["Objects"]

ACCEPTED = "accepted"
"""Folder of what was accepted, a table each: two machines that accept at once add two."""

AT_ONCE = 64
"""So many objects are asked for together."""

PROBE = "lowprec-writes-here"


class Objects:
    """A folder of a bucket, with a folder for each platform."""

    def __init__(self, store: Store, address: str) -> None:
        """Open it; nothing is asked of the store yet.

        Raises:
            UsageError: its client is not installed, or the address is none.
        """
        self._shown = masked_address(address).rstrip("/")
        self._system, self._root = _opened(store, address, self._shown)

    def __str__(self) -> str:
        return self._shown

    def summaries(self) -> Summaries:
        """Read what is judged of all sessions, with the help of an index."""
        return read_summaries(self)

    def sessions(self, wanted: Collection[str]) -> dict[str, Session]:
        """Read some sessions whole."""
        files = [self._file(f"{name.removeprefix('./')}{SUFFIX}", {}) for name in wanted]
        read = self.reader(files)
        sessions = zip(wanted, map(read, files), strict=True)
        return {name: session for name, session in sessions if session}

    def acceptances(self) -> tuple[Acceptance, ...]:
        """Read all tables of what was accepted."""
        paths = [p for p in sorted(self._found(ACCEPTED)) if p.endswith(".csv")]
        contents = self._fetched(paths)
        tables = (acceptances_in(self._whole(p, contents[p]), self._place(p)) for p in paths)
        return tuple(row for table in tables for row in table)

    def accept(self, acceptance: Acceptance) -> None:
        """Add a table of one row; one that is there says the same."""
        content = acceptance_table(acceptance)
        digest = hashlib.blake2b(content, digest_size=8).hexdigest()
        try:
            self.create(f"{ACCEPTED}/{digest}.csv", content)
        except FileExistsError:
            pass
        except OSError as error:
            raise HistoryError(f"{self}: cannot be written: {error}") from error

    def listed(self) -> tuple[list[SessionFile], list[str]]:
        """Return the objects that may hold a session, and a line on each that is too large."""
        found = self._found("")
        names = sorted(path for path in found if path.endswith(SUFFIX))
        sizes = {path: int(found[path].get("size") or 0) for path in names}
        large = [path for path in names if sizes[path] > MOST_BYTES]
        files = [self._file(self._within(path), found[path]) for path in names if path not in large]
        return files, [f"{self._place(p)}: {sizes[p]:,} {TOO_LARGE}; {REMEDY}" for p in large]

    def reader(self, files: Sequence[SessionFile]) -> Callable[[SessionFile], Session | None]:
        """Return what reads these objects, of which it fetches some ahead."""
        paths = [self._path(file) for file in files]
        places = {path: place for place, path in enumerate(paths)}
        ahead: dict[str, bytes | Exception] = {}

        def read(file: SessionFile) -> Session | None:
            path = self._path(file)
            if path not in ahead:
                place = places[path]
                ahead.update(self._fetched(paths[place : place + AT_ONCE]))
            content = self._whole(path, ahead.pop(path))
            return session_in(content, file.path, file.folder)

        return read

    def index(self) -> bytes:
        """Return what the object of the index holds."""
        with self._errors():
            content: bytes = self._system.cat_file(f"{self._root}/{INDEX_NAME}")
        return content

    def keep_index(self, content: bytes) -> None:
        """Write the object of the index."""
        with self._errors():
            self._system.pipe_file(f"{self._root}/{INDEX_NAME}", content)

    def create(self, name: str, content: bytes) -> None:
        """Write an object that is not there yet.

        Args:
            name: its path within the storage.
            content: of the object.

        Raises:
            FileExistsError: it is there; it stays as it is.
            OSError: it cannot be written; then there is none.
        """
        with self._errors():
            self._system.pipe_file(f"{self._root}/{name}", content, mode="create")

    def names_in(self, folder: str) -> list[str]:
        """Return the names of what lies in a folder; raises HistoryError as `summaries` does."""
        return [path.rpartition("/")[2] for path in self._found(folder)]

    def require_writable(self) -> None:
        """Raise OSError where nothing can be written, or all is replaced; it is tried."""
        probe = f"{PROBE}-{secrets.token_hex(4)}"
        self.create(probe, b"")
        try:
            self.create(probe, b"")
        except FileExistsError:
            return
        finally:
            with self._errors():
                self._system.rm_file(f"{self._root}/{probe}")
        raise OSError("it replaces an object though told to write a new one only (If-None-Match)")

    def _found(self, folder: str) -> Mapping[str, Mapping[str, Any]]:
        """Return what the store tells of each object below a folder, by its path."""
        try:
            with self._errors():
                self._system.invalidate_cache()
                below = f"{self._root}/{folder}".rstrip("/")
                found: dict[str, dict[str, Any]] = self._system.find(below, detail=True)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise HistoryError(f"{self}: cannot be listed: {error}") from error
        return found

    def _fetched(self, paths: Sequence[str]) -> dict[str, bytes | Exception]:
        """Return the content of each object, or why there is none."""
        if not paths:
            return {}
        try:
            with self._errors():
                contents = self._system.cat(list(paths), on_error="return")
        except OSError as error:
            return dict.fromkeys(paths, error)
        return dict(contents)

    def _whole(self, path: str, content: bytes | Exception) -> bytes:
        if isinstance(content, bytes):
            return content
        said = masked(_told(content))
        raise HistoryError(f"{self._place(path)}: cannot be read: {said}; {REMEDY}")

    def _file(self, within: str, told: Mapping[str, Any]) -> SessionFile:
        folder, _, name = within.rpartition("/")
        state = hashlib.blake2b(repr(sorted(told.items())).encode(), digest_size=16).hexdigest()
        return SessionFile(f"{self}/{within}", folder, name, state)

    def _path(self, file: SessionFile) -> str:
        return f"{self._root}/{file.within.lstrip('/')}"

    def _place(self, path: str) -> str:
        return printable(f"{self}/{self._within(path)}")

    def _within(self, path: str) -> str:
        return path.removeprefix(f"{self._root}/")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what a client raises, each has errors of its own, into OSError without secrets."""
        try:
            yield
        except (FileNotFoundError, FileExistsError):
            raise
        except Exception as error:
            raise OSError(masked(_told(error))) from error


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _opened(store: Store, address: str, shown: str) -> tuple[Any, str]:
    """Return fsspec's file system of a store, and the path within it."""
    import fsspec

    try:
        system, root = fsspec.core.url_to_fs(address)
    except ImportError as error:
        raise UsageError(
            f"{shown}: needs the client of {store.scheme}:// ({error}), expected "
            f"`pip install 'lowprec[{store.extra}]'`"
        ) from error
    except Exception as error:  # of a client that does not like what it is set up with
        raise UsageError(f"{shown}: {masked(_told(error))}") from error
    root = str(root).rstrip("/")
    if not root.strip("/"):
        raise UsageError(f"{shown}: names no bucket, expected {store.scheme}://BUCKET/DIR")
    return system, root
