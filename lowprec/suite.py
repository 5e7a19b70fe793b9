"""One pytest session of the suite: checks first, trains and judges pairs, adds to what
pytest-benchmark stores, and sums up.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import pytest

from lowprec.environment import current_environment, short_name
from lowprec.errors import LowprecError
from lowprec.expectations import load_expectations
from lowprec.gate_verdicts import PairVerdict
from lowprec.history import session_of
from lowprec.inputs import check_inputs
from lowprec.order import MATRIX
from lowprec.pairs import OnEpoch, PairTrainer, Plan, expectation_key
from lowprec.preflight import require_gpu, require_writable, stored_history
from lowprec.progress import ProgressLine, real_terminal, shown
from lowprec.protocols import PROTOCOLS
from lowprec.records import Record
from lowprec.report.gate import pair_told, unjudged_told
from lowprec.report.session import session_table
from lowprec.session_history import SessionHistory
from lowprec.sessions import Pair, Session
from lowprec.verdicts import Verdict, judge

__all__ = ["Suite"]


class Suite:
    """The suite's hooks and state, registered for every session that may run tests."""

    NAME = "lowprec-suite"

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._option = config.option
        self._stored: dict[Pair, dict[str, Any]] = {}
        self._broken: list[str] = []
        self._unfinished: list[Any] = []
        self._history: SessionHistory | None = None
        self._asked_for: list[Pair] | None = None
        self._judged_count = 0
        self._verdicts: dict[Pair, PairVerdict] = {}
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
            check_inputs(self._option.protocol, self._option.models)
            load_expectations()
            require_writable(self._benchmarks)
            self._history = stored_history(self._benchmarks)
            if self._option.require_gpu:
                require_gpu()
        except LowprecError as error:
            raise pytest.UsageError(str(error)) from None

    def train(self, item: pytest.Item, benchmark: Any, model: str, scheme: str) -> Verdict:
        """Train the pair's rounds under pytest-benchmark's clock, judge them, keep the record."""
        plan = self._plan(model, scheme, timed=benchmark.enabled)
        benchmark.group = model
        column = self._config.get_terminal_writer().width_of_current_line
        self._unfinished.append(benchmark)
        try:
            with shown(self._progress, plan, column) as on_epoch:
                record = trained(plan, benchmark, on_epoch)
        except LowprecError as error:
            pytest.fail(str(error), pytrace=False)
        verdict, stored = judged(record, self._asked_for)
        benchmark.extra_info["lowprec"] = stored
        item.stash[STORED] = stored
        self._unfinished.remove(benchmark)
        return verdict

    def regression(self, model: str, scheme: str) -> str | None:
        """Return in what a pair is worse than in earlier sessions; None where it is in nothing.

        It is judged with all pairs that were trained so far, which share the machine's luck. The
        test is skipped where there is nothing to judge, or nothing to judge it by.
        """
        if self._stored.get((model, scheme), {}).get("verdict") != "ok":
            pytest.skip("the pair was not trained, or did not what is expected of it")
        if self._history is None:
            pytest.skip("no stored session to judge by; store some with --benchmark-autosave")
        if len(self._stored) != self._judged_count:
            self._judged_count = len(self._stored)
            found = self._history.judge(self._session())
            self._verdicts = {verdict.pair: verdict for verdict in found.pairs}
        verdict = self._verdicts[model, scheme]
        if not verdict.flagged and not verdict.judged:
            pytest.skip(unjudged_told(verdict))
        return pair_told(verdict) if verdict.flagged else None

    def _plan(self, model: str, scheme: str, timed: bool) -> Plan:
        protocol = PROTOCOLS[self._option.protocol]
        warmups = protocol.warmup_rounds if timed else 0
        rounds = self._option.rounds or protocol.rounds
        seed = self._option.seed
        seeds = (seed,) * warmups + tuple(range(seed, seed + rounds))
        return Plan(model, scheme, protocol.name, seeds, warmups)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Send the record with the report, which also leaves an xdist worker."""
        report = yield
        if "train_pair" in getattr(item, "fixturenames", ()):
            report.lowprec = item.stash.get(STORED, None)
        return report

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Gather the records of all workers, and the pairs that have none."""
        if not hasattr(report, "lowprec"):
            return
        if report.lowprec and report.when == "call":
            self._stored[report.lowprec["model"], report.lowprec["scheme"]] = report.lowprec
        elif not report.passed and not report.lowprec:
            self._broken.append(report.nodeid)

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # around pytest-benchmark's, which saves
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Drop trainings that were broken off or done again, and name the session.

        pytest-benchmark would store the timings of a broken training, and fail on one that Ctrl-C
        ended in its first round, losing the session's other pairs. Of a test that ran twice, as
        with `--reruns`, the last one counts.

        The autosave name tells TensorFlow's version and the device. The number of the process keeps
        two sessions apart that end in the same second, of which pytest-benchmark would lose one.
        """
        entries = self._benchmarks.benchmarks
        last = {_pair_of(entry): entry for entry in entries}.values()
        entries[:] = [entry for entry in last if entry.fixture not in self._unfinished]
        if self._stored and self._benchmarks.autosave:
            name = f"{short_name()}_{self._benchmarks.autosave}_{os.getpid()}"
            self._benchmarks.autosave = name
        return (yield)

    @pytest.hookimpl(optionalhook=True)
    def pytest_benchmark_update_machine_info(self, machine_info: dict[str, Any]) -> None:
        """Store the environment."""
        machine_info["lowprec"] = current_environment(machine_info.get("cpu", {})).to_json()

    @pytest.hookimpl(optionalhook=True)
    def pytest_benchmark_update_json(self, output_json: dict[str, Any]) -> None:
        """Store the records of pairs without a timing, which have no benchmark entry."""
        untimed = [stored for stored in self._stored.values() if not stored["rounds"]]
        if untimed:
            output_json["lowprec"] = {"untimed": untimed}

    @pytest.hookimpl(trylast=True)  # below pytest-benchmark's own tables
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the table of pairs; say so where nothing was timed."""
        if not self._stored and not self._broken:
            return
        workers = getattr(self._option, "numprocesses", None)
        timed = not self._benchmarks.disabled
        terminalreporter.section(f"lowprec: {self._option.protocol} protocol")
        if self._stored:
            terminalreporter.write_line(session_table(self._session(), timed))
        for nodeid in self._broken:
            terminalreporter.write_line(f"not trained to the end: {nodeid}", red=True)
        if not timed:
            how = f"in parallel by {workers} workers" if workers else "with timing off"
            terminalreporter.write_line(
                f"{len(self._stored)} pairs were checked {how}: no timing was stored", yellow=True
            )
        elif self._stored and self._history and (told := self._history.told(self._session())):
            terminalreporter.write_line(told)

    def _session(self) -> Session:
        """Return this session as it would be stored now."""
        environment, records = self._environment, self._in_matrix_order()
        return session_of("this session", datetime.now(UTC), environment, records)

    @cached_property
    def _environment(self) -> dict[str, Any]:
        """The environment as it will be stored; pytest-benchmark takes a second to gather it."""
        environment: dict[str, Any] = self._benchmarks.get_machine_info()["lowprec"]
        return environment

    @property
    def _benchmarks(self) -> Any:
        """pytest-benchmark's session; its plugin keeps it there for its own hooks."""
        return self._config._benchmarksession  # type: ignore[attr-defined]

    def _in_matrix_order(self) -> list[dict[str, Any]]:
        """Return the stored records as the options order them; workers finish in any order."""
        models, schemes = self._option.models, self._option.schemes
        return sorted(
            self._stored.values(),
            key=lambda stored: (models.index(stored["model"]), schemes.index(stored["scheme"])),
        )


