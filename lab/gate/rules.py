"""The gate and the rules of other systems behind one interface, fed night by night."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from asv import _stats as asv_stats
from asv_runner.statistics import compute_stats
from otava.analysis import compute_change_points
from pytest_benchmark.utils import PercentageRegressionCheck

from lowprec.judging.lineage import Lineage
from lowprec.judging.student import Floats
from lowprec.record.environment import Environment
from lowprec.record.outcomes import Outcome
from lowprec.record.standing import Standing
from lowprec.record.summary import PairSummary, SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair

from .generator import Flags

Names = Sequence[Pair]
"""The pairs of a history."""

VERSION = "2.21.0"
"""Of TensorFlow, in histories in which it does not change."""

LEARNS: frozenset[Outcome] = frozenset(["learns"])


class Rule(Protocol):
    """A rule in the middle of a history."""

    def learn(self, night: Floats, version: str = VERSION) -> None:
        """Take in a night, log seconds of (pairs, rounds), that is known to be good."""

    def judge(self, night: Floats, version: str = VERSION) -> Flags:
        """Return which pairs are called slower this night, and take it in."""


class Gate:
    """`lowprec check`, through the code that the command runs for sessions before the last.

    For the last one that code also tells what could not have been seen, which takes time and
    changes no flag.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._lineage = Lineage()
        self._day = 0

    def learn(self, night: Floats, version: str = VERSION) -> None:
        session = self._session(night, version)
        self._lineage.lane(session.environment).series.recall(session, Standing())

    def judge(self, night: Floats, version: str = VERSION) -> Flags:
        session = self._session(night, version)
        verdict, _ = self._lineage.lane(session.environment).series.judge(session, brief=True)
        return np.array([Verdict.SLOWER in pair.verdicts for pair in verdict.pairs])

    def _session(self, night: Floats, version: str) -> SessionSummary:
        self._day += 1
        seconds = np.exp(np.median(night, axis=1))
        pairs = tuple(
            PairSummary(*pair, "", "learns", LEARNS, LEARNS, Verdict.OK, float(s), {})
            for pair, s in zip(self._names, seconds, strict=True)
        )
        time = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=self._day)
        return SessionSummary(f"{self._day:04}", time, _environment(version), "quick", pairs)


@cache
def _environment(version: str) -> Environment:
    return Environment(device="cpu", tensorflow=version, keras="", key=version)


class _Memory:
    """A rule that looks at the whole history; `judge` calls `slower` for each pair.

    None of these systems knows versions: they go on as if there was one.
    """

    def __init__(self, names: Names) -> None:
        self._nights: list[Floats] = []

    def learn(self, night: Floats, version: str = VERSION) -> None:
        self._nights.append(night)

    def judge(self, night: Floats, version: str = VERSION) -> Flags:
        self.learn(night)
        return np.array([self.slower(np.exp(pair)) for pair in np.stack(self._nights, axis=1)])

    def slower(self, seconds: Floats) -> bool:
        """Judge the last of the nights of a pair, seconds of (nights, rounds)."""
        raise NotImplementedError


class PytestBenchmark(_Memory):
    """`--benchmark-compare --benchmark-compare-fail=mean:5%`: the mean against the last run."""

    def __init__(self, names: Names) -> None:
        super().__init__(names)
        # Its class is not annotated.
        new: Callable[[str, float], Any] = PercentageRegressionCheck
        self._check = new("mean", 5)

    def slower(self, seconds: Floats) -> bool:
        before, now = ({"mean": float(night.mean())} for night in seconds[-2:])
        return bool(self._check.fails(now, before))


class Torchbench(_Memory):
    """userbenchmark/torch-nightly/regression_detector.py: the median, 7% against one run."""

    def slower(self, seconds: Floats) -> bool:
        before, now = np.median(seconds[-2:], axis=1)
        return bool(now / before - 1 > 0.07)


class Asv(_Memory):
    """`asv compare`: statistically different, and by a factor of 1.1 (commands/compare.py)."""

    def slower(self, seconds: Floats) -> bool:
        before, now = seconds[-2:]
        stats = [compute_stats(night, 1)[1] for night in (before, now)]
        different = asv_stats.is_different(before, now, *stats)
        return bool(different and np.median(now) > 1.1 * np.median(before))


class RustcPerf(_Memory):
    """site/src/comparison.rs: a change beyond Q3 + 3 IQR of past changes, at least 0.2%."""

    def slower(self, seconds: Floats) -> bool:
        changes = np.diff(np.log(seconds.min(axis=1)[-101:]))
        past = np.abs(changes[:-1])
        first, third = np.quantile(past, [0.25, 0.75])
        return bool(changes[-1] > max(0.002, third + 3 * (third - first)))


class Conbench(_Memory):
    """api/_resources and entities/history.py: z above 5 of the best repetition against 100 runs."""

    def slower(self, seconds: Floats) -> bool:
        best = seconds.min(axis=1)[-101:]
        past = best[:-1]
        return bool((best[-1] - past.mean()) / past.std(ddof=1) > 5)


class Otava(_Memory):
    """apache-otava with its defaults and a magnitude of 5%, run every night.

    Called slower are pairs with a change point upwards that no earlier night had; one that moved
    by up to two nights is the same.
    """

    def __init__(self, names: Names) -> None:
        super().__init__(names)
        self._known: dict[int, set[int]] = {}
        self._pair = 0

    def judge(self, night: Floats, version: str = VERSION) -> Flags:
        self._pair = -1
        return super().judge(night)

    def slower(self, seconds: Floats) -> bool:
        self._pair += 1
        points, _ = compute_change_points(np.median(seconds, axis=1).tolist(), min_magnitude=0.05)
        up = {point.index for point in points if point.stats.mean_2 > point.stats.mean_1}
        known = self._known.setdefault(self._pair, set())
        new = {i for i in up if all(abs(i - old) > 2 for old in known)}
        known |= new
        return bool(new)


RULES: Mapping[str, Callable[[Names], Rule]] = MappingProxyType(
    {
        "lowprec": Gate,
        "pytest-benchmark mean:5%": PytestBenchmark,
        "torchbench 7%": Torchbench,
        "asv compare": Asv,
        "rustc-perf IQR": RustcPerf,
        "conbench z > 5": Conbench,
        "otava 5%": Otava,
    }
)
"""By name, as the tables show it."""


def started(rule: str, names: Names, baseline: Iterable[Floats]) -> Rule:
    """Return a rule that has learnt nights of (pairs, rounds) that are known to be good."""
    new = RULES[rule](names)
    for night in baseline:
        new.learn(night)
    return new
