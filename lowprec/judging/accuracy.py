"""Accuracies of a pair compared seed by seed. Pure.

Where both sides trained the same seeds, what a seed brings to both cancels out, and what is left
scatters far less than the accuracies themselves. Two environments round differently, so there the
noise is that over the seeds; within one environment it is that of a seed from session to session,
often none at all.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from lowprec.judging.intervals import Change, Noise, interval, moderated, spread
from lowprec.record.summary import PairSummary
from lowprec.rows.matrix import Pair

__all__ = [
    "LEAST_LOSS",
    "Sides",
    "accuracy_changes",
    "at_risk",
    "changes_across_versions",
    "changes_from_history",
    "mean_accuracy",
]

LEAST_LOSS = 0.005
"""Least change of accuracy that is flagged: half a point. In the paper's Table 2
(`lowprec.rows.paper`) double, single and mixed precision of a model differ by at most 0.47 points,
and half loses 5.8 or more."""

Sides = tuple[Sequence[PairSummary], Sequence[PairSummary]]
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
    noise = _noise_by_model({pair: [[*by_seed.values()]] for pair, by_seed in differences.items()})
    changes = {}
    for pair, by_seed in differences.items():
        known = noise.get(pair) or _sampling_error(stored[pair])
        change = interval(fmean(by_seed.values()), known, 1 / math.sqrt(len(by_seed)))
        changes[pair] = change, tuple(sorted(by_seed))
    return changes


def at_risk(before: Mapping[int, Sequence[float]], after: Mapping[int, float]) -> bool:
    """Return whether a pair lost so much that it may be flagged, before its noise is looked at.

    Args:
        before: accuracies of each seed in the earlier sessions.
        after: accuracy of each seed in the session that is judged.
    """
    common = [(before[seed], accuracy) for seed, accuracy in after.items() if seed in before]
    # No mean is above the greatest value: that mostly tells, and means take time.
    if not any(max(values) - accuracy > LEAST_LOSS for values, accuracy in common):
        return False
    return fmean(fmean(values) - accuracy for values, accuracy in common) > LEAST_LOSS


def changes_from_history(
    before: Mapping[Pair, Mapping[int, Sequence[float]]],
    after: Mapping[Pair, Mapping[int, float]],
    confidence: float,
) -> dict[Pair, Change]:
    """Return the change of accuracy of every pair against its own earlier sessions.

    The noise is that of a seed's accuracy from session to session, drawn towards that of all
    schemes of the model; where no seed was trained twice before, the change has no bounds.

    Args:
        before: accuracies of each seed in the earlier sessions.
        after: accuracy of each seed in the session that is judged.
        confidence: of the interval.
    """
    common = {
        pair: {seed: before[pair][seed] for seed in by_seed if seed in before.get(pair, {})}
        for pair, by_seed in after.items()
    }
    noise = _noise_by_model({pair: [*seen.values()] for pair, seen in common.items() if seen})
    changes = {}
    for pair, seen in common.items():
        if seen:
            change = fmean(after[pair][seed] - fmean(values) for seed, values in seen.items())
            weight = math.sqrt(sum(1 + 1 / len(values) for values in seen.values())) / len(seen)
            changes[pair] = interval(change, noise.get(pair), weight, confidence)
    return changes


def changes_across_versions(
    before: Mapping[Pair, Mapping[int, Sequence[float]]],
    after: Mapping[Pair, PairSummary],
    confidence: float,
) -> dict[Pair, Change]:
    """Return the change of accuracy of every pair that learns against other software.

    The noise is that over the seeds, as in `accuracy_changes`.

    Args:
        before: accuracies of each seed under the software before.
        after: the pairs of the session that is judged.
        confidence: of the interval.
    """
    differences = {}
    for pair, stored in after.items():
        known = before.get(pair, {})
        if stored.learns and (seeds := [seed for seed in stored.accuracies if seed in known]):
            differences[pair] = [stored.accuracies[seed] - fmean(known[seed]) for seed in seeds]
    noise = _noise_by_model({pair: [values] for pair, values in differences.items()})
    changes = {}
    for pair, values in differences.items():
        change = fmean(values)
        of_seed = noise.get(pair) or _sampling_noise(after[pair], change)
        changes[pair] = interval(change, of_seed, 1 / math.sqrt(len(values)), confidence)
    return changes


def _sampling_noise(stored: PairSummary, change: float) -> Noise:
    """Return the sampling error of two independent test sets of the size of this one."""
    shares = [accuracy := stored.accuracy or 0.0, accuracy - change]
    variance = sum(share * (1 - share) for share in shares) / (stored.test_total or 1)
    return math.sqrt(max(variance, 0.0)), math.inf


def mean_accuracy(stored: Iterable[PairSummary], seeds: Sequence[int] = ()) -> float | None:
    """Return the mean over these seeds, or over all where none is given; None without rounds."""
    by_seed = _accuracy_by_seed(stored)
    accuracies = [by_seed[seed] for seed in seeds or by_seed]
    return fmean(accuracies) if accuracies else None


def _noise_by_model(values: Mapping[Pair, Sequence[Sequence[float]]]) -> dict[Pair, Noise]:
    """Return each pair's noise within its groups of values, moderated by the model's schemes."""
    noise: dict[Pair, Noise] = {}
    for model in {model for model, _ in values}:
        noise |= moderated({pair: spread(v) for pair, v in values.items() if pair[0] == model})
    return noise


def _differences(sides: Sides) -> dict[int, float]:
    """Return the change of each seed that both sides trained; empty where one does not learn."""
    if not all(pair.learns for side in sides for pair in side):
        return {}
    before, after = map(_accuracy_by_seed, sides)
    return {seed: after[seed] - before[seed] for seed in before if seed in after}


def _accuracy_by_seed(side: Iterable[PairSummary]) -> dict[int, float]:
    accuracies: dict[int, list[float]] = defaultdict(list)
    for pair in side:
        for seed, accuracy in pair.accuracies.items():
            accuracies[seed].append(accuracy)
    return {seed: fmean(values) for seed, values in accuracies.items()}


def _sampling_error(sides: Sides) -> Noise:
    variance = 0.0
    for side in sides:
        accuracy = mean_accuracy(side) or 0.0
        variance += accuracy * (1 - accuracy) / (side[-1].test_total or 1)
    return math.sqrt(variance), math.inf
