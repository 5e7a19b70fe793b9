"""What the constants of the gate trade: small measurements of its rule, a number a history.

Every value of a constant meets the same histories, so that the difference between two values is
known far better than either rate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from lowprec.judging.student import Floats
from lowprec.rows.matrix import MATRIX

from .generator import BASELINE_NIGHTS, PAIRS, SCOPES, SPIKE, Flags, Machine, changed, histories
from .rules import started

PAIR = int(np.flatnonzero(SCOPES["pair"])[0])
"""Column of the pair that changes alone."""

SAME_NIGHT = range(BASELINE_NIGHTS, BASELINE_NIGHTS + 1)
THREE_NIGHTS = range(BASELINE_NIGHTS, BASELINE_NIGHTS + 3)
QUIET_NIGHTS = range(BASELINE_NIGHTS, BASELINE_NIGHTS + 40)

THREE, FOURTH = (2, 6, 10), (14,)
"""Columns of one scheme: of the pairs that change, and of the one that does not."""

SIX = (0, 2, 4, 6, 8, 10)
"""Columns of three models under two schemes."""

HALF = (*SIX, 12, 14)
"""Columns of all models under two schemes."""

Change = Callable[[Floats], Floats]
Share = Callable[[Flags], float]


def unchanged(history: Floats) -> Floats:
    """Return the history of a machine where nothing happened."""
    return history


def nights(flags: Flags) -> float:
    """Return the share of nights on which any pair is called slower."""
    return float(flags.any(axis=1).mean())


def found(flags: Flags, scope: str) -> float:
    """Return 1 where any pair of a scope is called slower on any night, else 0."""
    return float(flags[:, SCOPES[scope]].any())


def others(flags: Flags) -> float:
    """Return 1 where a pair is called slower on any night that did not change, else 0."""
    return float(np.delete(flags, PAIR, axis=1).any())


def after_spike(flags: Flags) -> float:
    """Return 1 where the pair is called slower on the second night, else 0."""
    return float(flags[1, PAIR])


def spiked(history: Floats) -> Floats:
    """Return a history with one pair's first night after the baseline 20% slower."""
    odd = history.copy()
    odd[BASELINE_NIGHTS, PAIR] += SPIKE
    return odd


def after_spiky_baseline(history: Floats) -> Floats:
    """Return a history with one pair 10% slower, three nights of its baseline 20%."""
    slower = changed(history, "pair", 0.10)
    slower[3:BASELINE_NIGHTS:10, PAIR] += SPIKE
    return slower


def slower(history: Floats, columns: Sequence[int]) -> Floats:
    """Return a history with some pairs slower by 10%."""
    changed_ones = history.copy()
    changed_ones[BASELINE_NIGHTS:, columns] += math.log1p(0.10)
    return changed_ones


def called(flags: Flags, columns: Sequence[int]) -> float:
    """Return the share of nights and of these pairs that is called slower."""
    return float(flags[:, columns].mean())


@dataclass(frozen=True)
class Situation:
    """Histories of one kind, and what is asked of each.

    Attributes:
        title: heads its column, and seeds its histories.
        machine: that they are from.
        share: of the nights and pairs that are called slower, (nights, `PAIRS`): from 0 to 1.
        judged: numbers of the nights that are.
        change: makes of a quiet history what is judged.
        learnt: numbers of the nights that the rule takes as good before.
        pairs: columns that are trained; the others are never called slower.
        count: histories.
    """

    title: str
    machine: Machine
    share: Share
    judged: range = SAME_NIGHT
    change: Change = unchanged
    learnt: range = range(BASELINE_NIGHTS)
    pairs: range = range(PAIRS)
    count: int = 150

    def shares(self) -> Floats:
        """Return the share of each history, (`count`,)."""
        quiet = histories(self.title, self.machine, self.judged.stop, self.count)
        return np.array([self.share(self._flags(self.change(history))) for history, _ in quiet])

    def _flags(self, history: Floats) -> Flags:
        """Return which pairs are called slower, (nights, `PAIRS`)."""
        names = [MATRIX[column] for column in self.pairs]
        trained = history[:, self.pairs]
        rule = started("lowprec", names, trained[self.learnt])
        flags = np.zeros((len(self.judged), PAIRS), bool)
        flags[:, self.pairs] = [rule.judge(night) for night in trained[self.judged]]
        return flags


PAIR_10 = partial(changed, scope="pair", size=0.10)
ONE_PAIR = partial(found, scope="pair")
NOISY = Machine(0.04, drift=0.03)
DRIFTING = Machine(0.02, drift=0.03)
THREE_PAIRS, FOUR_PAIRS, TWO_MODELS = range(4, 7), range(4, 8), range(4, 12)
"""Columns: of one model three pairs or all, and of two models."""

