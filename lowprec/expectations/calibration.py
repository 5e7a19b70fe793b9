"""From trainings over many seeds to a proposed expectation: records in, rows out."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from scipy import stats

from lowprec import framework
from lowprec.choices import MIN_SEEDS
from lowprec.expectations.table import Conditions, Expectation
from lowprec.record.outcomes import OUTCOMES, Outcome, chance_ceiling
from lowprec.record.record import Record, Round
from lowprec.record.seed_round import SeedRound, machines
from lowprec.wording import counted

__all__ = ["AccuracySpread", "made_by", "made_with", "propose", "row_text", "widened"]

FALSE_ALARM_RATE = 0.0006
"""Of one pair on a fresh seed, so that sixteen pairs pass together 99 times in 100."""

DETECTION_RATE = 0.99
"""How sure a loss must be seen to be called detectable."""


@dataclass(frozen=True)
class AccuracySpread:
    """Test accuracies over seeds, and what they say of a session's mean over `rounds` rounds.

    Attributes:
        accuracies: of each seed.
        rounds: of a session.
        least_deviation: that is believed: where right answers are counted, one example's worth.
            Where all seeds score the same, the next may well get one wrong.
    """

    accuracies: tuple[float, ...]
    rounds: int
    least_deviation: float = 0.0

    @property
    def mean(self) -> float:
        """Mean accuracy."""
        return fmean(self.accuracies)

    @property
    def deviation(self) -> float:
        """Standard deviation of one training's accuracy."""
        return stdev(self.accuracies)

    @property
    def _believed(self) -> float:
        return max(self.deviation, self.least_deviation)

    @property
    def half_width(self) -> float:
        """Half the width of the band: a t prediction interval for the mean of `rounds` new seeds.

        t(1 - FALSE_ALARM_RATE / 2; n - 1) * s * sqrt(1 / rounds + 1 / n), as in G. J. Hahn and
        W. Q. Meeker, "Statistical Intervals", 1991, section 4.8.
        """
        n = len(self.accuracies)
        quantile = stats.t.ppf(1 - FALSE_ALARM_RATE / 2, df=n - 1)
        return float(quantile * self._believed * math.sqrt(1 / self.rounds + 1 / n))

    @property
    def detectable_loss(self) -> float:
        """Smallest drop of the mean accuracy that leaves the band 99 times in 100."""
        margin = stats.norm.ppf(DETECTION_RATE) * self._believed / math.sqrt(self.rounds)
        return self.half_width + float(margin)


def propose(record: Record, conditions: Conditions, made_with: str) -> Expectation:
    """Propose the row for a pair trained over many seeds.

    Args:
        record: the pair, a round a seed.
        conditions: what the row is for.
        made_with: versions, device and date, for the evidence.

    Raises:
        ValueError: fewer than `MIN_SEEDS` rounds.
    """
    if record.unsupported:
        reason = f"no kernel for {record.unsupported.op} in {record.unsupported.dtype}"
        return _row(conditions, "unsupported", None, None, f"{reason}; {made_with}")
    if len(record.rounds) < MIN_SEEDS:
        raise ValueError(f"{record.pair}: {len(record.rounds)} seeds, expected {MIN_SEEDS} or more")
    counts = Counter(r.outcome for r in record.rounds)
    outcome = "|".join(name for name in OUTCOMES if counts[name])
    spread = AccuracySpread(
        tuple(r.test_accuracy for r in record.rounds),
        record.protocol.rounds,
        _one_example(record.rounds[0]),
    )
    low, high = _band(record, spread)
    evidence = f"{_evidence(record, counts, spread)}; {made_with}"
    return _row(conditions, outcome, low, high, evidence)


def _one_example(trained: Round) -> float:
    """Return what one example is worth of an accuracy; 0 of a score of one's own."""
    return 0.0 if trained.test_hits is None else 1 / trained.test_total


def _band(record: Record, spread: AccuracySpread) -> tuple[float, float]:
    """Return the band: that of guessing where the pair never does better, else the spread's.

    Where it learns it does, and a pair that is called `diverged` for a weight may, too.
    """
    low, high = _band_of_guessing(record.guess)
    guesses = low <= min(spread.accuracies) <= max(spread.accuracies) <= high
    if not guesses:
        low, high = spread.mean - spread.half_width, spread.mean + spread.half_width
    return _outward(low, high)


