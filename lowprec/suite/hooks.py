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
from lowprec.record.machine_load import MachineLoad
from lowprec.record.session import StoredPair
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.suite.items import asked_for, collisions, judges, pair_of, trains
from lowprec.suite.options import MATRIX_PLUGIN, option_name, options_of
from lowprec.suite.preflight import (
    require_clean_timing,
    require_gpu,
    require_keras,
    require_timing,
    require_writable,
    stored_history,
)
from lowprec.suite.results import Results
from lowprec.suite.running import RunningSession
from lowprec.suite.saving import saved_whole
from lowprec.suite.second_look import pairs_to_look_at
from lowprec.suite.stopping import Stopping
from lowprec.suite.summary import End, write_summary
from lowprec.suite.trainings import STORED, Trainings, pair_of_entry
from lowprec.training.environment import current_environment, short_name
from lowprec.training.machine_load import processor_times
from lowprec.training.workers import take_share

__all__ = ["SuiteHooks"]


class SuiteHooks:
    """The suite's hooks and state, registered for every session that may run tests."""

    def __init__(self, config: pytest.Config) -> None:
        if worker := os.environ.get("PYTEST_XDIST_WORKER"):
            take_share(int(worker.removeprefix("gw")), int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))
        # Tests may import TensorFlow before they train.
        framework.prefer_repeatable_results(chatter=getattr(config.option, "verbose", 0) > 0)
        self._config = config
        self._option = options_of(config)
        self._results = Results()
        self.trainings = Trainings(config, self._option, self._results)
        self.running = RunningSession(config, self._option, self._results)
        self._looked_again = False
        self._stopping = Stopping()
        self._unsaved: list[str] = []
        self._times_before = processor_times()

    @pytest.hookimpl(tryfirst=True)  # before xdist starts its workers
    def pytest_sessionstart(self) -> None:
        """Check early in the controller of xdist, which never sees the collected tests."""
        if getattr(self._config.option, "dist", "no") != "no":
            self._refuse_the_hopeless()

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # around those that deselect or order, as --ff
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, None, None]:
        """Put the comparison with the history last; leave it out where it is off.

        A pair is judged together with all pairs of the session, which share the machine's luck, so
        that all have to be trained by then, in whatever order pytest-randomly puts the tests. Where
        nothing is timed there is nothing to compare, which `--slowdown fail` refuses.
        """
        result = yield
        history = [item for item in items if judges(item)]
        others = [item for item in items if item not in history]
        slowdown = self._option.slowdown
        if slowdown == "off" or (slowdown == "warn" and self._benchmarks.disabled):
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
        if training and not hasattr(self._config, "workerinput"):
            self._refuse_the_hopeless(training)
            self._stopping.begin()
        self.trainings.asked_for = asked_for(training)
        self.trainings.progress.pairs = [pair_of(item) for item in training]
        self.trainings.progress.earlier = self.running.newest_like_this
        if training and len(self._benchmarks.columns) > MAX_COLUMNS:
            self._benchmarks.columns = list(COLUMNS)
        concerned = [item for item in session.items if trains(item) or judges(item)]
        self.running.to_judge = {item.nodeid: pair_of(item) for item in concerned}

    def _refuse_the_hopeless(self, training: Sequence[pytest.Item] = ()) -> None:
        """Stop the session where data, expectations or the GPU asked for are missing.

        Args:
            training: the tests that are to train in this process.
        """
        try:
            if training:
                require_clean_timing(self._benchmarks, training)
            if self._option.slowdown == "fail":
                require_timing(self._benchmarks, self.running.fail_option)
            if self._config.pluginmanager.has_plugin(MATRIX_PLUGIN):
                models = [MODELS[name] for name in self._option.models]
                check_inputs(PROTOCOLS[self._option.protocol], models)
                load_expectations()
            require_writable(self._benchmarks, len(training))
            self.running.history = stored_history(self._benchmarks)
            if self._option.require_gpu:
                require_gpu(option_name(self._config, "require_gpu"))
            if training and not self._config.option.collectonly:
                require_keras()
        except LowprecError as error:
            raise pytest.UsageError(str(error)) from None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Have a second look before the first pair is judged: all have been trained by then."""
        if judges(item):
            self._look_again()

    def _look_again(self) -> None:
        """Train pairs that look slower once more, before they are judged and saved.

        Not on a GPU, whose memory this process holds.
        """
        wanted = self._option.slowdown != "off" and PROTOCOLS[self._option.protocol].second_look
        judged = self.running.judged() if wanted and not self._looked_again else None
        if judged is None or judged.verdict.session.environment.device == "gpu":
            return
        self._looked_again = True
        if pairs := pairs_to_look_at(judged.verdict.pairs):
            self.trainings.again(pairs)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Send the record with the report, as text that also leaves an xdist worker.

        What TensorFlow printed without need would stand below a failure as if it were its cause.
        """
        report = yield
        if trains(item):
            if framework.is_quiet():
                kept = ((title, framework.without_chatter(text)) for title, text in report.sections)
                report.sections = [(title, text) for title, text in kept if text]
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
            self._take_load()
        elif not report.passed and not report.lowprec:
            self._results.broken.append(report.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # around pytest-benchmark's, which saves
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Drop trainings that were broken off or done again, name the session, and judge it.

        pytest-benchmark would store the timings of a broken training, and fail on one that Ctrl-C
        ended in its first round, losing the session's other pairs. Of a test that ran twice, as
        with `--reruns`, the last one counts.

        The autosave name tells TensorFlow's version and the device. The number of the process keeps
        two sessions apart that end in the same second, of which pytest-benchmark would lose one.
        Where nothing was timed nothing is saved, and TensorFlow need not be asked.

        A session that could not be saved ends as one that cannot be begun for want of room.
        """
        entries = self._benchmarks.benchmarks
        last = {pair_of_entry(entry): entry for entry in entries}.values()
        entries[:] = [entry for entry in last if entry.fixture not in self.trainings.unfinished]
        if entries and self._results.stored and self._benchmarks.autosave:
            name = f"{short_name()}_{self._benchmarks.autosave}_{os.getpid()}"
            self._benchmarks.autosave = name
        if session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            self._look_again()
        if self._saves:
            self._stopping.hold()
        try:
            with saved_whole(self._benchmarks, self._stopping.end) as self._unsaved:
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
        """Store the environment."""
        self.running.environment = current_environment(
            machine_info.get("cpu", {}), self._option.devices
        )
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

    def _take_load(self) -> None:
        """Take what others took of the machine since the session began, up to this training."""
        before, now = self._times_before, processor_times()
        if before and now:
            self._results.load = MachineLoad.between(before, now, os.cpu_count() or 1)

    @pytest.hookimpl(tryfirst=True)  # above pytest-benchmark's own tables
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the table of pairs, what their history says, and what could not be judged."""
        benchmarks = self._benchmarks
        end = End(
            self._option.protocol,
            self._results,
            self.running.order,
            examines=self._option.doctor is not None,
            timed=not benchmarks.disabled,
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
