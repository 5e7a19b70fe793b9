"""Protocols: how a pair is trained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["PROTOCOLS", "Budget", "Protocol"]


@dataclass(frozen=True)
class Budget:
    """How much one round of a model trains.

    Attributes:
        epochs: passes over the training examples.
        train_size: how many of the training examples are used, from the front; None for all.
        sequence_length: only this many last tokens of a review are used, where its judgement
            mostly stands; None keeps reviews whole.
    """

    epochs: int
    train_size: int | None = None
    sequence_length: int | None = None


@dataclass(frozen=True)
class Protocol:
    """How pairs are trained.

    Attributes:
        name: value of `--protocol`.
        source: where `lowprec.data.datasets.load` takes the data from.
        rounds: complete trainings from fresh weights that are timed.
        warmup_rounds: trainings of one epoch before them that are neither timed nor kept.
        budgets: model name -> budget of a round.
        least_training_s: seconds that a pair is trained at least: rounds that take less together
            are repeated, for the sake of their times alone. 0 for rounds alone.
        second_look: whether a pair that looks slower is trained again in another process, before it
            is called so; only where a pair takes seconds.
    """

    name: str
    source: str
    rounds: int
    warmup_rounds: int
    budgets: Mapping[str, Budget]
    least_training_s: float = 0.0
    second_look: bool = False


_FULL = Budget(epochs=5)

_ROWS = (
    Protocol(
        "quick",
        source="sample",
        rounds=3,
        warmup_rounds=1,
        budgets=MappingProxyType(
            {
                "NN-I": Budget(epochs=3, train_size=4000),
                "CNN-I": Budget(epochs=4, train_size=1250),
                "NN-T": Budget(epochs=8, sequence_length=64),
                "RNN-T": Budget(epochs=2, sequence_length=48),
                "RNN-T-published": Budget(epochs=2, sequence_length=48),
            }
        ),
        least_training_s=6.0,
        second_look=True,
    ),
    Protocol(
        "paper",
        source="tfds",
        rounds=3,
        warmup_rounds=1,
        budgets=MappingProxyType(
            dict.fromkeys(("NN-I", "CNN-I", "NN-T", "RNN-T", "RNN-T-published"), _FULL)
        ),
    ),
)

PROTOCOLS: Mapping[str, Protocol] = MappingProxyType({row.name: row for row in _ROWS})
"""All protocols by name."""