def _band_of_guessing(guess: float) -> tuple[float, float]:
    """Return what guessing may score: up to `chance_ceiling`, and as far down."""
    high = chance_ceiling(guess)
    return 2 * guess - high, high


def _outward(low: float, high: float) -> tuple[float, float]:
    """Round outward to the table's four digits; what is one already stays as it is."""
    low, high = (round(share * 1e4, 6) for share in (low, high))
    return max(0.0, math.floor(low) / 1e4), min(1.0, math.ceil(high) / 1e4)


def _evidence(record: Record, counts: Counter[Outcome], spread: AccuracySpread) -> str:
    seeds = [r.seed for r in record.rounds]
    outcomes = ", ".join(f"{name} in {count}" for name, count in counts.most_common())
    evidence = (
        f"{outcomes} of {len(seeds)} seeds {min(seeds)}-{max(seeds)}; "
        f"accuracy {min(spread.accuracies):.4f} to {max(spread.accuracies):.4f}"
    )
    if set(counts) != {"learns"}:
        return evidence
    return (
        f"{evidence}, mean {spread.mean:.4f}, sd {spread.deviation:.4f}; "
        f"sees a loss of {spread.detectable_loss:.3f}"
    )


def made_with() -> str:
    """Return what this process measures with: versions, device and date, for the evidence."""
    device, day = framework.device(), str(datetime.datetime.now(tz=datetime.UTC).date())
    versions = framework.tensorflow_version(), framework.keras_version()
    return _made_with(*versions, device.gpu, bool(device.onednn), day)


def made_by(rounds: Sequence[SeedRound]) -> str:
    """Return what rounds were measured with, by whom, and the day of the last, for the evidence."""
    environment = rounds[0].maker.environment
    gpus = sorted({each.maker.environment.gpu or "" for each in rounds})
    versions = environment.tensorflow, environment.keras
    day = max(each.day for each in rounds)
    made = _made_with(*versions, " or ".join(gpus), bool(environment.onednn), day)
    count, by_name = machines(rounds)
    if count == 1:
        return made
    (name, most), *others = by_name.most_common()
    names = "".join(f", {rounds} on {other}" for other, rounds in others)
    return f"{made}; {count} machines: {counted(most, 'round')} on {name}{names}"


def _made_with(tensorflow: str, keras: str, gpu: str | None, onednn: bool, day: str) -> str:
    where = gpu or ("cpu with oneDNN" if onednn else "cpu without oneDNN")
    return f"TensorFlow {tensorflow}, Keras {keras}, {where}, {day}"


def row_text(row: Expectation) -> str:
    """Return a row for people: what is expected, and below it why."""
    band = "" if row.accuracy_min is None else f" {row.accuracy_min:.4f} to {row.accuracy_max:.4f}"
    return f"{row.model} {row.scheme}: {row.outcome}{band}\n  {row.evidence}"


def _row(
    conditions: Conditions, outcome: str, low: float | None, high: float | None, evidence: str
) -> Expectation:
    return Expectation(
        **conditions._asdict(),
        outcome=outcome,
        accuracy_min=low,
        accuracy_max=high,
        evidence=evidence,
    )


def widened(old: Expectation, new: Expectation) -> Sequence[str]:
    """Return in what ways `new` allows more than `old` did; empty where it does not."""
    ways = [f"also allows {name}" for name in OUTCOMES if name in new.outcomes - old.outcomes]
    bounds = (old.accuracy_min, old.accuracy_max, new.accuracy_min, new.accuracy_max)
    if None in bounds:
        return ways
    old_low, old_high, new_low, new_high = (bound or 0.0 for bound in bounds)
    if new_low < old_low:
        ways.append(f"accuracy_min {old_low:.4f} -> {new_low:.4f}")
    if new_high > old_high:
        ways.append(f"accuracy_max {old_high:.4f} -> {new_high:.4f}")
    return ways
