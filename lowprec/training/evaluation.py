"""What a trained model answers, counted and summed in wide types."""

from __future__ import annotations

from typing import Any

import numpy as np

from lowprec import framework
from lowprec.record.outcomes import Score, kind_of

__all__ = ["bad_weight", "cross_entropy", "score"]

PROBABILITY_FLOOR = 1e-7
"""Keras' cross-entropies clip probabilities to [1e-7, 1 - 1e-7]."""


def score(predictions: np.ndarray, labels: np.ndarray) -> Score:
    """Count the right answers.

    Args:
        predictions: probabilities, (n, classes) or (n, 1), in any float dtype. NaN counts as
            the first class, as in Keras' accuracy.
        labels: int labels, (n,).
    """
    if predictions.shape[1] == 1:
        answers = (predictions[:, 0] > 0.5).astype(labels.dtype)
    else:
        answers = predictions.argmax(axis=1)
    return Score(hits=int((answers == labels).sum()), total=len(labels))


def cross_entropy(predictions: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean cross-entropy in float64, clipped as Keras clips; NaN where a prediction
    is not finite. Shapes as in `score`.
    """
    wide = predictions.astype(np.float64)
    if not np.isfinite(wide).all():
        return float("nan")
    if wide.shape[1] == 1:
        wide = np.hstack([1 - wide, wide])
    right = wide[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(right, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)).mean())


def bad_weight(net: Any) -> tuple[str, str] | None:
    """Return (name, kind) of the first weight with a value that is not finite, or None."""
    for weight in net.weights:
        values = weight.numpy().astype(np.float64)
        if not np.isfinite(values).all():
            return framework.weight_name(weight), kind_of(values[~np.isfinite(values)][0])
    return None
