"""Generated histories: the sessions of a machine with its noise, by a seed, and what is said."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np

from lowprec.judging.session import replay
from lowprec.record.summary import PairSummary, SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import MATRIX
from tests.literals import environment

START = datetime(2026, 1, 1, tzinfo=UTC)
ACCURACIES = {12: 0.80, 13: 0.81, 14: 0.79}


class Machine:
    """Trains the whole matrix, session after session.

    `noise` is the standard deviation of a pair's log seconds, `drift` that of what all pairs of a
    session share. Its sessions are named 0001_session, 0002_session and so on.
    """

    def __init__(self, seed=5, noise=0.02, drift=0.03):
        self._rng = np.random.default_rng(seed)
        self._noise, self._drift, self._stored = noise, drift, 0

    def session(self, times=1.0, changed=None, protocol="quick", **software):
        """One session; `times` is how many times as long all pairs take, or those of a dict.

        `changed` has fields of the summary of some pairs, `software` of the environment.
        """
        self._stored += 1
        shared = self._rng.normal(0, self._drift)
        noise = self._rng.normal(0, self._noise, len(MATRIX))
        pairs = []
        for number, pair in enumerate(MATRIX):
            factor = times.get(pair, 1.0) if isinstance(times, dict) else times
            seconds = (1 + number / 4) * factor * math.exp(shared + noise[number])
            pairs.append(pair_summary(pair, seconds, **(changed or {}).get(pair, {})))
        return SessionSummary(
            f"{self._stored:04}_session",
            START + timedelta(days=self._stored),
            environment(**software),
            protocol,
            tuple(pairs),
        )

    def sessions(self, count, **others):
        """So many sessions, all of one kind."""
        return [self.session(**others) for _ in range(count)]


def pair_summary(pair, seconds, outcome="learns", expected=None, accuracies=ACCURACIES):
    """What is judged of a pair that did what was expected of it."""
    return PairSummary(
        pair.model,
        pair.scheme,
        how="sample",
        outcome=outcome,
        outcomes=frozenset([outcome]),
        expected=frozenset(expected or [outcome]),
        verdict=Verdict.OK,
        seconds=seconds,
        accuracies=accuracies,
        test_total=1000,
    )


def judged(sessions, accepted=()):
    """The verdict on each session."""
    return list(replay(sessions, accepted))


def words(verdict):
    """All that is said of any pair of a session."""
    return {str(word) for pair in verdict.pairs for word in pair.verdicts}


def flagged(verdict):
    """The pairs that are flagged, with what is said of each."""
    return {pair.pair: pair for pair in verdict.pairs if pair.flagged}
