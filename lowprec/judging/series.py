"""The sessions of one environment and protocol, judged one after the other. Pure.

A session is set against the earlier ones of its series. A pair's value becomes part of the baseline
when the pair did what was expected of it and was not flagged. What was flagged stays out for good,
unless it is accepted: then the baseline of the pair starts anew there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from lowprec.judging.accuracy import changes_from_history
from lowprec.judging.evidence import NIGHTS
from lowprec.judging.slowdown import WINDOW, TimeVerdict, judge_times
from lowprec.judging.verdict import PairVerdict, SessionVerdict, pair_verdict
from lowprec.record.acceptance import Acceptance
from lowprec.record.session import was_asked_for
from lowprec.record.standing import Standing
from lowprec.record.summary import PairSummary, SessionSummary
from lowprec.rows.matrix import Pair

__all__ = ["Series"]

ACCURACY_CONFIDENCE = 0.9994
"""Of the interval of a pair's accuracy against its own history: one false alarm of sixteen pairs
in 200 sessions (half of 1 - 0.9994 is beyond the lower bound: 16 * 0.0003 = 1 / 208)."""


@dataclass
class _Row:
    """The log seconds of a session, and which of them count for the baseline."""

    log_s: dict[Pair, float]
    counts: set[Pair]


@dataclass
class Series:
    """The sessions so far, as far as later ones need them."""

    _rows: list[_Row] = field(default_factory=list)
    _how: dict[Pair, str] = field(default_factory=dict)
    _accuracies: dict[Pair, dict[int, list[float]]] = field(default_factory=dict)
    _prune_at: int = 2 * WINDOW

    def judge(
        self, session: SessionSummary, accepted: Collection[Acceptance] = ()
    ) -> tuple[SessionVerdict, Standing]:
        """Judge a session and take it in."""
        self._start(session)
        stored, asked_for = session.by_pair, session.asked_for
        known = sorted({*self._how, *(asked_for or ())}, key=Pair.sort_key)
        due = [pair for pair in known if pair in stored or was_asked_for(pair, asked_for)]
        timings = self._timings(known)
        learnt = {pair.pair: pair.accuracies if pair.learns else {} for pair in session.pairs}
        changes = changes_from_history(self._accuracies, learnt, ACCURACY_CONFIDENCE)
        said = (pair_verdict(p, stored.get(p), timings[p], changes.get(p)) for p in due)
        verdicts = tuple(_with_acceptance(verdict, session.name, accepted) for verdict in said)
        standing = _standing(session, verdicts)
        self._finish(session, standing)
        return SessionVerdict(session, verdicts, len(known) - len(due)), standing

    def recall(self, session: SessionSummary, standing: Standing) -> None:
        """Take in a session that was judged before, with the same result."""
        self._start(session)
        self._finish(session, standing)

    def _start(self, session: SessionSummary) -> None:
        """Add the times of a session; what is trained otherwise from now on has no baseline."""
        for pair in session.pairs:
            if self._how.get(pair.pair, pair.how) != pair.how:
                self._forget(pair.pair)
            self._how[pair.pair] = pair.how
        timed = {pair.pair: math.log(pair.seconds) for pair in session.pairs if pair.seconds}
        self._rows.append(_Row(timed, set()))

    def _finish(self, session: SessionSummary, standing: Standing) -> None:
        """Let the pairs of the session count that shall."""
        for pair in standing.renewed + standing.given_up:
            self._forget(pair)
        for pair in standing.given_up:
            self._how.pop(pair, None)  # one that was never trained is not there
        for stored in session.pairs:
            if stored.pair not in standing.left_out:
                self._rows[-1].counts.add(stored.pair)
                self._remember(stored)
        if len(self._rows) >= self._prune_at:
            self._prune()

    def _timings(self, pairs: Sequence[Pair]) -> dict[Pair, TimeVerdict]:
        """Judge the times of the last session; pairs that it did not time have no baseline.

        Sessions of other pairs only say nothing of these, and do not interrupt their nights: a
        matrix may be trained model by model.
        """
        timed = self._rows[-1].log_s.keys()
        rows = [row for row in self._rows if not timed.isdisjoint(row.log_s)] or self._rows[-1:]
        log_s = np.array([[row.log_s.get(pair, np.nan) for pair in pairs] for row in rows])
        counts = np.array([[pair in row.counts for pair in pairs] for row in rows])
        return dict(zip(pairs, judge_times(log_s, counts, _groups(pairs)), strict=True))

    def _remember(self, stored: PairSummary) -> None:
        by_seed = self._accuracies.setdefault(stored.pair, {})
        for seed, accuracy in stored.accuracies.items() if stored.learns else ():
            values = by_seed.setdefault(seed, [])
            values.append(accuracy)
            del values[:-WINDOW]

    def _forget(self, pair: Pair) -> None:
        """Start the baseline of a pair anew."""
        self._accuracies.pop(pair, None)
        for row in self._rows:
            row.counts.discard(pair)

    def _prune(self) -> None:
        """Drop rows that no later session can need.

        Of every pair the newest are needed, which are judged together with the next, and before
        these the newest that count, however old they are: a pair that is flagged for months keeps
        its baseline.
        """
        nights = dict.fromkeys(self._how, NIGHTS - 1)
        left = dict.fromkeys(self._how, WINDOW + NIGHTS - 1)
        kept = []
        for row in reversed(self._rows):
            wanted = [(nights, pair) for pair in row.log_s if nights.get(pair, 0) > 0]
            wanted += [(left, pair) for pair in row.counts if left.get(pair, 0) > 0]
            for needed, pair in wanted:
                needed[pair] -= 1
            if wanted:
                kept.append(row)
        self._rows = kept[::-1]
        self._prune_at = len(kept) + WINDOW


def _with_acceptance(
    verdict: PairVerdict, session: str, accepted: Collection[Acceptance]
) -> PairVerdict:
    reasons = [row.reason for row in accepted if row.covers(session, verdict.pair)]
    return replace(verdict, accepted=reasons[-1]) if reasons and verdict.acceptable else verdict


def _standing(session: SessionSummary, verdicts: Collection[PairVerdict]) -> Standing:
    """Return what a session leaves: what is wrong with it stays out, what is accepted renews."""
    wrong = {verdict.pair for verdict in verdicts if verdict.flagged or not verdict.expected}
    accepted = {verdict.pair for verdict in verdicts if verdict.accepted is not None}
    stored = session.by_pair
    return Standing(
        left_out=tuple(pair for pair in stored if pair in wrong),
        renewed=tuple(pair for pair in stored if pair in accepted),
        given_up=tuple(accepted - set(stored)),
    )


def _groups(pairs: Sequence[Pair]) -> dict[str, list[int]]:
    """Return the columns of each model and each scheme that has several pairs, but not all."""
    groups: dict[str, list[int]] = defaultdict(list)
    for column, pair in enumerate(pairs):
        groups[f"model {pair.model}"].append(column)
        groups[f"scheme {pair.scheme}"].append(column)
    return {name: columns for name, columns in groups.items() if 1 < len(columns) < len(pairs)}
