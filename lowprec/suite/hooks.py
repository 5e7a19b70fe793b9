"""One pytest session of the suite: its hooks, and what the fixtures do in it."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from itertools import product
from typing import Any

import msgspec
import pytest

from lowprec.data.inputs import check_inputs
from lowprec.errors import LowprecError
from lowprec.expectations.table import load_expectations
from lowprec.expectations.verdict import Judgement
from lowprec.record.environment import Environment
from lowprec.record.session import StoredPair
from lowprec.record.verdicts import Verdict
from lowprec.report.verdicts import pair_line, unjudged_reason
from lowprec.rows.matrix import MATRIX, Pair
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.suite import pair as pair_test
from lowprec.suite.against_history import AgainstHistory
from lowprec.suite.preflight import require_gpu, require_writable, stored_history
from lowprec.suite.results import Results
from lowprec.training.environment import current_environment, short_name
from lowprec.training.progress import ProgressLine, real_terminal, shown

__all__ = ["SuiteHooks"]


class SuiteHooks:
    """The suite's hooks and state, registered for every session that may run tests."""

    NAME = "lowprec-suite"

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._option = config.option
        self._results = Results()
        self._unfinished: list[Any] = []
        self._history: AgainstHistory | None = None
        self._asked_for: tuple[Pair, ...] | None = None
        self._environment: Environment | None = None
        terminal = None if hasattr(config, "workerinput") else real_terminal()
        self._progress = ProgressLine(terminal) if terminal else None

    @pytest.hookimpl(tryfirst=True)  # before xdist starts its workers
    def pytest_sessionstart(self) -> None:
        """Check early in the controller of xdist, which never sees the collected tests."""
        if getattr(self._option, "numprocesses", None):
            self._refuse_the_hopeless()

    @pytest.hookimpl(trylast=True)  # what other plugins deselect is gone by then
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out the comparison with the history where it is off, or nothing is timed."""
        if self._option.slowdown != "off" and not self._benchmarks.disabled:
            return
        left_out = [i for i in items if "regression" in getattr(i, "fixturenames", ())]
        if left_out:
            items[:] = [item for item in items if item not in left_out]
            self._config.hook.pytest_deselected(items=left_out)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Check before any training, where pairs are to be trained in this process."""
        training = [i for i in session.items if "train_pair" in getattr(i, "fixturenames", ())]
        if training and not hasattr(self._config, "workerinput"):
            self._refuse_the_hopeless()
        self._asked_for = asked_for(training)

    def _refuse_the_hopeless(self) -> None:
        """Stop the session where data, expectations or the GPU asked for are missing."""
        try:
            models = [MODELS[name] for name in self._option.models]
            check_inputs(PROTOCOLS[self._option.protocol], models)
            load_expectations()
            require_writable(self._benchmarks)
            self._history = stored_history(self._benchmarks)
            if self._option.require_gpu:
                require_gpu()
        except LowprecError as error:
            raise pytest.UsageError(str(error)) from None

    def train(self, item: pytest.Item, benchmark: Any, pair: Pair) -> Judgement:
        """Train the pair's rounds under pytest-benchmark's clock, judge them, keep the record."""
        plan = pair_test.plan_of(pair, self._option, timed=benchmark.enabled)
        benchmark.group = pair.model
        column = self._config.get_terminal_writer().width_of_current_line
        self._unfinished.append(benchmark)
        try:
            with shown(self._progress, plan, column) as on_epoch:
                record = pair_test.trained(plan, benchmark, on_epoch)
        except LowprecError as error:
            pytest.fail(str(error), pytrace=False)
        judgement, stored = pair_test.judged(record, self._asked_for)
        benchmark.extra_info["lowprec"] = msgspec.to_builtins(stored)
        item.stash[STORED] = stored
        self._unfinished.remove(benchmark)
        return judgement

    def regression(self, pair: Pair) -> str | None:
        """Return in what a pair is worse than in earlier sessions; None where it is in nothing.

        The test is skipped where there is nothing to judge, or nothing to judge it by.
        """
        stored = self._results.stored.get(pair)
        if stored is None or stored.verdict is not Verdict.OK:
            pytest.skip("the pair was not trained, or did not what is expected of it")
        if self._history is None:
            pytest.skip("no stored session to judge by; store some with --benchmark-autosave")
        verdict = self._results.verdict(pair, self._history, self._this_environment())
        if not verdict.flagged and not verdict.judged:
            pytest.skip(unjudged_reason(verdict))
        return pair_line(verdict) if verdict.flagged else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Send the record with the report, as text that also leaves an xdist worker."""
        report = yield
        if "train_pair" in getattr(item, "fixturenames", ()):
            stored = item.stash.get(STORED, None)
            report.lowprec = msgspec.json.encode(stored).decode() if stored else None
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Gather the records of all workers, and the pairs that have none."""
        if not hasattr(report, "lowprec"):
            return
        if report.lowprec and report.when == "call":
            stored = msgspec.json.decode(report.lowprec, type=StoredPair)
            self._results.stored[stored.pair] = stored
        elif not report.passed and not report.lowprec:
            self._results.broken.append(report.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # around pytest-benchmark's, which saves
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Drop trainings that were broken off or done again, and name the session.

        pytest-benchmark would store the timings of a broken training, and fail on one that Ctrl-C
        ended in its first round, losing the session's other pairs. Of a test that ran twice, as
        with `--reruns`, the last one counts.

        The autosave name tells TensorFlow's version and the device. The number of the process keeps
        two sessions apart that end in the same second, of which pytest-benchmark would lose one.
        Where nothing was timed nothing is saved, and TensorFlow need not be asked.
        """
        entries = self._benchmarks.benchmarks
        last = {_pair_of(entry): entry for entry in entries}.values()
        entries[:] = [entry for entry in last if entry.fixture not in self._unfinished]
        if entries and self._results.stored and self._benchmarks.autosave:
            name = f"{short_name()}_{self._benchmarks.autosave}_{os.getpid()}"
            self._benchmarks.autosave = name
        return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_benchmark_update_machine_info(self, machine_info: dict[str, Any]) -> None:
        """Store the environment."""
        self._environment = current_environment(machine_info.get("cpu", {}))
        machine_info["lowprec"] = msgspec.to_builtins(self._environment)

    @pytest.hookimpl(optionalhook=True)
    def pytest_benchmark_update_json(self, output_json: dict[str, Any]) -> None:
        """Store the records of pairs without a timing, which have no benchmark entry."""
        untimed = [stored for stored in self._results.stored.values() if not stored.rounds]
        if untimed:
            output_json["lowprec"] = {"untimed": msgspec.to_builtins(untimed)}

    @pytest.hookimpl(trylast=True)  # below pytest-benchmark's own tables
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the table of pairs; say so where nothing was timed."""
        results = self._results
        if not results.stored and not results.broken:
            return
        # Workers finish in any order.
        order = [Pair(*names) for names in product(self._option.models, self._option.schemes)]
        timed = not self._benchmarks.disabled
        workers = getattr(self._option, "numprocesses", None)
        terminalreporter.section(f"lowprec: {self._option.protocol} protocol")
        for text, markup in results.summary(order, timed, workers):
            terminalreporter.write_line(text, **markup)
        if results.stored and self._history:  # there is none where nothing is timed
            session = results.session(self._this_environment(), order)
            if text := self._history.text(session):
                terminalreporter.write_line(text)

    def _this_environment(self) -> Environment:
        """Return the environment as it is stored; pytest-benchmark takes a second to gather it."""
        if self._environment is None:
            self._benchmarks.get_machine_info()
        assert self._environment is not None
        return self._environment

    @property
    def _benchmarks(self) -> Any:
        """pytest-benchmark's session; its plugin keeps it there for its own hooks."""
        return self._config._benchmarksession  # type: ignore[attr-defined]


STORED = pytest.StashKey[StoredPair]()
"""On an item: the stored form of its record."""


def _pair_of(entry: Any) -> object:
    """Return the pair of an entry of pytest-benchmark; of a benchmark of others the entry."""
    stored = entry.extra_info.get("lowprec")
    return (stored["model"], stored["scheme"]) if stored else id(entry)


def asked_for(training: Iterable[Any]) -> tuple[Pair, ...] | None:
    """Return the pairs of the tests that train; None where they are the matrix.

    A test that does not have its pair for parameters, as the suite's own have, tells none.
    """
    parameters = [item.callspec.params for item in training if hasattr(item, "callspec")]
    pairs = tuple(
        Pair(p["model"], p["scheme"]) for p in parameters if {"model", "scheme"} <= p.keys()
    )
    return None if set(pairs) == set(MATRIX) else pairs
