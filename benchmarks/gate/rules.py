"""The gate and the rules of other systems behind one interface, fed night by night."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np
from asv import _stats as asv_stats
from asv_runner.statistics import compute_stats
from otava.analysis import compute_change_points
from pytest_benchmark.utils import PercentageRegressionCheck

from lowprec.gate import Series, Standing
from lowprec.models import PAPER_MODELS
from lowprec.nights import Night, PairNight
from lowprec.schemes import PAPER_SCHEMES

from .generator import Array

Names = Sequence[tuple[str, str]]
"""Model and scheme of every pair of a history."""

MATRIX: Names = [(model, scheme) for model in PAPER_MODELS for scheme in PAPER_SCHEMES]


class Rule(Protocol):
    """A rule in the middle of a history."""

    def learn(self, night: Array) -> None:
        """Take in a night, log seconds of (pairs, rounds), that is known to be good."""

    def judge(self, night: Array) -> Array:
        """Return which pairs are called slower this night, and take it in."""


class Gate:
    """`lowprec check`, through the code that the command runs."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._series = Series()
        self._day = 0

    def learn(self, night: Array) -> None:
        self._series.recall(self._night(night), Standing())

    def judge(self, night: Array) -> Array:
        found, _ = self._series.judged(self._night(night))
        return np.array(["slower" in pair.verdicts for pair in found.pairs])

    def _night(self, night: Array) -> Night:
        self._day += 1
        seconds = np.exp(np.median(night, axis=1))
        pairs = tuple(
            PairNight(*name, "", "learns", "ok", float(s), {})
            for name, s in zip(self._names, seconds, strict=True)
        )
        time = datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=self._day)
        return Night(f"{self._day:04}", time, "laboratory", "quick", pairs)


class _Memory:
    """A rule that looks at the whole history; `judge` calls `slower` for each pair."""

    def __init__(self, names: Names) -> None:
        self._nights: list[Array] = []

    def learn(self, night: Array) -> None:
        self._nights.append(night)

    def judge(self, night: Array) -> Array:
        self.learn(night)
        return np.array([self.slower(np.exp(pair)) for pair in np.stack(self._nights, axis=1)])

    def slower(self, seconds: Array) -> bool:
        """Judge the last of the nights of a pair, seconds of (nights, rounds)."""
        raise NotImplementedError


class PytestBenchmark(_Memory):
    """`--benchmark-compare --benchmark-compare-fail=mean:5%`: the mean against the last run."""

    _check = PercentageRegressionCheck("mean", 5)

    def slower(self, seconds: Array) -> bool:
        before, now = ({"mean": float(night.mean())} for night in seconds[-2:])
        return bool(self._check.fails(now, before))


class Torchbench(_Memory):
    """userbenchmark/torch-nightly/regression_detector.py: the median, 7% against one run."""

    def slower(self, seconds: Array) -> bool:
        before, now = np.median(seconds[-2:], axis=1)
        return bool(now / before - 1 > 0.07)


class Asv(_Memory):
    """`asv compare`: statistically different, and by a factor of 1.1 (commands/compare.py)."""

    def slower(self, seconds: Array) -> bool:
        before, now = seconds[-2:]
        stats = [compute_stats(night, 1)[1] for night in (before, now)]
        different = asv_stats.is_different(before, now, *stats)
        return bool(different and np.median(now) > 1.1 * np.median(before))


class RustcPerf(_Memory):
    """site/src/comparison.rs: a change beyond Q3 + 3 IQR of past changes, at least 0.2%."""

    def slower(self, seconds: Array) -> bool:
        changes = np.diff(np.log(seconds.min(axis=1)[-101:]))
        past = np.abs(changes[:-1])
        first, third = np.quantile(past, [0.25, 0.75])
        return bool(changes[-1] > max(0.002, third + 3 * (third - first)))


class Conbench(_Memory):
    """api/_resources and entities/history.py: z above 5 of the best repetition against 100 runs."""

    def slower(self, seconds: Array) -> bool:
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

    def judge(self, night: Array) -> Array:
        self._pair = -1
        return super().judge(night)

    def slower(self, seconds: Array) -> bool:
        self._pair += 1
        points, _ = compute_change_points(np.median(seconds, axis=1).tolist(), min_magnitude=0.05)
        up = {point.index for point in points if point.stats.mean_2 > point.stats.mean_1}
        known = self._known.setdefault(self._pair, set())
        new = {i for i in up if all(abs(i - old) > 2 for old in known)}
        known |= new
        return bool(new)


RULES: dict[str, Callable[[Names], Rule]] = {
    "lowprec": Gate,
    "pytest-benchmark mean:5%": PytestBenchmark,
    "torchbench 7%": Torchbench,
    "asv compare": Asv,
    "rustc-perf IQR": RustcPerf,
    "conbench z > 5": Conbench,
    "otava 5%": Otava,
}
