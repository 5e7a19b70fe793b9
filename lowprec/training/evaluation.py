"""What a trained model answers, counted and summed in wide types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.record.outcomes import Score, kind_of

__all__ = ["bad_prediction", "bad_weight", "even_odds", "score", "unread_weight"]


def even_odds(net: Any) -> float:
    """Return the prediction of a compiled model that stands for even odds of two labels."""
    return 0.0 if framework.from_logits(net) else 0.5


def score(predictions: np.ndarray, labels: np.ndarray, threshold: float = 0.5) -> Score:
    """Count the right answers.

    Args:
        predictions: probabilities or logits, (n, classes) or (n, 1), in any float dtype. NaN
            counts as the first class, as in Keras' accuracy.
        labels: int labels, (n,).
        threshold: of two labels, above which the second is answered.
    """
    if predictions.shape[1] == 1:
        answers = (predictions[:, 0] > threshold).astype(labels.dtype)
    else:
        answers = predictions.argmax(axis=1)
    return Score(hits=int((answers == labels).sum()), total=len(labels))


def bad_prediction(predictions: Any) -> str | None:
    """Return the kind of the first prediction of an output that is not finite, or None.

    Where all are finite so is the cross-entropy in float64, clipped as Keras clips.
    """
    for output in framework.import_tensorflow().nest.flatten(predictions):
        wide = output.astype(np.float64)
        bad = ~np.isfinite(wide)
        if bad.any():
            return kind_of(wide[bad][0])
    return None


def bad_weight(net: Any) -> tuple[str, str] | None:
    """Return (name, kind) of the first weight with a value that is not finite, or None."""
    for weight in net.weights:
        values = weight.numpy().astype(np.float64)
        if not np.isfinite(values).all():
            return framework.weight_name(weight), kind_of(values[~np.isfinite(values)][0])
    return None


def unread_weight(
    net: Any, predict: Callable[[], np.ndarray], predictions: np.ndarray
) -> str | None:
    """Return the name of an embedding whose padding is not finite, and set that to 0.

    Where the padding is masked, the model should never read its row; in float64 on a GPU that row
    can become NaN in training (docs/gpu.md). Whether it is not read is tried: with 0 in its place
    the predictions must be the same to the last bit. Else nothing is changed, and None returned.

    Args:
        net: the trained model.
        predict: makes its predictions.
        predictions: what it made with the row as it is.
    """
    for layer in framework.layers(net):
        if not getattr(layer, "mask_zero", False):
            continue
        trained = layer.embeddings.numpy()
        finite = np.isfinite(trained.astype(np.float64)).all(axis=1)
        if finite[0] or not finite[1:].all():
            continue
        without = trained.copy()
        without[0] = 0
        layer.embeddings.assign(without)
        if np.array_equal(predict(), predictions):
            return framework.weight_name(layer.embeddings)
        layer.embeddings.assign(trained)
    return None
