"""What came of a training, from plain numbers: learns, chance or diverged."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["OUTCOMES", "Finding", "Outcome", "Score", "chance_ceiling", "finding", "kind_of"]

Outcome = Literal["learns", "chance", "diverged", "unsupported"]
OUTCOMES: tuple[str, ...] = get_args(Outcome)
"""From the best to the worst."""

CHANCE_SKILL = 0.2
"""How much of the way from guessing to perfect a model must have gone to be called learning. It is
wide enough for one that collapsed onto two or three of ten labels (NN-I half does, up to an
accuracy of 0.206 in 32 seeds), and for two labels it is four standard deviations of guessing on
400 test examples."""


@dataclass(frozen=True)
class Score:
    """Right answers among all, counted in integers.

    Keras' own accuracy metric keeps its sum in the scheme's dtype, which saturates in float16.
    """

    hits: int
    total: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.total or self.total == 0:
            raise ValueError(f"score: got {self.hits} hits of {self.total}")

    @property
    def accuracy(self) -> float:
        """Share of right answers, 0 to 1."""
        return self.hits / self.total


@dataclass(frozen=True)
class Finding:
    """The outcome of one round and its evidence.

    Attributes:
        outcome: one of `OUTCOMES`.
        kind: kind of the non-finite number that decided it ("nan", "+inf", "-inf"), or None.
        epoch: first epoch (from 1) whose reported loss is not finite, or None.
        weight: name of the first weight that is not finite, or None.
        sum_overflowed: an epoch's reported loss was infinite while weights and predictions are
            finite: Keras' running sum overflowed, the training did not.
    """

    outcome: str
    kind: str | None = None
    epoch: int | None = None
    weight: str | None = None
    sum_overflowed: bool = False


def kind_of(value: float) -> str:
    """Return "finite", "nan", "+inf" or "-inf"."""
    if math.isfinite(value):
        return "finite"
    if math.isnan(value):
        return "nan"
    return "+inf" if value > 0 else "-inf"


def chance_ceiling(classes: int) -> float:
    """Return the highest accuracy that still counts as guessing among `classes` labels."""
    return round(1 / classes + CHANCE_SKILL * (1 - 1 / classes), 4)


def finding(
    epoch_losses: Sequence[float],
    bad_weight: tuple[str, str] | None,
    recomputed_loss: float,
    test: Score,
    classes: int,
) -> Finding:
    """Decide the outcome of one round.

    Args:
        epoch_losses: the loss that Keras reported for each epoch.
        bad_weight: (name, kind) of the first final weight that is not finite, or None.
        recomputed_loss: the loss recomputed in float64 from the final predictions.
        test: right answers on the test set.
        classes: number of labels.
    """
    kinds = [kind_of(loss) for loss in epoch_losses]
    epoch = next((i for i, kind in enumerate(kinds, start=1) if kind != "finite"), None)
    if bad_weight:
        return Finding("diverged", kind=bad_weight[1], epoch=epoch, weight=bad_weight[0])
    if "nan" in kinds:
        return Finding("diverged", kind="nan", epoch=epoch)
    if not math.isfinite(recomputed_loss):
        return Finding("diverged", kind=kind_of(recomputed_loss), epoch=epoch)
    learns = test.accuracy > chance_ceiling(classes)
    return Finding("learns" if learns else "chance", epoch=epoch, sum_overflowed=epoch is not None)
