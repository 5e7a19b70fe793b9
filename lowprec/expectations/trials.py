"""How often a row of the expectations is right about seeds that it was not made from. Pure."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import msgspec

from lowprec.expectations.table import Expectation
from lowprec.expectations.verdict import judge_record
from lowprec.record.record import Record, Round
from lowprec.record.verdicts import Verdict

__all__ = ["LOSS", "Trial", "trial"]

LOSS = 0.03
"""Accuracy that is taken from every round to see whether a row notices."""

MAX_SESSIONS = 10_000
"""So many sets of seeds are judged at most, chosen at random where there are more."""


@dataclass(frozen=True)
class Trial:
    """What a row says of sessions made up from the rounds of many seeds.

    Attributes:
        sessions: sets of as many seeds as the protocol has rounds.
        passed: how many of them pass.
        noticed: how many fail as worse once each round has lost `LOSS`; None where the row does
            not expect learning alone, or where the pair has no rounds.
    """

    sessions: int
    passed: int
    noticed: int | None

    @property
    def pass_rate(self) -> float:
        """Share of sessions that pass."""
        return self.passed / self.sessions


def trial(record: Record, row: Expectation) -> Trial:
    """Judge every session that can be made up from a record's rounds, a seed a round."""
    if not record.rounds:
        return Trial(1, int(_verdict(record, row) is Verdict.OK), None)
    size = min(record.protocol.rounds, len(record.rounds))
    sessions = [replace(record, rounds=rounds) for rounds in _sets(record.rounds, size)]
    passed = sum(_verdict(session, row) is Verdict.OK for session in sessions)
    noticed = None
    if row.outcomes == {"learns"}:
        lowered = (
            replace(session, rounds=tuple(map(_with_loss, session.rounds))) for session in sessions
        )
        noticed = sum(_verdict(session, row) is Verdict.WORSE for session in lowered)
    return Trial(len(sessions), passed, noticed)


def _verdict(record: Record, row: Expectation) -> Verdict:
    return judge_record(record, row.conditions, row).verdict


def _sets(rounds: Sequence[Round], size: int) -> Iterator[tuple[Round, ...]]:
    if math.comb(len(rounds), size) <= MAX_SESSIONS:
        return combinations(rounds, size)
    chosen = random.Random(0)
    return (tuple(chosen.sample(rounds, size)) for _ in range(MAX_SESSIONS))


def _with_loss(trained: Round) -> Round:
    if trained.test_hits is None:
        return msgspec.structs.replace(
            trained, test_accuracy=max(0.0, trained.test_accuracy - LOSS)
        )
    hits = max(0, trained.test_hits - round(LOSS * trained.test_total))
    return msgspec.structs.replace(trained, test_hits=hits, test_accuracy=hits / trained.test_total)
