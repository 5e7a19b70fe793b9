"""What changed between two environments, pair by pair. Pure: two sides in, verdicts out.

Time is compared by whole sessions, since rounds of one process are not independent: a session
gives one number, the logarithm of its median seconds. Accuracy is compared seed by seed, where
both sides trained the same seeds: what a seed brings to both sides cancels out.

A change is flagged where its interval lies wholly beyond the least change worth a flag.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from lowprec.accuracy import LEAST_LOSS, Sides, accuracy_changes, mean_accuracy
from lowprec.intervals import Change, interval, moderated, spread
from lowprec.matching import Side
from lowprec.order import place
from lowprec.outcomes import OUTCOMES
from lowprec.sessions import Pair, Session, StoredPair, was_asked_for

__all__ = [
    "LEAST_SLOWDOWN",
    "NOT_ASKED_FOR",
    "REFERENCE_SCHEME",
    "REGRESSIONS",
    "UNJUDGED",
    "PairComparison",
    "compare_pairs",
    "relative_seconds",
]

LEAST_SLOWDOWN = 0.05
"""Least relative change of time that is flagged."""

REFERENCE_SCHEME = "single"
"""A scheme's time relative to this one's, in the same session, holds across machines."""

REGRESSIONS = ("outcome changed", "worse", "slower", "missing")
"""Verdicts that say that something got worse."""

NOT_ASKED_FOR = "not asked for"
"""Verdict on a pair that no session of the later side was to train: it is not missing."""

UNJUDGED: Mapping[str, str] = {
    "time not judged": "one session on each side, which says nothing of the noise",
    "accuracy not judged": "the two sides have no seed in common",
    "trained otherwise": "the two sides differ in data, epochs or length of the reviews",
}
"""Verdicts that say what could not be judged, and why."""


@dataclass(frozen=True)
class PairComparison:
    """One pair on both sides.

    Attributes:
        before_s, after_s: median over sessions of a session's median seconds; None if untimed.
        log_ratio: change of the logarithm of the seconds, after minus before.
        before_relative, after_relative: seconds relative to `REFERENCE_SCHEME` of the same
            session; None where that is missing.
        before_accuracy, after_accuracy: mean test accuracy over `seeds`, or over all where there
            are none.
        accuracy: change of accuracy over `seeds`; None where a side does not learn, or where the
            two sides have no seed in common.
        before_outcomes, after_outcomes: outcomes of all rounds, from the best to the worst.
        verdicts: of "outcome changed", "improved", "worse", "slower", "faster", "missing", "new",
            `NOT_ASKED_FOR`, and of `UNJUDGED`; "ok" alone.
    """

    model: str
    scheme: str
    verdicts: tuple[str, ...]
    before_s: float | None = None
    after_s: float | None = None
    log_ratio: Change | None = None
    before_relative: float | None = None
    after_relative: float | None = None
    before_accuracy: float | None = None
    after_accuracy: float | None = None
    accuracy: Change | None = None
    seeds: tuple[int, ...] = ()
    before_outcomes: tuple[str, ...] = ()
    after_outcomes: tuple[str, ...] = ()

    @property
    def pair(self) -> Pair:
        """Model and scheme."""
        return self.model, self.scheme

    @property
    def flagged(self) -> bool:
        """Whether something got worse."""
        return any(verdict in REGRESSIONS for verdict in self.verdicts)

    @property
    def judged(self) -> bool:
        """Whether everything could be judged."""
        return not any(verdict in UNJUDGED for verdict in self.verdicts)


def compare_pairs(before: Side, after: Side) -> list[PairComparison]:
    """Compare every pair that either side has, in the order of models and schemes."""
    stored = [_stored(side) for side in (before, after)]
    both = [pair for pair in stored[0] if pair in stored[1]]
    comparable = [pair for pair in both if _data(stored[0][pair]) == _data(stored[1][pair])]
    sides = {pair: (stored[0][pair], stored[1][pair]) for pair in comparable}
    times, accuracies = _log_ratios(sides), accuracy_changes(sides)
    relative = [_relative(side.sessions) for side in (before, after)]
    found = []
    for pair in sorted({**stored[0], **stored[1]}, key=lambda pair: place(*pair)):
        if pair not in both:
            found.append(PairComparison(*pair, (_on_one_side(pair, pair in stored[0], after),)))
        elif pair not in sides:
            found.append(PairComparison(*pair, ("trained otherwise",)))
        else:
            change, seeds = accuracies.get(pair, (None, ()))
            found.append(_compared(pair, sides[pair], times.get(pair), change, seeds, relative))
    return found


def _on_one_side(pair: Pair, before: bool, after: Side) -> str:
    """Return the verdict on a pair that only one side has."""
    if not before:
        return "new"
    due = any(was_asked_for(pair, session.asked_for) for session in after.sessions)
    return "missing" if due else NOT_ASKED_FOR


def _stored(side: Side) -> dict[Pair, list[StoredPair]]:
    found: dict[Pair, list[StoredPair]] = defaultdict(list)
    for session in side.sessions:
        for pair, stored in session.pairs.items():
            found[pair].append(stored)
    return dict(found)


def _data(stored: Sequence[StoredPair]) -> list[object]:
    """Return what the pair was trained on and how, every variant once."""
    variants: list[object] = []
    for pair in stored:
        if (variant := (pair.data, pair.budget)) not in variants:
            variants.append(variant)
    return variants


def _compared(
    pair: Pair,
    sides: Sides,
    log_ratio: Change | None,
    accuracy: Change | None,
    seeds: tuple[int, ...],
    relative: Sequence[Mapping[Pair, float]],
) -> PairComparison:
    seconds = [_median_s(stored) for stored in sides]
    accuracies = [mean_accuracy(stored, seeds) for stored in sides]
    outcomes = [_outcomes(stored) for stored in sides]
    learns = outcomes == [("learns",), ("learns",)]
    verdicts = [
        *_outcome_verdict(*sides),
        *_verdict(accuracy, LEAST_LOSS, above="improved", below="worse"),
        *_verdict(log_ratio, math.log1p(LEAST_SLOWDOWN), above="slower", below="faster"),
        *(["accuracy not judged"] if learns and accuracy is None else []),
        *(["time not judged"] if log_ratio and log_ratio.low is None else []),
    ]
    return PairComparison(
        *pair,
        tuple(dict.fromkeys(verdicts)) or ("ok",),
        before_s=seconds[0],
        after_s=seconds[1],
        log_ratio=log_ratio,
        before_relative=relative[0].get(pair),
        after_relative=relative[1].get(pair),
        before_accuracy=accuracies[0],
        after_accuracy=accuracies[1],
        accuracy=accuracy,
        seeds=seeds,
        before_outcomes=outcomes[0],
        after_outcomes=outcomes[1],
    )


def _verdict(change: Change | None, least: float, above: str, below: str) -> list[str]:
    beyond = change.beyond(least) if change else 0
    return [above] if beyond > 0 else [below] if beyond < 0 else []


def _outcome_verdict(before: Sequence[StoredPair], after: Sequence[StoredPair]) -> list[str]:
    """Judge the outcomes: one that was neither seen nor expected before is a change.

    So a pair whose outcome is a matter of luck is not flagged for its luck.
    """
    known = {outcome for stored in before for outcome in stored.outcomes}
    for stored in before:
        if stored.expected and stored.outcomes <= set(stored.expected.outcome.split("|")):
            known |= set(stored.expected.outcome.split("|"))
    new = {outcome for stored in after for outcome in stored.outcomes} - known
    if not new:
        return []
    worst_before, worst_new = (max(map(OUTCOMES.index, names)) for names in (known, new))
    return ["outcome changed" if worst_new > worst_before else "improved"]


def _outcomes(stored: Sequence[StoredPair]) -> tuple[str, ...]:
    return tuple(sorted({o for pair in stored for o in pair.outcomes}, key=OUTCOMES.index))


def _median_s(stored: Iterable[StoredPair]) -> float | None:
    seconds = [pair.seconds for pair in stored if pair.seconds is not None]
    return median(seconds) if seconds else None


def relative_seconds(session: Session) -> dict[Pair, float]:
    """Return each pair's seconds relative to its model's in the reference scheme."""
    reference = {
        pair.model: pair.seconds
        for pair in session.pairs.values()
        if pair.scheme == REFERENCE_SCHEME and pair.seconds
    }
    return {
        name: pair.seconds / reference[pair.model]
        for name, pair in session.pairs.items()
        if pair.seconds and pair.model in reference
    }


def _relative(sessions: Iterable[Session]) -> dict[Pair, float]:
    """Return the median over the sessions of each pair's relative seconds."""
    ratios: dict[Pair, list[float]] = defaultdict(list)
    for session in sessions:
        for pair, ratio in relative_seconds(session).items():
            ratios[pair].append(ratio)
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