FALSE_4 = Situation("false alarms, noise 4%, drift 3%", NOISY, nights, QUIET_NIGHTS, count=40)
FALSE_2 = Situation("false alarms, noise 2%, drift 3%", DRIFTING, nights, QUIET_NIGHTS, count=24)
FALSE_1 = Situation(
    "false alarms, noise 1%, drift 3%",
    Machine(0.01, drift=0.03),
    nights,
    QUIET_NIGHTS,
    count=24,
)
PAIR_2 = Situation(
    "+10% on one pair, noise 2%, same night", Machine(0.02), ONE_PAIR, change=PAIR_10
)
PAIR_4 = Situation(
    "+10% on one pair, noise 4%, within 3 nights", Machine(0.04), ONE_PAIR, THREE_NIGHTS, PAIR_10
)
SMALL = Situation(
    "+7% on one pair, noise 1%, same night",
    Machine(0.01),
    ONE_PAIR,
    change=partial(changed, scope="pair", size=0.07),
)
TINY = Situation(
    "+5% on one pair, noise 0.1%, same night",
    Machine(0.001),
    ONE_PAIR,
    change=partial(changed, scope="pair", size=0.05),
)
SCHEME = Situation(
    "+10% on a scheme, noise 4%, drift 3%, same night",
    NOISY,
    partial(found, scope="scheme"),
    change=partial(changed, scope="scheme", size=0.10),
)
EVERYTHING = Situation(
    "+10% on everything, noise 2%, drift 3%, within 3 nights",
    DRIFTING,
    partial(found, scope="all"),
    THREE_NIGHTS,
    partial(changed, scope="all", size=0.10),
)
AFTER_SPIKE = Situation(
    "flagged on the night after a spike of 20%, noise 4%",
    Machine(0.04),
    after_spike,
    range(BASELINE_NIGHTS, BASELINE_NIGHTS + 2),
    spiked,
)
SPIKY_BASELINE = Situation(
    "+10% on one pair with three spikes in its baseline, noise 2%, same night",
    Machine(0.02),
    ONE_PAIR,
    change=after_spiky_baseline,
)
WANDERING = Situation(
    "false alarms, noise 2%, pairs wander by 0.3% a night, after 80 nights",
    Machine(0.02, wander=0.003),
    nights,
    range(80, 100),
    learnt=range(80),
    count=40,
)
BIMODAL = Situation(
    "false alarms, noise 2%, a bimodal pair",
    Machine(0.02, bimodal=True),
    nights,
    QUIET_NIGHTS,
    count=16,
)
NAMED = Situation(
    "+10% on three pairs of a scheme, noise 2%: of these called slower in 3 nights",
    Machine(0.02),
    partial(called, columns=THREE),
    THREE_NIGHTS,
    partial(slower, columns=THREE),
)
NAMED_WRONGLY = Situation(
    "+10% on three pairs of a scheme, noise 2%: the fourth called slower in 3 nights",
    Machine(0.02),
    partial(called, columns=FOURTH),
    THREE_NIGHTS,
    partial(slower, columns=THREE),
)
SIX_PAIRS, EIGHT_PAIRS = (
    Situation(
        f"+10% on {len(columns)} of 16 pairs, noise 2%, drift 3%: of these, same night",
        DRIFTING,
        partial(called, columns=columns),
        change=partial(slower, columns=columns),
    )
    for columns in (SIX, HALF)
)
OTHERS = Situation(
    "+10% on one of 8 pairs, noise 2%: another called slower within 3 nights",
    Machine(0.02),
    others,
    THREE_NIGHTS,
    PAIR_10,
    pairs=TWO_MODELS,
)
FIRST_NIGHTS = Situation(
    "false alarms in the first 12 nights, noise 4%, drift 3%",
    NOISY,
    nights,
    range(12),
    learnt=range(0),
    count=80,
)
FOURTH_NIGHT = Situation(
    "+20% on one pair on the fourth night, noise 2%",
    Machine(0.02),
    ONE_PAIR,
    change=partial(changed, scope="pair", size=0.20),
    learnt=range(BASELINE_NIGHTS - 3, BASELINE_NIGHTS),
)
FALSE_OF_3, FALSE_OF_4 = (
    Situation(
        f"false alarms, {name} pairs, noise 2%, drift 3%",
        DRIFTING,
        nights,
        QUIET_NIGHTS,
        pairs=pairs,
        count=24,
    )
    for name, pairs in (("three", THREE_PAIRS), ("four", FOUR_PAIRS))
)
ONE_OF_3, ONE_OF_4 = (
    Situation(
        f"+10% on one of {name} pairs, noise 2%, drift 3%, within 3 nights",
        DRIFTING,
        ONE_PAIR,
        THREE_NIGHTS,
        PAIR_10,
        pairs=pairs,
    )
    for name, pairs in (("three", THREE_PAIRS), ("four", FOUR_PAIRS))
)
OTHERS_OF_3 = Situation(
    "+10% on one of three pairs, noise 2%, drift 3%: another called slower within 3 nights",
    DRIFTING,
    others,
    THREE_NIGHTS,
    PAIR_10,
    pairs=THREE_PAIRS,
)
ALL_OF_3 = Situation(
    "+10% on all of three pairs, noise 2%, drift 3%, within 3 nights",
    DRIFTING,
    partial(found, scope="all"),
    THREE_NIGHTS,
    partial(changed, scope="all", size=0.10),
    pairs=THREE_PAIRS,
)

SITUATIONS = (
    *(FALSE_4, FALSE_2, FALSE_1, PAIR_2, PAIR_4, SMALL, TINY, SCHEME, EVERYTHING, SIX_PAIRS),
    *(EIGHT_PAIRS, AFTER_SPIKE, SPIKY_BASELINE, WANDERING, BIMODAL, NAMED, NAMED_WRONGLY, OTHERS),
    *(FIRST_NIGHTS, FOURTH_NIGHT, FALSE_OF_3, ONE_OF_3, OTHERS_OF_3, ALL_OF_3),
    *(FALSE_OF_4, ONE_OF_4),
)
"""In the order of the page."""
