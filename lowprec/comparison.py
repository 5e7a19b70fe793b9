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

from scipy import stats

from lowprec.history import Pair, Session, StoredPair
from lowprec.intervals import CONFIDENCE, Change, interval, moderated, spread
from lowprec.matching import Side
from lowprec.models import MODELS
from lowprec.outcomes import OUTCOMES
from lowprec.schemes import SCHEMES

__all__ = [
    "LEAST_LOSS",
    "LEAST_SLOWDOWN",
    "REFERENCE_SCHEME",
    "REGRESSIONS",
    "UNJUDGED",
    "PairComparison",
    "compare_pairs",
]

LEAST_SLOWDOWN = 0.05
"""Least relative change of time that is flagged."""

LEAST_LOSS = 0.005
"""Least change of accuracy that is flagged: half a point."""

REFERENCE_SCHEME = "single"
"""A scheme's time relative to this one's, in the same session, holds across machines."""

REGRESSIONS = ("outcome changed", "worse", "slower", "missing")
"""Verdicts that say that something got worse."""

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
            and of `UNJUDGED`; "ok" alone.
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
    times = _log_ratios({p: (stored[0][p], stored[1][p]) for p in comparable})
    accuracies = _accuracies({p: (stored[0][p], stored[1][p]) for p in comparable})
    relative = [_relative(side.sessions) for side in (before, after)]
    found = []
    for pair in sorted({**stored[0], **stored[1]}, key=_order):
        if pair not in both:
            found.append(PairComparison(*pair, ("missing" if pair in stored[0] else "new",)))
        elif pair not in comparable:
            found.append(PairComparison(*pair, ("trained otherwise",)))
        else:
            change, seeds = accuracies[pair]
            sides = stored[0][pair], stored[1][pair]
            found.append(_compared(pair, sides, times.get(pair), change, seeds, relative))
    return found


def _stored(side: Side) -> dict[Pair, list[StoredPair]]:
    found: dict[Pair, list[StoredPair]] = defaultdict(list)
    for session in side.sessions:
        for pair, stored in session.pairs.items():
            found[pair].append(stored)
    return dict(found)


def _order(pair: Pair) -> tuple[int, int, Pair]:
    """Return a sort key: as models and schemes are ordered, those that are no more last."""
    places = [list(table) for table in (MODELS, SCHEMES)]
    model, scheme = (
        place.index(name) if name in place else len(place)
        for place, name in zip(places, pair, strict=True)
    )
    return model, scheme, pair


def _data(stored: Sequence[StoredPair]) -> list[object]:
    """Return what the pair was trained on and how, every variant once."""
    variants: list[object] = []
    for pair in stored:
        if (variant := (pair.data, pair.budget)) not in variants:
            variants.append(variant)
    return variants


def _compared(
    pair: Pair,
    sides: tuple[list[StoredPair], list[StoredPair]],
    log_ratio: Change | None,
    accuracy: Change | None,
    seeds: tuple[int, ...],
    relative: Sequence[Mapping[Pair, float]],
) -> PairComparison:
    seconds = [_median_s(stored) for stored in sides]
    accuracies = [_mean_accuracy(stored, seeds) for stored in sides]
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


def _session_s(stored: StoredPair) -> float | None:
    """Return a session's seconds of a pair: the median over its rounds."""
    return median(r.fit_s for r in stored.rounds) if stored.rounds else None


def _median_s(stored: Iterable[StoredPair]) -> float | None:
    seconds = [s for pair in stored if (s := _session_s(pair)) is not None]
    return median(seconds) if seconds else None


def _mean_accuracy(stored: Iterable[StoredPair], seeds: Sequence[int]) -> float | None:
    """Return the mean over these seeds, or over all where none is given."""
    by_seed = _accuracy_by_seed(stored)
    accuracies = [by_seed[seed] for seed in seeds or by_seed]
    return fmean(accuracies) if accuracies else None


def _relative(sessions: Iterable[Session]) -> dict[Pair, float]:
    """Return each pair's seconds relative to its model's in the reference scheme."""
    ratios: dict[Pair, list[float]] = defaultdict(list)
    for session in sessions:
        seconds = {pair: _session_s(stored) for pair, stored in session.pairs.items()}
        for (model, scheme), own_s in seconds.items():
            reference_s = seconds.get((model, REFERENCE_SCHEME))
            if own_s and reference_s:
                ratios[model, scheme].append(own_s / reference_s)
    return {pair: median(values) for pair, values in ratios.items()}


def _log_ratios(
    stored: Mapping[Pair, tuple[Sequence[StoredPair], Sequence[StoredPair]]],
) -> dict[Pair, Change]:
    """Return the change of the log seconds of every pair that is timed on both sides."""
    logs = {
        pair: [[math.log(s) for p in side if (s := _session_s(p)) is not None] for side in sides]
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


def _accuracies(
    stored: Mapping[Pair, tuple[Sequence[StoredPair], Sequence[StoredPair]]],
) -> dict[Pair, tuple[Change | None, tuple[int, ...]]]:
    """Return the change of accuracy, and its seeds, of every pair that learns on both sides.

    The noise of a seed's difference is that over the seeds, drawn towards that of all schemes of
    the model. A single seed tells nothing of it: then the sampling error of two independent test
    sets of that size stands in, sqrt((p q + p' q') / n).
    """
    by_seed: dict[Pair, dict[int, float]] = {}
    for pair, sides in stored.items():
        if all(p.outcomes == {"learns"} for side in sides for p in side):
            before, after = (_accuracy_by_seed(side) for side in sides)
            by_seed[pair] = {s: after[s] - before[s] for s in before if s in after}
    noise: dict[Pair, tuple[float, int]] = {}
    for model in {model for model, _ in by_seed}:
        noise |= moderated(
            {pair: spread([[*by_seed[pair].values()]]) for pair in by_seed if pair[0] == model}
        )
    found: dict[Pair, tuple[Change | None, tuple[int, ...]]] = {}
    for pair in stored:
        seeds = tuple(sorted(by_seed.get(pair, ())))
        if not seeds:
            found[pair] = None, ()
            continue
        change = fmean(by_seed[pair].values())
        if pair in noise:
            found[pair] = interval(change, noise[pair], 1 / math.sqrt(len(seeds))), seeds
        else:
            found[pair] = _sampling_interval(change, *stored[pair]), seeds
    return found


def _accuracy_by_seed(side: Iterable[StoredPair]) -> dict[int, float]:
    found: dict[int, list[float]] = defaultdict(list)
    for pair in side:
        for r in pair.rounds:
            found[r.seed].append(r.test_accuracy)
    return {seed: fmean(accuracies) for seed, accuracies in found.items()}


def _sampling_interval(
    change: float, before: Sequence[StoredPair], after: Sequence[StoredPair]
) -> Change:
    variance = 0.0
    for side in (before, after):
        accuracy = _mean_accuracy(side, ()) or 0.0
        variance += accuracy * (1 - accuracy) / side[-1].rounds[0].test_total
    half_width = float(stats.norm.ppf((1 + CONFIDENCE) / 2)) * math.sqrt(variance)
    return Change(change, change - half_width, change + half_width)
