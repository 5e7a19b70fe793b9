"""The trainings of a session: the paper's models and users' own, by one way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lowprec.choices import FIRST_CALIBRATION_SEED
from lowprec.errors import LowprecError
from lowprec.expectations.table import EXPECTATIONS_PATH
from lowprec.expectations.verdict import Judgement
from lowprec.record.stored_pair import StoredPair
from lowprec.report.diagnosis import consultation_text
from lowprec.rows.matrix import Pair
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES, Scheme
from lowprec.suite import pair as pair_test
from lowprec.suite import second_look
from lowprec.suite.in_parallel import is_worker, times
from lowprec.suite.options import Options
from lowprec.suite.progress import SessionProgress
from lowprec.suite.results import Results
from lowprec.training.pair import Plan
from lowprec.training.task import Task, paper_task

__all__ = ["STORED", "Trainings", "pair_of_entry"]

STORED = pytest.StashKey[StoredPair]()
"""On an item: the stored form of its record."""


class Trainings:
    """Trains the pairs of tests, and those that look slower once more.

    Attributes:
        asked_for: the pairs that the session is to train; None where that is the matrix.
        pairs: those that tests began to train, by the test's id.
        unfinished: pytest-benchmark's fixtures of trainings that did not end.
        progress: the line on the terminal while they train.
    """

    def __init__(self, config: pytest.Config, options: Options, results: Results) -> None:
        self._config, self._options, self._results = config, options, results
        self.asked_for: tuple[Pair, ...] | None = None
        self.pairs: dict[str, Pair | None] = {}
        self.unfinished: list[Any] = []
        self._trained_by: dict[Pair, str] = {}
        self.progress = SessionProgress(config)

    def paper(self, item: pytest.Item, benchmark: Any, pair: Pair) -> Judgement:
        """Train one of the paper's models in a scheme; return what is said of it."""
        task = paper_task(MODELS[pair.model], PROTOCOLS[self._options.protocol])
        return self._train(item, benchmark, task, SCHEMES[pair.scheme], EXPECTATIONS_PATH)

    def own(self, request: pytest.FixtureRequest, task: Task, scheme: Scheme, table: Path) -> None:
        """Train a user's model in a scheme; fail its test where it is not as its table expects.

        Under `--lowprec-calibrate` the table is written instead, under `--lowprec-doctor` the
        training is examined.
        """
        if self._options.doctor:
            self._examine(task, scheme)
            return
        if self._options.calibrate:
            self._calibrate(task, scheme, table)
            return
        benchmark = request.getfixturevalue("benchmark")
        judgement = self._train(request.node, benchmark, task, scheme, table)
        if not judgement.passed:
            pytest.fail(judgement.message, pytrace=False)

    def _train(
        self, item: pytest.Item, benchmark: Any, task: Task, scheme: Scheme, table: Path
    ) -> Judgement:
        """Train the pair's rounds under pytest-benchmark's clock, judge them, keep the record."""
        pair = Pair(task.name, scheme.name)
        self.pairs[item.nodeid] = pair
        benchmark.disabled = not times(self._config)  # in xdist's workers, too
        plan = pair_test.plan_of(task, scheme, self._options, timed=benchmark.enabled)
        benchmark.group = pair.model
        self.unfinished.append(benchmark)
        try:
            pair_test.rows_in(table)  # a wrong one is told before the training
            with self.progress.of(plan) as on_epoch:
                record = pair_test.trained(plan, benchmark, on_epoch)
            judgement, stored = pair_test.judged(record, table, self.asked_for)
        except LowprecError as error:
            pytest.fail(str(error), pytrace=False)
        benchmark.extra_info["lowprec"] = msgspec.to_builtins(stored)
        item.stash[STORED] = stored
        self._trained_by[pair] = item.nodeid
        self.unfinished.remove(benchmark)
        return judgement

    def _calibrate(self, task: Task, scheme: Scheme, table: Path) -> None:
        """Train a pair over many seeds, and write what came of it into its table."""
        if is_worker(self._config):
            pytest.fail(
                "--lowprec-calibrate: all pairs are written to one table; run it without -n",
                pytrace=False,
            )
        first = FIRST_CALIBRATION_SEED
        seeds = tuple(range(first, first + (self._options.calibrate or 0)))
        plan = Plan(task, scheme, PROTOCOLS[self._options.protocol], seeds)
        try:
            with self.progress.of(plan) as on_epoch:
                row = pair_test.calibrated(plan, table, on_epoch)
        except LowprecError as error:
            pytest.fail(str(error), pytrace=False)
        self._results.measured.append((table, row))

    def _examine(self, task: Task, scheme: Scheme) -> None:
        """Say why a pair does not learn as in float64; fail its test where it does not."""
        from lowprec.doctor.consultation import consult

        tries = self._options.doctor == "try"
        try:
            found = consult(task, scheme, self._options.seed, tries)
        except LowprecError as error:
            pytest.fail(str(error), pytrace=False)
        self._results.examined.append(found)
        if found.diagnosis.state != "healthy":
            pytest.fail(consultation_text(found), pytrace=False)

    def again(self, pairs: Sequence[Pair]) -> None:
        """Train pairs in another process, too, and let the trainings of both count."""
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal:
            terminal.ensure_newline()
            names = ", ".join(map(str, pairs))
            terminal.write_line(f"trained again in another process, as slower: {names}")
        found = second_look.trained_again(pairs, self._trained_by, self._config, self._options)
        benchmarks = self._config._benchmarksession.benchmarks  # type: ignore[attr-defined]
        for pair, again in found.items():
            stored = second_look.combined(self._results.stored[pair], again)
            self._results.stored[pair] = stored
            entry = next(entry for entry in benchmarks if pair_of_entry(entry) == pair)
            entry.extra_info["lowprec"] = msgspec.to_builtins(stored)
            for timing in again.timings:
                entry.stats.update(timing.fit_s)


def pair_of_entry(entry: Any) -> object:
    """Return the pair of an entry of pytest-benchmark; of a benchmark of others the entry."""
    stored = entry.extra_info.get("lowprec")
    return (stored["model"], stored["scheme"]) if stored else id(entry)
