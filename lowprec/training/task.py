"""What is trained, beside the scheme: one of the paper's models, or a user's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from lowprec.data.inputs import Inputs, load_inputs
from lowprec.record.outcomes import Score, Skill
from lowprec.record.record import ACCURACY
from lowprec.rows.models import Model
from lowprec.rows.protocols import Budget, Protocol
from lowprec.rows.schemes import Scheme
from lowprec.training.evaluation import even_odds, score
from lowprec.training.paper_model import LOGITS_LAYER, build

__all__ = ["Metric", "Task", "paper_task"]


@dataclass(frozen=True)
class Metric:
    """What is said of a model's predictions.

    Attributes:
        name: "accuracy", or that of a function of the user's own.
        score: takes the model, its predictions and the labels, and says how good they are.
        guess: takes the labels of the test set; says what the best constant answer scores.
    """

    name: str
    score: Callable[[Any, np.ndarray, Any], Score | Skill]
    guess: Callable[[Any], float]


@dataclass(frozen=True)
class Task:
    """A model, its data, for how long it is trained, and how it is scored.

    Attributes:
        name: of the model.
        build: makes the compiled Keras model of a scheme, with fresh weights; inside `precision`.
        load: returns the data.
        budget: how much one round trains.
        batch_size: examples a step; None where the data comes in batches.
        metric: how the model is scored.
        float32_layers: as in `check_dtypes`.
        callbacks: of Keras, for each training.
    """

    name: str
    build: Callable[[Scheme], Any]
    load: Callable[[], Inputs]
    budget: Budget
    batch_size: int | None
    metric: Metric
    float32_layers: frozenset[str] = frozenset()
    callbacks: tuple[Any, ...] = ()


def paper_task(model: Model, protocol: Protocol) -> Task:
    """Return the training of one of the paper's models under a protocol."""
    return Task(
        name=model.name,
        build=partial(build, model),
        load=partial(load_inputs, model, protocol),
        budget=protocol.budgets[model.name],
        batch_size=model.batch_size,
        metric=Metric(
            ACCURACY,
            lambda net, predictions, labels: score(predictions, labels, even_odds(net)),
            lambda labels: 1 / model.classes,
        ),
        float32_layers=frozenset((*model.float32_layers, LOGITS_LAYER)),
    )
