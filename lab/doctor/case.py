"""A training whose cause is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import lowprec
from lowprec.data.own import own_inputs
from lowprec.training.own_task import ScoreFunction, own_task
from lowprec.training.task import Task

__all__ = [
    "HEALTHY",
    "NOT_KNOWN",
    "Arrays",
    "Case",
    "adam",
    "logits_loss",
    "own_layer",
    "sgd",
    "split",
]

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Inputs and labels to train on, inputs and labels to score on."""

Build = Callable[[Any, Any], Any]
"""Takes `keras` and the dtype of each layer; returns a compiled model."""

HEALTHY = "healthy"
NOT_KNOWN = "not known"
"""In the place of a cause: there is none, or no rule has it."""


@dataclass(frozen=True)
class Case:
    """A training, and what is wrong with it.

    Attributes:
        name: short.
        scheme: that it is trained in.
        data: makes its data.
        build: makes its model.
        cause: name of the rule that is right; on each generation of Keras, by its number, where
            they differ.
        epochs, batch: of its training.
        regression: whether the score is the variance explained, and not right answers.
        mended: makes the model with its remedy, where that is in its author's code.
        report: the public report that it stands for; "" for none.
    """

    name: str
    scheme: str
    data: Callable[[], Arrays]
    build: Build
    cause: str | dict[str, str]
    epochs: int = 5
    batch: int = 32
    regression: bool = False
    mended: Build | None = None
    report: str = ""

    def cause_on(self, generation: str) -> str:
        """Return what is wrong on a generation of Keras."""
        return self.cause if isinstance(self.cause, str) else self.cause[generation]

    def task(self, mended: bool = False) -> Task:
        """Return it as a task, as it is or as its author would mend it."""
        x, y, test_x, test_y = self.data()
        build = self.mended if mended and self.mended else self.build
        score: ScoreFunction | None = lowprec.explained if self.regression else None
        inputs = own_inputs(self.name, (x, y), (test_x, test_y))
        return own_task(self.name, build, inputs, self.epochs, self.batch, score)


def split(x: np.ndarray, y: np.ndarray, train: int | None = None) -> Arrays:
    """Return the first examples to train on, four in five if no number is given, and the rest."""
    cut = len(x) * 4 // 5 if train is None else train
    return x[:cut], y[:cut], x[cut:], y[cut:]


def own_layer(layers: Any, dtype: Any, function: Callable[[Any], Any]) -> Any:
    """Return a layer that computes a function."""

    class Own(layers.Layer):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            return function(x)

    return Own(dtype=dtype)


def adam(rate: float = 1e-3, **constants: Any) -> Callable[[Any], Any]:
    """Return what makes Keras' Adam."""
    return lambda keras: keras.optimizers.Adam(rate, **constants)


def sgd(rate: float = 0.1, **constants: Any) -> Callable[[Any], Any]:
    """Return what makes Keras' SGD."""
    return lambda keras: keras.optimizers.SGD(rate, **constants)


def logits_loss(keras: Any) -> Any:
    """Return the cross-entropy of logits."""
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
