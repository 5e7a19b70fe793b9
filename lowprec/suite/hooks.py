"""One pytest session of the suite: its hooks, and what the fixtures do in it."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from dataclasses import asdict
from typing import Any

import msgspec
import pytest

from lowprec import framework
from lowprec.data.inputs import check_inputs
from lowprec.errors import LowprecError
from lowprec.expectations.table import load_expectations
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.suite.in_parallel import in_parallel, is_worker, times
from lowprec.suite.items import asked_for, collisions, judges, pair_of, takes_benchmark, trains
from lowprec.suite.options import MATRIX_PLUGIN, option_name, options_of
from lowprec.suite.preflight import (
    require_clean_timing,
    require_gpu,
    require_keras,
    require_timing,
    require_writable,
    stored_history,
)
from lowprec.suite.reports import Reports
from lowprec.suite.results import Results
from lowprec.suite.running import RunningSession
from lowprec.suite.saving import saved_whole
from lowprec.suite.second_look import pairs_to_look_at
from lowprec.suite.stopping import Stopping
from lowprec.suite.summary import End, write_summary
from lowprec.suite.trainings import Trainings, pair_of_entry
from lowprec.training.environment import current_environment

__all__ = ["SuiteHooks"]


class SuiteHooks:
    """The suite's hooks and state, registered for every session that may run tests."""

    def __init__(self, config: pytest.Config) -> None:
        # Tests may import TensorFlow before they train.
        framework.prefer_repeatable_results(chatter=getattr(config.option, "verbose", 0) > 0)
        self._config = config
        self._option = options_of(config)
        self._results = Results()
        # Before anything imports TensorFlow: a worker takes its share of the machine.
        self._reports = Reports(config, self._results)
        self.trainings = Trainings(config, self._option, self._results)
        self.running = RunningSession(config, self._option, self._results)
        self._looked_again = False
        self._timed = times(config)
        self._stopping = Stopping()
        self._unsaved: list[str] = []

    @pytest.hookimpl(tryfirst=True)  # before xdist starts its workers
    def pytest_sessionstart(self) -> None:
        """Check early in the controller of xdist, which never sees the collected tests."""
        if in_parallel(self._config) and not is_worker(self._config):
            self._refuse_the_hopeless()

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # around those that deselect or order, as --ff
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Put the comparison with the history last; leave it out where it is off.

        A pair is judged together with all pairs of the session, which share the machine's luck, so
        that all have to be trained by then, in whatever order pytest-randomly puts the tests. Where
        nothing is timed there is nothing to compare, which `--slowdown fail` refuses. No worker of
        xdist has all pairs: there they are judged at the session's end.
        """
        result = yield
        history = [item for item in items if judges(item)]
        others = [item for item in items if item not in history]
        slowdown = self._option.slowdown
        unjudged = slowdown == "warn" and not self._timed
        if slowdown == "off" or unjudged or in_parallel(self._config):
            items[:] = others
            if history:
                self._config.hook.pytest_deselected(items=history)
        else:
            items[:] = others + history
        return result

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Check before any training, where pairs are to be trained in this process."""
        training = [item for item in session.items if trains(item)]
        if lines := collisions(training):
            raise pytest.UsageError("\n".join(lines))
        if training:
            self._refuse_the_hopeless(training)
        if is_worker(self._config):
            if all(trains(item) for item in session.items if takes_benchmark(item)):
                self._benchmarks.xdist_benchmark_found = False  # they are timed all the same
        elif training:
            self._stopping.begin()
        self.trainings.asked_for = asked_for(training)
        self.trainings.progress.pairs = [pair_of(item) for item in training]
        self.trainings.progress.earlier = self.running.newest_like_this
        concerned = [item for item in session.items if trains(item) or judges(item)]
        self.running.to_judge = {item.nodeid: pair_of(item) for item in concerned}

    def _refuse_the_hopeless(self, training: Sequence[pytest.Item] = ()) -> None:
        """Stop the session where data, expectations or the GPU asked for are missing.

        Args:
            training: the tests that are to train in this process.
        """
        try:
            if training:
                require_clean_timing(self._timed, training)
            if self._option.slowdown == "fail":
                require_timing(self._timed, self.running.fail_option)
            if self._config.pluginmanager.has_plugin(MATRIX_PLUGIN):
                models = [MODELS[name] for name in self._option.models]
                check_inputs(PROTOCOLS[self._option.protocol], models)
                load_expectations()
            require_writable(self._benchmarks, len(training))
            self._read_history()
            if self._option.require_gpu:
                require_gpu(option_name(self._config, "require_gpu"))
            # A worker of xdist imports it with its first training, while others train already.
            if training and not (self._config.option.collectonly or is_worker(self._config)):
                require_keras()
        except LowprecError as error:
            raise pytest.UsageError(str(error)) from None

    def _read_history(self) -> None:
        """Read the stored sessions, where anything is timed that could be set against them.

        A worker only sees whether they can be read, before it trains, and where the controller has
        not: that of the matrix knows from the start that pairs are to be trained.
        """
        if not self._timed:
            return
        if not is_worker(self._config):
            self.running.history = stored_history(self._benchmarks)
        elif not self._config.pluginmanager.has_plugin(MATRIX_PLUGIN):
            stored_history(self._benchmarks)

    def begin_late(self) -> None:
        """Begin in xdist's controller by the first training's report; workers checked the rest."""
        try:
            self._read_history()
        except LowprecError as error:
            self._unsaved.append(str(error))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Have a second look before the first pair is judged: all have been trained by then."""
        if judges(item):
            self._look_again()

    def _look_again(self) -> None:
        """Train pairs that look slower once more, before they are judged and saved.

        Not on a GPU, whose memory this process holds, nor what was trained beside others.
        """
        wanted = self._option.slowdown != "off" and PROTOCOLS[self._option.protocol].second_look
        wanted = wanted and not in_parallel(self._config)
        judged = self.running.judged() if wanted and not self._looked_again else None
        if judged is None or judged.verdict.session.environment.device == "gpu":
            return
        self._looked_again = True
        if pairs := pairs_to_look_at(judged.verdict.pairs):
            self.trainings.again(pairs)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Send the record with the report."""
        report = yield
        if trains(item):
            self._reports.attach(item, report)
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Gather the records."""
        self._reports.take(report, self.trainings, self.running)

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # around pytest-benchmark's, which saves
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Drop trainings that were broken off or done again, name the session, and judge it.

        pytest-benchmark would store the timings of a broken training, and fail on one that Ctrl-C
        ended in its first round, losing the session's other pairs. Of a test that ran twice, as
        with `--reruns`, the last one counts.

        The autosave name tells TensorFlow's version and the device. The number of the process keeps
        two sessions apart that end in the same second, of which pytest-benchmark would lose one.
        Where nothing was timed nothing is saved, and TensorFlow need not be asked.

        A session that could not be saved ends as one that cannot be begun for want of room. Workers
        of xdist have sent what they trained, and save nothing.
        """
        entries = self._benchmarks.benchmarks
        if self._results.stored and len(self._benchmarks.columns) > MAX_COLUMNS:
            self._benchmarks.columns = list(COLUMNS)
        if is_worker(self._config):
            entries.clear()
            return (yield)
        self._unsaved += self._reports.drop_uneven(self.running)
        last = {pair_of_entry(entry): entry for entry in entries}.values()
        entries[:] = [entry for entry in last if entry.fixture not in self.trainings.unfinished]
        if entries and self._results.stored and self._benchmarks.autosave:
            name = self.running.current_environment().short_name
            name = f"{name}_{self._benchmarks.autosave}_{os.getpid()}"
            self._benchmarks.autosave = name
        if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            self._look_again()
        if self._saves:
            self._stopping.hold()
        try:
            with saved_whole(self._benchmarks, self._stopping.end) as unsaved:
                unsaved += self._unsaved
                self._unsaved = unsaved  # pytest's summary is printed within
                result = yield
        finally:
            self._stopping.end()
        if self._unsaved:  # no test failed by that, and nothing is flagged
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        elif session.exitstatus == pytest.ExitCode.OK and self.running.failures(
            self.trainings.pairs
        ):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        return result

    @pytest.hookimpl(optionalhook=True)
    def pytest_benchmark_update_machine_info(self, machine_info: dict[str, Any]) -> None:
        """Store the environment: that of xdist's workers, where these have trained."""
        cpu = machine_info.get("cpu", {})
        own = self._reports.workers.environment(cpu)
        devices = self._option.devices
        self.running.environment = own or current_environment(cpu, devices=devices)
        machine_info["lowprec"] = msgspec.to_builtins(self.running.environment)

    @pytest.hookimpl(optionalhook=True)
    def pytest_benchmark_update_commit_info(self, commit_info: dict[str, Any]) -> None:
        """Keep a user and a token out of the file.

        pytest-benchmark takes what the address of the remote ends in for the project's name.
        """
        project = str(commit_info.get("project", ""))
        commit_info["project"] = project.rpartition("@")[2].partition("?")[0]

    @pytest.hookimpl(optionalhook=True)
    def pytest_benchmark_update_json(self, output_json: dict[str, Any]) -> None:
        """Store the records of pairs without a timing, which have no benchmark entry, and the load.

        pytest-benchmark calls this only for sessions of which something is saved.
        """
        untimed = [stored for stored in self._results.stored.values() if not stored.rounds]
        own = {"untimed": msgspec.to_builtins(untimed)} if untimed else {}
        if self._results.load:
            own["machine_load"] = asdict(self._results.load)
        if own:
            output_json["lowprec"] = own

    @pytest.hookimpl(tryfirst=True)  # above pytest-benchmark's own tables
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the table of pairs, what their history says, and what could not be judged."""
        end = End(
            self._option.protocol,
            self._results,
            self.running.order,
            examines=self._option.doctor is not None,
            timed=self._timed,
            stored=self._saves and not self._unsaved,
            unsaved=self._unsaved,
            devices=self._option.devices,
            workers=getattr(self._config.option, "numprocesses", None),
            history=self.running.history,
            judged=self.running.judged(),
            lacking=self.running.lacking,
            skipped=self.running.skipped,
            failures=self.running.failures(self.trainings.pairs),
        )
        write_summary(terminalreporter, end)

    @property
    def _saves(self) -> bool:
        """Whether the session is to count for later ones."""
        return bool(self._benchmarks.save or self._benchmarks.autosave)

    @property
    def _benchmarks(self) -> Any:
        """pytest-benchmark's session; its plugin keeps it there for its own hooks."""
        return self._config._benchmarksession  # type: ignore[attr-defined]


COLUMNS = ("median", "min", "rounds")
MAX_COLUMNS = 9
"""pytest-benchmark's ten would make lines of 200 letters; fewer were chosen by someone."""
