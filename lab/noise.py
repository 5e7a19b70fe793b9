"""python -m lab.noise STORAGE: how much each way to take a pair's seconds scatters over sessions.

Sessions must be of one machine and measured alike. Given is the standard deviation of the
logarithm from session to session: what all pairs of a session share, and what is left of a pair.
docs/noise.md has the tables.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from tabulate import tabulate

from lowprec.history.files import read_history
from lowprec.record.session import Session
from lowprec.record.stored_pair import StoredPair
from lowprec.record.timing import Timing, training_cpu_s, training_s

ROUNDS = 3
"""Trainings of a pair without those that were added for the sake of their times."""


def _each(
    seconds: Callable[[Timing], float], of: Callable[[list[float]], float]
) -> Callable[[Sequence[Timing]], float]:
    """Return what takes one number from the trainings, of a number of each."""
    return lambda timings: of([seconds(timing) for timing in timings])


WAYS: Mapping[str, Callable[[Sequence[Timing]], float]] = MappingProxyType(
    {
        "whole fit, median": _each(lambda t: t.fit_s, median),
        "training, median": _each(lambda t: t.train_s, median),
        "training, fastest": _each(lambda t: t.train_s, min),
        "training, each epoch at its fastest": training_s,
        "processors' time, median": _each(lambda t: t.cpu_s, median),
        "processors' time, least": _each(lambda t: t.cpu_s, min),
        "processors' time, each epoch at its least": training_cpu_s,
    }
)


def scatter(log_s: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the standard deviations of what a session's pairs share, and of what is left.

    Args:
        log_s: (sessions, pairs).
    """
    centred = log_s - log_s.mean(axis=0)
    common = centred.mean(axis=1, keepdims=True)
    sessions, pairs = log_s.shape
    rest = (centred - common) ** 2
    own = math.sqrt(rest.sum() / ((sessions - 1) * (pairs - 1)))
    shared = float(common.var(ddof=1)) - own**2 / pairs
    return math.sqrt(max(shared, 0.0)), own


def _logs(
    sessions: Sequence[Session], seconds: Callable[[StoredPair], float | None]
) -> npt.NDArray[np.float64]:
    names = [*sessions[0].pairs]
    return np.array(
        [[math.log(seconds(s.pairs[name]) or math.nan) for name in names] for s in sessions]
    )


def rows(sessions: Sequence[Session]) -> list[tuple[str, ...]]:
    """Return a row for each way, with the deviations in per cent."""
    found = []
    for name, way in WAYS.items():
        for title, most in ((f"{name}, {ROUNDS} rounds", ROUNDS), (f"{name}, all", None)):
            logs = _logs(sessions, lambda p, w=way, m=most: w(p.timings[:m]))  # type: ignore[misc]
            found.append((title, *(f"{deviation:.1%}" for deviation in scatter(logs))))
    for title, start in (
        ("start", lambda pair: pair.startup_s),
        ("start, processors' time", lambda pair: pair.startup_cpu_s),
    ):
        deviations = scatter(_logs(sessions, start))
        found.append((title, *(f"{deviation:.1%}" for deviation in deviations)))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("storage", type=Path)
    sessions = read_history(parser.parse_args().storage).sessions
    pairs = sessions[0].pairs
    trainings = [len(pair.timings) for session in sessions for pair in session.pairs.values()]
    print(
        f"{len(sessions)} sessions of {len(pairs)} pairs, {min(trainings)} to {max(trainings)} "
        f"trainings a pair, {sessions[0].environment.key}\n"
    )
    print(tabulate(rows(sessions), headers=("seconds of a pair", "shared", "a pair's own")))


if __name__ == "__main__":
    main()
