"""pytest-benchmark's storage, where it is an object store that machines share."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from lowprec.errors import UsageError
from lowprec.history.stores import store_of
from lowprec.suite.options import SUITE

if TYPE_CHECKING:
    from lowprec.history.objects import Objects

__all__ = ["SharedStorage", "check_storage"]

NOTHING_LIKE_IT = "elasticsearch+"
"""pytest-benchmark's own, in which other benchmarks than trainings may be stored."""


def check_storage(config: pytest.Config) -> None:
    """Let an address of an object store be what pytest-benchmark saves to.

    It knows folders only, so that it is given one that it will not use.

    Raises:
        pytest.UsageError: --benchmark-storage names none, of which pytest-benchmark would tell by a
            traceback; or what is stored there was to be compared by pytest-benchmark.
    """
    text = str(vars(config.option).get("benchmark_storage", "."))
    if text and ("://" not in text or text.startswith(("file://", NOTHING_LIKE_IT))):
        return
    from lowprec.history.storage import open_storage

    try:
        storage = open_storage(text, "--benchmark-storage")
        if store_of(text) and vars(config.option).get("benchmark_compare"):
            raise UsageError(
                f"{storage}: --benchmark-compare reads folders only; leave it out, and see "
                f"`lowprec check --storage {storage}` or `lowprec compare`"
            )
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    config.option.benchmark_storage = "."
    config.pluginmanager.register(_Plugin(config, storage), "lowprec-shared-storage")


class _Plugin:
    """Puts the storage where pytest-benchmark has the folder's."""

    def __init__(self, config: pytest.Config, shared: Any) -> None:
        self._config, self._shared = config, shared
        self._unsaved: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Replace the folder; no benchmark has run yet."""
        benchmarks = vars(self._config)["_benchmarksession"]
        benchmarks.storage = SharedStorage(self._shared, benchmarks.storage)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Tell in a line what cannot be saved; the suite does so where something is trained."""
        from lowprec.suite.saving import saved_whole

        if self._config.pluginmanager.has_plugin(SUITE):
            return (yield)
        benchmarks = vars(self._config)["_benchmarksession"]
        with saved_whole(benchmarks, lambda: None) as self._unsaved:
            result = yield
        if self._unsaved:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        return result

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print these lines."""
        for line in self._unsaved:
            terminalreporter.write_line(f"lowprec: {line}", red=True)


class SharedStorage:
    """What pytest-benchmark asks of a storage.

    Attributes:
        shared: the stored sessions.
    """

    def __init__(self, shared: Objects, folder: Any) -> None:
        """Take pytest-benchmark's own storage, for the machine's folder and the log."""
        self.shared, self.logger = shared, folder.logger
        self.machine_id: str = folder.default_machine_id

    def __str__(self) -> str:
        return str(self.shared)

    @property
    def location(self) -> str:
        """For messages."""
        return str(self)

    def create(self, content: bytes, name: str) -> str:
        """Write a session under the next number, and return its place.

        Raises:
            OSError: it cannot be written.
            HistoryError: what is there cannot be listed.
        """
        from lowprec.history.order import number_of

        numbers = (number_of(each) or 0 for each in self.shared.names_in(self.machine_id))
        number = max(numbers, default=0) + 1
        while True:
            path = f"{self.machine_id}/{number:04}_{name}.json"
            try:
                self.shared.create(path, content)
            except FileExistsError:
                number += 1
            else:
                return f"{self.shared}/{path}"
