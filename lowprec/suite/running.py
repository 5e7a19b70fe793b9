"""The session that runs, judged by the stored ones as far as it has come."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest

from lowprec.judging.session import JudgedSession
from lowprec.judging.verdict import PairVerdict
from lowprec.record.environment import Environment
from lowprec.record.summary import SessionSummary
from lowprec.rows.matrix import Pair
from lowprec.rows.schemes import PAPER_SCHEMES
from lowprec.suite.against_history import AgainstHistory
from lowprec.suite.gate import failure_lines, gate_result
from lowprec.suite.options import Options, option_name
from lowprec.suite.results import Results

__all__ = ["RunningSession"]


class RunningSession:
    """What earlier sessions say of this one, and what follows for its tests.

    Attributes:
        history: the stored sessions; None where there are none.
        environment: of this process; None until pytest-benchmark has gathered it.
        to_judge: the pair of each test that is to train or judge one, by the test's id.
        lacking: whether tests were skipped for want of earlier sessions.
        skipped: for what else tests were skipped, a reason each.
    """

    def __init__(self, config: pytest.Config, option: Options, results: Results) -> None:
        self._config, self._option, self._results = config, option, results
        self.history: AgainstHistory | None = None
        self.environment: Environment | None = None
        self.to_judge: dict[str, Pair | None] = {}
        self.lacking = False
        self.skipped: list[str] = []

    def regression(self, item: pytest.Item, pair: Pair) -> str | None:
        """Return in what a pair is worse than in earlier sessions; None where it is in nothing.

        Where that cannot be said the test is skipped. Where slowdowns fail the session it fails:
        what was not judged is no pass.
        """
        self.to_judge[item.nodeid] = pair
        result = gate_result(self._results.stored.get(pair), self.verdicts().get(pair))
        if result.passes or result.regressed:
            return result.text or None
        if self._option.slowdown == "fail":
            pytest.fail(result.text, pytrace=False)
        if result.lacks_sessions:
            self.lacking = True
        elif not result.flagged:  # its own test has failed by then
            self.skipped.append(result.text)
        pytest.skip(result.text)

    def verdicts(self) -> Mapping[Pair, PairVerdict]:
        """Return what the history says, by pair; nothing where there is none."""
        judged = self.judged()
        return {verdict.pair: verdict for verdict in judged.verdict.pairs} if judged else {}

    def judged(self) -> JudgedSession | None:
        """Return what the history says of the session so far; None where one of them is missing."""
        if self.history is None or not self._results.stored:
            return None
        return self._results.judged(self.history, self.current_environment(), self.order)

    def newest_like_this(self) -> SessionSummary | None:
        """Return the newest stored session of this environment and protocol; None without one."""
        if self.history is None:
            return None
        return self.history.newest(self.current_environment(), self._option.protocol)

    def failures(self, trained: dict[str, Pair | None]) -> list[str]:
        """Return why slowdowns fail the session, whatever its tests came to.

        Not every pair has a test of its own that said so: --benchmark-only skips these, -k and
        --deselect may leave them out, and tests of one's own may train.

        Args:
            trained: the pair of each test that began to train one, by the test's id.
        """
        if self._option.slowdown != "fail":
            return []
        faults = self.history.faults if self.history else ()
        tests, stored = self.to_judge | trained, self._results.stored
        return failure_lines(tests, stored, self.verdicts(), faults, self.fail_option)

    @property
    def fail_option(self) -> str:
        """By which slowdowns fail the session, as it is given."""
        return f"{option_name(self._config, 'slowdown')} fail"

    @property
    def order(self) -> list[Pair]:
        """The order of the table; workers finish in any."""
        schemes = self._option.schemes or PAPER_SCHEMES
        return [Pair(*names) for names in product(self._option.models, schemes)]

    def current_environment(self) -> Environment:
        """Return the environment as it is stored; pytest-benchmark takes a second to gather it."""
        if self.environment is None:
            benchmarks: Any = self._config._benchmarksession  # type: ignore[attr-defined]
            benchmarks.get_machine_info()
        assert self.environment is not None
        return self.environment
