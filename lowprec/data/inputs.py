"""A data set in the form that `fit` and `predict` take, made once and outside all timing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from typing import Protocol as Interface

import numpy as np

from lowprec.data.datasets import Split, check_available, front, load
from lowprec.framework import import_tensorflow, keras_module
from lowprec.record.data_info import DataInfo
from lowprec.rows.models import VOCABULARY_SIZE, Model
from lowprec.rows.protocols import Budget, Protocol

__all__ = ["Feed", "Inputs", "check_inputs", "load_inputs"]

SHUFFLE_BUFFER = 10_000
"""Examples, as in the paper's notebooks."""

PREDICT_BATCH = 1000
"""Examples predicted at once, where the answer does not depend on it."""


class Feed(Interface):
    """Examples that can be trained on and predicted."""

    @property
    def labels(self) -> np.ndarray:
        """Labels of shape (n,)."""
        ...

    def front(self, size: int) -> Feed | None:
        """Return the first examples, at most `size`; None where they have no order."""
        ...

    def example(self) -> tuple[Any, Any]:
        """Return a few examples and their labels, as the model takes them."""
        ...

    def fit_arguments(self, batch_size: int | None) -> dict[str, Any]:
        """Return the data arguments of `fit`: shuffled, in batches."""
        ...

    def predict_arguments(self, batch_size: int | None) -> dict[str, Any]:
        """Return the data arguments of `predict`: in order, in batches as good as `batch_size`."""
        ...


@dataclass(frozen=True)
class Arrays:
    """Examples and their labels, each an array or a nest of arrays, (n, ...).

    The paper's images are float64 of shape (n, 28, 28, 1) in [0, 1], as its division by 255.0 makes
    them, and their labels int64 of shape (n,).
    """

    x: Any
    labels: Any

    def front(self, size: int) -> Arrays:
        return Arrays(_front(self.x, size), _front(self.labels, size))

    def example(self) -> tuple[Any, Any]:
        return _front(self.x, 2), _front(self.labels, 2)

    def fit_arguments(self, batch_size: int | None) -> dict[str, Any]:
        return {"x": self.x, "y": self.labels, "batch_size": batch_size}

    def predict_arguments(self, batch_size: int | None) -> dict[str, Any]:
        return {"x": self.x, "batch_size": PREDICT_BATCH}


def _front(nest: Any, size: int) -> Any:
    return import_tensorflow().nest.map_structure(lambda array: array[:size], nest)


@dataclass(frozen=True)
class Reviews:
    """Word ids, ragged int32 of shape (n, None), and int64 labels of shape (n,).

    A batch is padded with 0 to its longest review. Indices are shuffled rather than reviews,
    with the paper's buffer, and a batch is gathered at once: the same order of examples as
    shuffling reviews, for less work in the timed region.

    An unmasked model averages over the padding, so that its answer depends on the batch: on whole
    reviews in batches of 1,000 instead of the 64 of its training, NN-T loses two points of
    accuracy. Only reviews that are all cut to `sequence_length` are padded alike in any batch.
    """

    ids: Any
    labels: np.ndarray
    sequence_length: int | None = None

    def front(self, size: int) -> Reviews:
        return replace(self, ids=self.ids[:size], labels=self.labels[:size])

    def example(self) -> tuple[Any, np.ndarray]:
        return self._padded([0, 1]), self.labels[:2, np.newaxis]

    def fit_arguments(self, batch_size: int | None) -> dict[str, Any]:
        tf = import_tensorflow()
        labels = tf.constant(self.labels[:, np.newaxis])
        indices = tf.data.Dataset.range(len(self.labels)).shuffle(SHUFFLE_BUFFER).batch(batch_size)
        batches = indices.map(lambda i: (self._padded(i), tf.gather(labels, i)))
        return {"x": batches.prefetch(tf.data.AUTOTUNE), "shuffle": False}

    def predict_arguments(self, batch_size: int | None) -> dict[str, Any]:
        tf = import_tensorflow()
        size = PREDICT_BATCH if self.sequence_length else batch_size
        indices = tf.data.Dataset.range(len(self.labels)).batch(size)
        return {"x": indices.map(self._padded).prefetch(tf.data.AUTOTUNE)}

    def _padded(self, indices: Any) -> Any:
        return import_tensorflow().gather(self.ids, indices).to_tensor()


@dataclass(frozen=True)
class Inputs:
    """Training and test examples of a model under a protocol, and what they are."""

    info: DataInfo
    train: Feed
    test: Feed


def check_inputs(protocol: Protocol, models: Iterable[Model]) -> None:
    """Check, without importing TensorFlow, that `load_inputs` will find its files.

    Raises:
        DataError: a data set is missing or damaged.
    """
    for name in dict.fromkeys(model.dataset for model in models):
        check_available(name, protocol.source)


def load_inputs(model: Model, protocol: Protocol) -> Inputs:
    """Load the examples that a round of this model uses.

    Raises:
        DataError: the data set is missing or damaged.
    """
    return _load(model.dataset, protocol.source, protocol.budgets[model.name])


# The pairs run model by model, so one entry serves all schemes of a model, and the images of the
# full set (376 MB as float64) are not kept beside the reviews.
@lru_cache(maxsize=1)
def _load(name: str, source: str, budget: Budget) -> Inputs:
    dataset = load(name, source)
    if budget.train_size is not None:
        dataset = front(dataset, budget.train_size)
    if not dataset.train.is_text:
        return Inputs(dataset.info, _images(dataset.train), _images(dataset.test))
    encoder = _encoder(dataset.train, dataset.vocabulary)
    return Inputs(
        dataset.info,
        _reviews(dataset.train, encoder, budget.sequence_length),
        _reviews(dataset.test, encoder, budget.sequence_length),
    )


def _images(split: Split) -> Arrays:
    return Arrays(split.x[..., np.newaxis] / 255.0, split.y)


def _encoder(train: Split, vocabulary: tuple[str, ...] | None) -> Any:
    """Return the paper's text encoder: its 1,000 most frequent words of the training reviews."""
    layer = keras_module().layers.TextVectorization(
        max_tokens=VOCABULARY_SIZE, vocabulary=vocabulary, ragged=True
    )
    if vocabulary is None:
        layer.adapt(import_tensorflow().data.Dataset.from_tensor_slices(train.x).batch(256))
    return layer


def _reviews(split: Split, encoder: Any, sequence_length: int | None) -> Reviews:
    tf = import_tensorflow()
    ids = tf.cast(encoder(tf.constant(list(split.x))), tf.int32)
    cut = ids[:, -sequence_length:] if sequence_length else ids
    return Reviews(cut, split.y, sequence_length)
