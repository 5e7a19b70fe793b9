"""What could be reached at best on one pair: a rule that is told all that can be known.

It knows the noise, that the slowdown is 10%, that only one pair can change, and that nights are
otherwise alike; it takes the drift from the other pairs. It adds up the log likelihood ratio over
up to three nights, and its threshold is put where it raises one false alarm in 100 nights of all
pairs. Only the centre is estimated, from the nights before.
"""

from __future__ import annotations

import math

import numpy as np

from lowprec.judging.student import Floats

from .generator import BASELINE_NIGHTS, PAIRS

SIZE = math.log(1.10)
NIGHTS = 3
PAIR = 5

NONE = -1e9
"""Evidence where there is none."""


def detection(noise: float, drift: bool, repeats: int, seed: int) -> tuple[float, float]:
    """Return the share of slowdowns found on the same night, and within three nights."""
    rng = np.random.default_rng(seed)
    quiet = _changes(rng, (repeats // 4, 100), noise, drift, 0.0)
    highest = _evidence(quiet, noise).max(axis=2)[:, NIGHTS:]
    threshold = np.quantile(highest, 0.99)
    slow = _changes(rng, (repeats * 4, NIGHTS), noise, drift, SIZE)
    found = _evidence(slow, noise)[:, :, PAIR] > threshold
    return float(found[:, 0].mean()), float(found.any(axis=1).mean())


def _changes(
    rng: np.random.Generator, shape: tuple[int, int], noise: float, drift: bool, size: float
) -> Floats:
    """Return changes against the centre, (histories, nights, pairs), without the drift."""
    centre = rng.normal(0, noise / math.sqrt(BASELINE_NIGHTS), (shape[0], 1, PAIRS))
    changes: Floats = rng.normal(0, noise, (*shape, PAIRS)) - centre
    others = (changes.sum(axis=2, keepdims=True) - changes) / (PAIRS - 1)
    changes = changes - others if drift else changes
    changes[:, :, PAIR] += size
    return changes


def _evidence(changes: Floats, noise: float) -> Floats:
    """Return the largest sum of log likelihood ratios over one to `NIGHTS` nights."""
    variance = noise**2 * (1 + 1 / BASELINE_NIGHTS)
    ratio = SIZE / variance * (changes - SIZE / 2)
    best, total = np.full(ratio.shape, NONE), np.zeros(ratio.shape)
    for back in range(NIGHTS):
        total[:, back:] += ratio[:, : ratio.shape[1] - back]
        best = np.maximum(best, total)
    evidence: Floats = np.where(changes > SIZE / 2, best, NONE)
    return evidence
