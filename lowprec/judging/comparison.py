"""What changed between two environments, pair by pair. Pure: two sides in, verdicts out.

Time is compared by whole sessions, since rounds of one process are not independent: a session
gives one number, the logarithm of its seconds. Accuracy is compared seed by seed, where
both sides trained the same seeds: what a seed brings to both sides cancels out.

A change is flagged where its interval lies wholly beyond the least change worth a flag. Seconds of
two machines are judged where somebody asks for that, and not where a session merely is the first of
its machine: that they differ is no news. How they stand to single precision is the hardware's, too,
and one session against a few hardly tells it from noise.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median

from msgspec.structs import replace as replace_fields

from lowprec.judging.accuracy import LEAST_LOSS, Sides, accuracy_changes, mean_accuracy
from lowprec.judging.intervals import Change, interval, moderated, spread
from lowprec.judging.sides import Side
from lowprec.record.outcomes import OUTCOMES, Outcome, ends_worse
from lowprec.record.session import relative_seconds, was_asked_for
from lowprec.record.summary import PairSummary, SessionSummary
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair

__all__ = [
    "LEAST_SLOWDOWN",
    "Comparison",
    "FirstComparison",
    "PairComparison",
    "compare_pairs",
]

LEAST_SLOWDOWN = 0.05
"""Least relative change of time that is flagged: as good as that of the gate, which flags nothing
below 4.9% (half of the logarithm `lowprec.judging.evidence.SLOWDOWN`)."""


@dataclass(frozen=True)
class PairComparison:
    """One pair on both sides.

    Attributes:
        before_s, after_s: median over sessions of a session's median seconds; None if untimed.
        log_ratio: change of the logarithm of the seconds, after minus before.
        before_relative, after_relative: seconds relative to the reference scheme of the same
            session; None where that is missing.
        before_accuracy, after_accuracy: mean test accuracy over `seeds`, or over all where there
            are none.
        accuracy_change: over `seeds`; None where a side does not learn, or where the two sides
            have no seed in common.
        before_outcomes, after_outcomes: outcomes of all rounds, from the best to the worst.
        verdicts: all that is said, each once; `OK` alone.
    """

    pair: Pair
    verdicts: tuple[Verdict, ...]
    before_s: float | None = None
    after_s: float | None = None
    log_ratio: Change | None = None
    before_relative: float | None = None
    after_relative: float | None = None
    before_accuracy: float | None = None
    after_accuracy: float | None = None
    accuracy_change: Change | None = None
    seeds: tuple[int, ...] = ()
    before_outcomes: tuple[Outcome, ...] = ()
    after_outcomes: tuple[Outcome, ...] = ()

    @property
    def worse(self) -> bool:
        """Whether something got worse."""
        return any(verdict.row.worse for verdict in self.verdicts)

    @property
    def judged(self) -> bool:
        """Whether everything could be judged."""
        return all(verdict.row.judged for verdict in self.verdicts)


@dataclass(frozen=True)
class Comparison:
    """Two sides, and what is said of every pair."""

    before: Side
    after: Side
    pairs: Sequence[PairComparison]

    @property
    def worse(self) -> bool:
        """Whether a pair got worse."""
        return any(pair.worse for pair in self.pairs)

    @property
    def judged(self) -> bool:
        """Whether everything could be judged, and any pair was trained on both sides at all."""
        shared = any(pair.before_outcomes and pair.after_outcomes for pair in self.pairs)
        return shared and all(pair.judged for pair in self.pairs)


@dataclass(frozen=True)
class FirstComparison(Comparison):
    """Pairs of a session that are new to its environment, beside the nearest other one.

    `with_times` says whether seconds are judged: those of other hardware are no news.
    """

    with_times: bool = True


def compare_pairs(before: Side, after: Side, with_times: bool = True) -> list[PairComparison]:
    """Compare every pair that either side has, in the order of models and schemes.

    Without times nothing is said of seconds, as if no side had any.
    """
    stored = [_stored(side, with_times) for side in (before, after)]
    both = [pair for pair in stored[0] if pair in stored[1]]
    comparable = [pair for pair in both if _how(stored[0][pair]) == _how(stored[1][pair])]
    sides = {pair: (stored[0][pair], stored[1][pair]) for pair in comparable}
    timed = {pair: _measured_alike(stored) for pair, stored in sides.items()}
    times, accuracies = _log_ratios(timed), accuracy_changes(sides)
    relative = [_relative(side.sessions, timed) for side in (before, after)]
    compared = []
    for pair in sorted({**stored[0], **stored[1]}, key=Pair.sort_key):
        if pair not in both:
            verdict = _on_one_side(pair, pair in stored[0], after)
            compared.append(PairComparison(pair, (verdict,)))
        elif pair not in sides:
            compared.append(PairComparison(pair, (Verdict.TRAINED_OTHERWISE,)))
        else:
            change, seeds = accuracies.get(pair, (None, ()))
            found = _compared(pair, sides[pair], timed[pair], times.get(pair), change, seeds)
            ratios = [by_pair.get(pair) for by_pair in relative]
            compared.append(replace(found, before_relative=ratios[0], after_relative=ratios[1]))
    return compared


def _on_one_side(pair: Pair, before: bool, after: Side) -> Verdict:
    """Return the verdict on a pair that only one side has."""
    if not before:
        return Verdict.NEW
    due = any(was_asked_for(pair, session.asked_for) for session in after.sessions)
    return Verdict.MISSING if due else Verdict.NOT_ASKED_FOR


def _stored(side: Side, with_times: bool) -> dict[Pair, list[PairSummary]]:
    stored: dict[Pair, list[PairSummary]] = defaultdict(list)
    for session in side.sessions:
        for pair in session.pairs:
            stored[pair.pair].append(pair if with_times else replace_fields(pair, seconds=None))
    return dict(stored)


def _how(stored: Sequence[PairSummary]) -> list[str]:
    """Return what the pair was trained on and how, every variant once."""
    return list(dict.fromkeys(pair.how for pair in stored))


def _measured_alike(sides: Sides) -> Sides:
    """Return the sessions that timed a pair in one way, the newest that both sides know.

    Both are empty where there is none.
    """
    before, after = ([pair for pair in side if pair.seconds is not None] for side in sides)
    if not before or not after:
        return before, after
    known = {pair.measured for pair in before}
    newest = next((pair.measured for pair in reversed(after) if pair.measured in known), None)
    alike = [[pair for pair in side if pair.measured == newest] for side in (before, after)]
    return alike[0], alike[1]


def _compared(
    pair: Pair,
    sides: Sides,
    timed: Sides,
    log_ratio: Change | None,
    change: Change | None,
    seeds: tuple[int, ...],
) -> PairComparison:
    seconds = [_median_s(stored) for stored in timed]
    accuracies = [mean_accuracy(stored, seeds) for stored in sides]
    outcomes = [_outcomes(stored) for stored in sides]
    learns = outcomes == [("learns",), ("learns",)]
    verdicts = [
        *_outcome_verdict(*sides),
        *_beyond(change, LEAST_LOSS, above=Verdict.IMPROVED, below=Verdict.WORSE),
        *_beyond(log_ratio, math.log1p(LEAST_SLOWDOWN), above=Verdict.SLOWER, below=Verdict.FASTER),
        *([Verdict.ACCURACY_NOT_JUDGED] if learns and change is None else []),
        *([Verdict.TIME_NOT_JUDGED] if log_ratio and log_ratio.low is None else []),
        *([Verdict.MEASURED_OTHERWISE] if not any(timed) and _are_timed(sides) else []),
    ]
    return PairComparison(
        pair,
        tuple(dict.fromkeys(verdicts)) or (Verdict.OK,),
        before_s=seconds[0],
        after_s=seconds[1],
        log_ratio=log_ratio,
        before_accuracy=accuracies[0],
        after_accuracy=accuracies[1],
        accuracy_change=change,
        seeds=seeds,
        before_outcomes=outcomes[0],
        after_outcomes=outcomes[1],
    )


def _beyond(change: Change | None, least: float, above: Verdict, below: Verdict) -> list[Verdict]:
    beyond = change.beyond(least) if change else 0
    return [above] if beyond > 0 else [below] if beyond < 0 else []


def _outcome_verdict(before: Sequence[PairSummary], after: Sequence[PairSummary]) -> list[Verdict]:
    """Judge the outcomes: one that was neither seen nor expected before is a change.

    So a pair whose outcome is a matter of luck is not flagged for its luck.
    """
    known: set[str] = {outcome for stored in before for outcome in stored.outcomes}
    for stored in before:
        if stored.outcomes <= stored.expected:
            known |= stored.expected
    new = {outcome for stored in after for outcome in stored.outcomes} - known
    if not new:
        return []
    return [Verdict.OUTCOME_CHANGED if ends_worse(new, known) else Verdict.IMPROVED]


def _outcomes(stored: Sequence[PairSummary]) -> tuple[Outcome, ...]:
    return tuple(sorted({o for pair in stored for o in pair.outcomes}, key=OUTCOMES.index))


def _are_timed(sides: Sides) -> bool:
    return all(any(pair.seconds is not None for pair in side) for side in sides)


def _median_s(stored: Iterable[PairSummary]) -> float | None:
    seconds = [pair.seconds for pair in stored if pair.seconds is not None]
    return median(seconds) if seconds else None


def _relative(sessions: Iterable[SessionSummary], timed: Mapping[Pair, Sides]) -> dict[Pair, float]:
    """Return the median of each pair's relative seconds, over the sessions that are compared."""
    ratios: dict[Pair, list[float]] = defaultdict(list)
    alike = {id(stored) for sides in timed.values() for side in sides for stored in side}
    for session in sessions:
        named = [(stored.pair, stored) for stored in session.pairs]
        relative = relative_seconds({pair: stored.seconds for pair, stored in named})
        for pair, stored in named:
            if id(stored) in alike and pair in relative:
                ratios[pair].append(relative[pair])
    return {pair: median(values) for pair, values in ratios.items()}


def _log_ratios(stored: Mapping[Pair, Sides]) -> dict[Pair, Change]:
    """Return the change of the log seconds of every pair that is timed on both sides."""
    logs = {
        pair: [[math.log(p.seconds) for p in side if p.seconds is not None] for side in sides]
        for pair, sides in stored.items()
    }
    logs = {pair: sides for pair, sides in logs.items() if all(sides)}
    noise = moderated({pair: spread(sides) for pair, sides in logs.items()})
    return {
        pair: interval(
            fmean(after) - fmean(before),
            noise.get(pair),
            math.sqrt(1 / len(before) + 1 / len(after)),
        )
        for pair, (before, after) in logs.items()
    }
