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
    "Skill",
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
class Skill:
    """What a score of one's own says of a model: 0 as good as the best constant answer, 1 perfect.

    Attributes:
        value: at most 1; below 0 where a constant answer is better.
        total: how many examples it is of.
    """

    value: float
    total: int

    def __post_init__(self) -> None:
        if not self.value <= 1 or self.total <= 0:  # NaN is not
            raise ValueError(f"skill: got {self.value} on {self.total} examples, expected <= 1")

    @property
    def hits(self) -> None:
        """Nothing is counted."""
        return None

    @property
    def accuracy(self) -> float:
        """The value, 0 to 1: what is worse than a constant answer is as bad as one."""
        return max(0.0, self.value)


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


def chance_ceiling(guess: float) -> float:
    """Return the highest accuracy that still counts as guessing.

    Args:
        guess: accuracy of the best constant answer: of ten labels, each as frequent, 0.1.
    """
    return round(guess + CHANCE_SKILL * (1 - guess), 4)


def round_outcome(
    epoch_losses: Sequence[float],
    bad_weight: tuple[str, str] | None,
    bad_prediction: str | None,
    test: Score | Skill,
    guess: float,
) -> RoundOutcome:
    """Decide the outcome of one round.

    Args:
        epoch_losses: the loss that Keras reported for each epoch.
        bad_weight: (name, kind) of the first final weight that is not finite, or None.
        bad_prediction: kind of the first final prediction that is not finite, or None.
        test: right answers on the test set.
        guess: accuracy of the best constant answer.
    """
    kinds = [kind_of(loss) for loss in epoch_losses]
    epoch = next((i for i, kind in enumerate(kinds, start=1) if kind != "finite"), None)
    if bad_weight:
        return RoundOutcome("diverged", kind=bad_weight[1], epoch=epoch, weight=bad_weight[0])
    if "nan" in kinds:
        return RoundOutcome("diverged", kind="nan", epoch=epoch)
    if bad_prediction:
        return RoundOutcome("diverged", kind=bad_prediction, epoch=epoch)
    outcome: Outcome = "learns" if test.accuracy > chance_ceiling(guess) else "chance"
    return RoundOutcome(outcome, epoch=epoch, sum_overflowed=epoch is not None)
