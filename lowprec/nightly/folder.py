"""The folder of a night: what it writes there, and what an earlier night left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from lowprec.errors import UsageError
from lowprec.whole_files import files_in, put_in_place, replace, scratch_in

__all__ = ["NightFolder", "StepSummary", "replace_text"]

REPORT_FILES = ".lowprec-report"
"""Names of the files of the last report, a line each, so that the next night removes just these."""


class NightFolder:
    """The folder that `--out` names. Only what nights have written is ever removed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.summary = path / "summary.md"
        self.junit = path / "junit.xml"
        self.pairs = path / "pairs.json"
        self.log = path / "pytest.txt"
        self.page = path / "index.html"

    def __str__(self) -> str:
        return str(self._path)

    def begin(self) -> None:
        """Make the folder, without the result of an earlier night.

        Raises:
            UsageError: it cannot be written to.
        """
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            for path in (self.summary, self.junit, self.pairs, self.log, *self._reported()):
                path.unlink(missing_ok=True)
            (self._path / REPORT_FILES).unlink(missing_ok=True)
        except OSError as error:
            raise self.unwritable(error) from error

    def keep(self, file: Path) -> Path:
        """Copy a file into the folder, where no night removes it, and return the copy."""
        return Path(shutil.copy(file, self._path))

    def write_report(self, write: Callable[[Path], object]) -> None:
        """Let a report be written, and put all of it in place once it is whole.

        Raises:
            OSError: it cannot be.
        """
        with scratch_in(self._path) as scratch:
            write(scratch)
            names = files_in(scratch)
            replace_text(self._path / REPORT_FILES, "".join(f"{name}\n" for name in names))
            put_in_place(scratch, self._path, last=self.page.name)

    def unwritable(self, error: OSError) -> UsageError:
        """Return the error that something in the folder cannot be written."""
        return UsageError(
            f"--out {self}: cannot be written to ({error}), expected a folder with space left; "
            "name another one"
        )

    def _reported(self) -> Sequence[Path]:
        """Return the files of the last report, none of them outside the folder."""
        try:
            names = (self._path / REPORT_FILES).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return []
        inside = self._path.resolve()
        paths = [self._path / name for name in names]
        return [path for path in paths if path.parent.resolve().is_relative_to(inside)]


class StepSummary:
    """The summary that GitHub shows on the page of a job; nothing elsewhere.

    What is written replaces what was written before, and leaves alone what others wrote.
    """

    def __init__(self) -> None:
        name = os.environ.get("GITHUB_STEP_SUMMARY")
        self._path = Path(name) if name else None
        self._start: int | None = None

    def write(self, text: str) -> None:
        """Write a text.

        Raises:
            OSError: the file cannot be written.
        """
        if self._path is None:
            return
        with self._path.open("a+b") as file:
            if self._start is None:
                self._start = file.tell()
            file.truncate(self._start)
            file.write(text.encode())


def replace_text(path: Path, text: str) -> None:
    """Write a file, or leave the one that is there.

    Raises:
        OSError: it cannot be written.
    """
    replace(path, text.encode())
