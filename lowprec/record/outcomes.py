"""What came of a training, from plain numbers: learns, chance or diverged."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = [
    "OUTCOMES",
    "Outcome",
    "RoundOutcome",
    "Score",
    "allowed_outcomes",
    "chance_ceiling",
    "ends_worse",
    "kind_of",
    "round_outcome",
    "worst",
]

Outcome = Literal["learns", "chance", "diverged", "unsupported"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""From the best to the worst."""

_SEVERITY: Mapping[str, int] = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}

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
class RoundOutcome:
    """The outcome of one round and its evidence.

    Attributes:
        outcome: one of `OUTCOMES`.
        kind: kind of the non-finite number that decided it ("nan", "+inf", "-inf"), or None.
        epoch: first epoch (from 1) whose reported loss is not finite, or None.
        weight: name of the first weight that is not finite, or None.
        sum_overflowed: an epoch's reported loss was infinite while weights and predictions are
            finite: Keras' running sum overflowed, the training did not.
    """

    outcome: Outcome
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


def allowed_outcomes(text: str) -> frozenset[str]:
    """Return the outcomes that an expectation allows, which its text joins by "|"."""
    return frozenset(text.split("|"))


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the most severe outcome: one divergence in three rounds is a divergence."""
    return max(outcomes, key=OUTCOMES.index)


def ends_worse(outcomes: Iterable[str], known: Iterable[str]) -> bool:
    """Return whether any of the outcomes is more severe than all that are known."""
    worst_of, worst_known = (max(_SEVERITY.get(o, 0) for o in names) for names in (outcomes, known))
    return worst_of > worst_known


def chance_ceiling(classes: int) -> float:
    """Return the highest accuracy that still counts as guessing among `classes` labels."""
    return round(1 / classes + CHANCE_SKILL * (1 - 1 / classes), 4)


def round_outcome(
    epoch_losses: Sequence[float],
    bad_weight: tuple[str, str] | None,
    recomputed_loss: float,
    test: Score,
    classes: int,
) -> RoundOutcome:
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
        return RoundOutcome("diverged", kind=bad_weight[1], epoch=epoch, weight=bad_weight[0])
    if "nan" in kinds:
        return RoundOutcome("diverged", kind="nan", epoch=epoch)
    if not math.isfinite(recomputed_loss):
        return RoundOutcome("diverged", kind=kind_of(recomputed_loss), epoch=epoch)
    outcome: Outcome = "learns" if test.accuracy > chance_ceiling(classes) else "chance"
    return RoundOutcome(outcome, epoch=epoch, sum_overflowed=epoch is not None)