STORED = pytest.StashKey[dict[str, Any]]()
"""On an item: the stored form of its record."""


def _pair_of(entry: Any) -> object:
    """Return the pair of an entry of pytest-benchmark; of a benchmark of others the entry."""
    stored = entry.extra_info.get("lowprec")
    return (stored["model"], stored["scheme"]) if stored else id(entry)


def asked_for(training: Iterable[Any]) -> list[Pair] | None:
    """Return the pairs of the tests that train; None where they are the matrix.

    A test that does not have its pair for parameters, as the suite's own have, tells none.
    """
    parameters = [item.callspec.params for item in training if hasattr(item, "callspec")]
    pairs = [(p["model"], p["scheme"]) for p in parameters if {"model", "scheme"} <= p.keys()]
    return None if set(pairs) == set(MATRIX) else pairs


def trained(plan: Plan, benchmark: Any, on_epoch: OnEpoch | None) -> Record:
    """Train all rounds of a plan, timed where pytest-benchmark is enabled."""
    with PairTrainer(plan, on_epoch) as trainer:
        if benchmark.enabled:
            benchmark.pedantic(
                trainer.fit,
                setup=trainer.start,
                teardown=trainer.finish,
                rounds=len(plan.seeds) - plan.warmups,
                warmup_rounds=plan.warmups,
            )
        else:
            benchmark.pedantic(trainer.train_all)
    return trainer.record()


def judged(record: Record, asked_for: Sequence[Pair] | None) -> tuple[Verdict, dict[str, Any]]:
    """Judge a record against this environment's expectation; return verdict and stored form."""
    key = expectation_key(record)
    expectation = load_expectations().get(key)
    verdict = judge(record, key, expectation)
    return verdict, record.to_json(
        {
            "expected": expectation.to_json() if expectation else None,
            "verdict": verdict.name,
            "message": verdict.message,
            "asked_for": asked_for,
        }
    )
