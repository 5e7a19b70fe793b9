"""Accuracies of a pair compared seed by seed. Pure.

Where both sides trained the same seeds, what a seed brings to both cancels out, and what is left
scatters far less than the accuracies themselves.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from lowprec.history import Pair, StoredPair
from lowprec.intervals import Change, Noise, interval, moderated, spread

__all__ = ["LEAST_LOSS", "Sides", "accuracy_changes", "mean_accuracy"]

LEAST_LOSS = 0.005
"""Least change of accuracy that is flagged: half a point."""

Sides = tuple[Sequence[StoredPair], Sequence[StoredPair]]
"""A pair as the sessions before and the sessions after have it."""


def accuracy_changes(stored: Mapping[Pair, Sides]) -> dict[Pair, tuple[Change, tuple[int, ...]]]:
    """Return the change of accuracy, and its seeds, of every pair that learns on both sides.

    The noise of a seed's difference is that over the seeds, drawn towards that of all schemes of
    the model. A single seed tells nothing of it: then the sampling error of two independent test
    sets of that size stands in, sqrt((p q + p' q') / n). Pairs without a common seed are left out.
    """
    differences = {
        pair: by_seed for pair, sides in stored.items() if (by_seed := _differences(sides))
    }
    noise: dict[Pair, Noise] = {}
    for model in {model for model, _ in differences}:
        noise |= moderated(
            {
                pair: spread([[*by_seed.values()]])
                for pair, by_seed in differences.items()
                if pair[0] == model
            }
        )
    found = {}
    for pair, by_seed in differences.items():
        known = noise.get(pair)
        weight = 1 / math.sqrt(len(by_seed)) if known else 1.0
        change = interval(fmean(by_seed.values()), known or _sampling_error(stored[pair]), weight)
        found[pair] = change, tuple(sorted(by_seed))
    return found


def mean_accuracy(stored: Iterable[StoredPair], seeds: Sequence[int] = ()) -> float | None:
    """Return the mean over these seeds, or over all where none is given; None without rounds."""
    by_seed = _accuracy_by_seed(stored)
    accuracies = [by_seed[seed] for seed in seeds or by_seed]
    return fmean(accuracies) if accuracies else None


def _differences(sides: Sides) -> dict[int, float]:
    """Return the change of each seed that both sides trained; empty where one does not learn."""
    if any(pair.outcomes != {"learns"} for side in sides for pair in side):
        return {}
    before, after = map(_accuracy_by_seed, sides)
    return {seed: after[seed] - before[seed] for seed in before if seed in after}


def _accuracy_by_seed(side: Iterable[StoredPair]) -> dict[int, float]:
    found: dict[int, list[float]] = defaultdict(list)
    for pair in side:
        for r in pair.rounds:
            found[r.seed].append(r.test_accuracy)
    return {seed: fmean(accuracies) for seed, accuracies in found.items()}


def _sampling_error(sides: Sides) -> Noise:
    variance = 0.0
    for side in sides:
        accuracy = mean_accuracy(side) or 0.0
        variance += accuracy * (1 - accuracy) / side[-1].rounds[0].test_total
    return math.sqrt(variance), math.inf
