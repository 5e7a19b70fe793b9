"""Every stored session judged against those before it, as the gate would have on its day. Pure.

A session is set against the earlier ones of its environment and protocol. A pair's value becomes
part of the baseline when the pair did what was expected of it and was not flagged. What was
flagged stays out for good, unless it is accepted: then the baseline of the pair starts anew there.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

import msgspec
import numpy as np

from lowprec.accuracy import changes_from_history
from lowprec.gate_verdicts import Acceptance, NightVerdict, pair_verdict
from lowprec.nights import Night, PairNight
from lowprec.order import place
from lowprec.sessions import Pair, was_asked_for
from lowprec.slowdown import ALL, NIGHTS, WINDOW, Finding, judge

__all__ = ["Series", "Standing", "replay"]

ACCURACY_CONFIDENCE = 0.9994
"""Of the interval of a pair's accuracy against its own history: one false alarm of sixteen pairs
in 200 sessions."""


class Standing(msgspec.Struct, frozen=True, array_like=True):
    """What a judged session leaves for later ones.

    Attributes:
        left_out: its pairs that are no part of the baseline.
        renewed: pairs whose baseline starts anew with it.
        given_up: pairs that are missed no longer.
    """

    left_out: tuple[Pair, ...] = ()
    renewed: tuple[Pair, ...] = ()
    given_up: tuple[Pair, ...] = ()


def replay(
    nights: Iterable[Night], accepted: Collection[Acceptance] = ()
) -> Iterator[NightVerdict]:
    """Judge every session, oldest first, each against those before it."""
    series: dict[tuple[str, str], Series] = defaultdict(Series)
    for night in nights:
        yield series[night.key, night.protocol].judged(night, accepted)[0]


@dataclass
class _Row:
    """The log seconds of a session, and which of them count for the baseline."""

    log_s: dict[Pair, float]
    counts: set[Pair]


@dataclass
class Series:
    """The sessions of one environment and protocol so far, as far as later ones need them."""

    _rows: list[_Row] = field(default_factory=list)
    _how: dict[Pair, str] = field(default_factory=dict)
    _accuracies: dict[Pair, dict[int, list[float]]] = field(default_factory=dict)
    _prune_at: int = 2 * WINDOW

    def judged(
        self, night: Night, accepted: Collection[Acceptance] = ()
    ) -> tuple[NightVerdict, Standing]:
        """Judge a session and take it in."""
        self._start(night)
        pairs = sorted({*self._how, *(night.asked_for or ())}, key=lambda pair: place(*pair))
        times = self._times(pairs)
        changes = changes_from_history(
            self._accuracies, {one.pair: one.accuracies for one in night.pairs}, ACCURACY_CONFIDENCE
        )
        tonight = {one.pair: one for one in night.pairs}
        reasons = {pair: a.reason for pair in pairs for a in accepted if a.covers(night.name, pair)}
        due = [pair for pair in pairs if pair in tonight or was_asked_for(pair, night.asked_for)]
        found = []
        for pair in due:
            verdict = pair_verdict(pair, tonight.get(pair), times[pair], changes.get(pair))
            if verdict.acceptable and pair in reasons:
                verdict = replace(verdict, accepted=reasons[pair])
            found.append(verdict)
        wrong = {verdict.pair for verdict in found if verdict.flagged or not verdict.expected}
        changed = {verdict.pair for verdict in found if verdict.accepted is not None}
        standing = Standing(
            left_out=tuple(pair for pair in tonight if pair in wrong),
            renewed=tuple(pair for pair in tonight if pair in changed),
            given_up=tuple(changed - set(tonight)),
        )
        self._finish(night, standing)
        return NightVerdict(night, tuple(found), len(pairs) - len(due)), standing

    def recall(self, night: Night, standing: Standing) -> None:
        """Take in a session that was judged before, with the same result."""
        self._start(night)
        self._finish(night, standing)

    def _start(self, night: Night) -> None:
        """Add the times of a session; what is trained otherwise from now on has no baseline."""
        for one in night.pairs:
            if self._how.get(one.pair, one.how) != one.how:
                self._forget(one.pair)
            self._how[one.pair] = one.how
        timed = {one.pair: math.log(one.seconds) for one in night.pairs if one.seconds}
        self._rows.append(_Row(timed, set()))

    def _finish(self, night: Night, standing: Standing) -> None:
        """Let the pairs of the session count that shall."""
        for pair in standing.renewed + standing.given_up:
            self._forget(pair)
        for pair in standing.given_up:
            self._how.pop(pair, None)  # one that was never trained is not there
        for one in night.pairs:
            if one.pair not in standing.left_out:
                self._rows[-1].counts.add(one.pair)
                self._remember(one)
        if len(self._rows) >= self._prune_at:
            self._prune()

    def _times(self, pairs: list[Pair]) -> dict[Pair, tuple[Finding, str | None]]:
        """Judge the times of the last session; pairs that it did not time have "no baseline".

        Sessions of other pairs only say nothing of these, and do not interrupt their nights: a
        matrix may be trained model by model.
        """
        timed = self._rows[-1].log_s.keys()
        rows = [row for row in self._rows if not timed.isdisjoint(row.log_s)] or self._rows[-1:]
        log_s = np.array([[row.log_s.get(p, np.nan) for p in pairs] for row in rows])
        counts = np.array([[p in row.counts for p in pairs] for row in rows])
        groups = _groups(pairs)
        findings = judge(log_s, counts, [columns for _, columns in groups])
        names = ["all pairs" if f.scope == ALL else None for f in findings]
        for i, finding in enumerate(findings):
            if finding.scope is not None and finding.scope != ALL:
                names[i] = groups[finding.scope][0]
        return {p: (f, name) for p, f, name in zip(pairs, findings, names, strict=True)}

    def _remember(self, one: PairNight) -> None:
        by_seed = self._accuracies.setdefault(one.pair, {})
        for seed, accuracy in one.accuracies.items():
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


def _groups(pairs: list[Pair]) -> list[tuple[str, list[int]]]:
    """Return the columns of each model and each scheme that has several pairs, but not all."""
    groups: dict[str, list[int]] = defaultdict(list)
    for column, (model, scheme) in enumerate(pairs):
        groups[f"model {model}"].append(column)
        groups[f"scheme {scheme}"].append(column)
    return [(name, columns) for name, columns in groups.items() if 1 < len(columns) < len(pairs)]
