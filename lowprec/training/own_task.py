"""A user's own model as a task: built, checked, scored."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Sequence
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.data.inputs import Arrays, Inputs
from lowprec.errors import LowprecError, UsageError
from lowprec.record.outcomes import Score, Skill
from lowprec.record.record import ACCURACY
from lowprec.rows.protocols import Budget
from lowprec.rows.schemes import Scheme
from lowprec.training.emulation import make_smaller
from lowprec.training.evaluation import bad_prediction, even_odds
from lowprec.training.missing_kernels import naming_missing_kernels
from lowprec.training.task import Metric, Task

__all__ = ["Builder", "ScoreFunction", "own_task"]

Builder = Callable[[Any, str | None], Any]
"""Takes the `keras` module and the dtype for each layer, None where a policy is set; returns a
compiled model with fresh weights."""

ScoreFunction = Callable[[Any, Any], float]
"""Takes predictions and labels; returns a number: 0 as good as the best constant answer, 1 perfect.
"""


def own_task(
    name: str,
    builder: Builder,
    inputs: Inputs,
    epochs: int,
    batch_size: int | None = 32,
    score: ScoreFunction | None = None,
    float32_layers: Collection[str] = (),
    callbacks: Sequence[Any] = (),
) -> Task:
    """Return the training of a user's model.

    Raises:
        UsageError: accuracy is to be counted of labels that cannot be right or wrong.
    """
    return Task(
        name=name,
        build=lambda scheme: _built(name, builder, scheme, inputs),
        load=lambda: inputs,
        budget=Budget(epochs, inputs.info.train_size),
        batch_size=batch_size if isinstance(inputs.train, Arrays) else None,
        metric=_own_metric(name, score) if score else _accuracy_metric(name, inputs.test.labels),
        float32_layers=frozenset(float32_layers),
        callbacks=tuple(callbacks),
    )


def _built(name: str, builder: Builder, scheme: Scheme, inputs: Inputs) -> Any:
    """Return the compiled model; one that is built by its first call has been called.

    Raises:
        UsageError: the builder raised, or returned something else.
        UnsupportedError: TensorFlow has no kernel that the building needs.
    """
    try:
        with naming_missing_kernels():
            net = builder(framework.keras_module(), scheme.layer_dtype)
            if not hasattr(net, "fit"):
                raise UsageError(
                    f"{name}: the builder returned {type(net).__name__}, expected a Keras model"
                )
            if not getattr(net, "optimizer", None):
                raise UsageError(
                    f"{name}: the builder returned a model that is not compiled; call "
                    "compile(optimizer, loss) in it"
                )
            if scheme.quantize:
                raise UsageError(
                    f"{name} {scheme.name}: Keras quantizes a model before it is compiled, which "
                    f"only its builder can do; call quantize({scheme.quantize!r}) there"
                )
            if not net.built:
                net(inputs.train.example()[0], training=False)
            make_smaller(net, scheme)
    except LowprecError:
        raise
    except Exception as error:
        raise UsageError(f"{name} {scheme.name}: the builder {_raised(error)}") from error
    return net


def _raised(error: Exception) -> str:
    """Return what a user's function raised, and where."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"raised {type(error).__name__}: {str(error).strip()} ({last.filename}:{last.lineno})"


def _own_metric(name: str, function: ScoreFunction) -> Metric:
    title = getattr(function, "__name__", type(function).__name__)

    def score(net: Any, predictions: Any, labels: Any) -> Skill:
        total = len(labels)
        if bad_prediction(predictions):  # it diverged, whatever the score makes of that
            return Skill(0.0, total)
        try:
            value = float(function(predictions, labels))
        except Exception as error:
            raise UsageError(f"{name}: score {title} {_raised(error)}") from error
        if not value <= 1:
            raise UsageError(
                f"{name}: score {title} returned {value}, expected a number up to 1, of which 0 is "
                "as good as the best constant answer"
            )
        return Skill(value, total)

    return Metric(title, score, lambda labels: 0.0)


def _accuracy_metric(name: str, labels: Any) -> Metric:
    if not isinstance(labels, np.ndarray) or not np.array_equal(labels, np.round(labels)):
        raise UsageError(
            f"{name}: accuracy counts right answers, so labels must be one array of whole numbers; "
            "give another score, as in train(..., score=lowprec.explained)"
        )

    def score(net: Any, predictions: Any, labels: np.ndarray) -> Score:
        answers, right = _answers(net, predictions), labels
        if labels.shape == predictions.shape and labels.shape[-1] > 1:
            right = labels.argmax(axis=-1)
        elif labels.shape == (*answers.shape, 1):
            right = labels[..., 0]
        if answers.shape != right.shape:
            raise UsageError(
                f"{name}: labels have the shape {labels.shape} and predictions "
                f"{predictions.shape}, of which accuracy cannot be counted; give another score"
            )
        return Score(int((answers == right).sum()), answers.size)

    return Metric(ACCURACY, score, _most_frequent)


def _answers(net: Any, predictions: np.ndarray) -> np.ndarray:
    """Return the classes that are answered, (n, ...): without the axis of their probabilities."""
    if predictions.shape[-1] > 1:
        most_likely: np.ndarray = predictions.argmax(axis=-1)
        return most_likely
    return (predictions[..., 0] > even_odds(net)).astype(int)


def _most_frequent(labels: np.ndarray) -> float:
    """Return the share of the most frequent label, which answering it always scores."""
    one_hot = labels.ndim > 1 and labels.shape[-1] > 1 and (labels.sum(axis=-1) == 1).all()
    classes = labels.argmax(axis=-1) if one_hot else labels
    _, counts = np.unique(classes, return_counts=True)
    return float(counts.max() / counts.sum())
