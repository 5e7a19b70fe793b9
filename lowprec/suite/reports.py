"""What a test sends of its training with its report, and what is made of that."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from lowprec import framework
from lowprec.record.environment import Environment
from lowprec.record.stored_pair import StoredPair
from lowprec.suite.in_parallel import FromWorker, Workers, own_share, times
from lowprec.suite.results import Results
from lowprec.suite.running import RunningSession
from lowprec.suite.trainings import STORED, Trainings
from lowprec.training.environment import current_environment
from lowprec.training.machine_load import processor_times

__all__ = ["Reports"]


class Reports:
    """Sends records, from xdist's workers, too, and gathers them.

    Attributes:
        workers: what those have told; nothing in a session of one process.
    """

    def __init__(self, config: Any, results: Results) -> None:
        self._config, self._results = config, results
        self._share = own_share()
        self._environment: Environment | None = None
        self._times_before = processor_times()
        self.workers = Workers()

    def attach(self, item: pytest.Item, report: Any) -> None:
        """Put the record on a report, as text that also leaves an xdist worker.

        What TensorFlow printed without need would stand below a failure as if it were its cause.
        """
        if framework.is_quiet():
            kept = ((title, framework.without_chatter(text)) for title, text in report.sections)
            report.sections = [(title, text) for title, text in kept if text]
        stored = item.stash.get(STORED, None)
        report.lowprec = msgspec.json.encode(stored).decode() if stored else None
        if stored and self._share and report.when == "call" and times(self._config):
            if self._environment is None:  # the driver is asked, too: once a worker
                self._environment = current_environment({}, self._share)
            report.lowprec_worker = FromWorker.text(self._entry(item), self._environment)

    def _entry(self, item: pytest.Item) -> Any:
        """Return what pytest-benchmark has of a test; None where nothing was timed."""
        entries = self._config._benchmarksession.benchmarks
        return next((e for e in reversed(entries) if e.fullname == item.nodeid), None)

    def take(self, report: Any, trainings: Trainings, running: RunningSession) -> None:
        """Gather the records of all workers, and the pairs that have none."""
        if not hasattr(report, "lowprec"):
            return
        if report.lowprec and report.when == "call":
            stored = msgspec.json.decode(report.lowprec, type=StoredPair)
            self._results.stored[stored.pair] = stored
            if sent := getattr(report, "lowprec_worker", None):
                trainings.pairs[report.nodeid] = stored.pair
                entry = self.workers.take(sent)
                self._config._benchmarksession.benchmarks += [entry] if entry else []
            self._take_load()
        elif not report.passed and not report.lowprec:
            self._results.broken.append(report.nodeid)
            running.to_judge.setdefault(report.nodeid, None)

    def drop_uneven(self, running: RunningSession) -> list[str]:
        """Drop the timings of workers that are not alike, and return the line that says so.

        A pair's seconds would depend on who trained it.
        """
        differences = self.workers.differences()
        if not differences:
            return []
        self._config._benchmarksession.benchmarks.clear()
        running.history = None
        return [
            f"not saved: this session, as its workers differ ({'; '.join(differences)}); expected "
            "workers that are alike: choose equal GPUs by CUDA_VISIBLE_DEVICES"
        ]

    def _take_load(self) -> None:
        """Take what others took of the machine since the session began, up to this training."""
        before, now = self._times_before, processor_times()
        if before and now:
            self._results.load = self.workers.load(before, now)
