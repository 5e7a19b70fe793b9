"""How much a few nights speak for a change of time. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from lowprec.judging.student import Floats, log_density

__all__ = ["NIGHTS", "SLOWDOWN", "Evidence", "large_enough", "log_likelihood_ratio"]

SLOWDOWN = math.log(1.10)
"""The slowdown that evidence is weighed for. Less than half of it speaks against one. A choice, the
same as `asv compare`'s; docs/gate/constants.md has what gates for 7% and 15% would find."""

NIGHTS = 3
"""Sessions in a row, this one included, over which evidence adds up. By docs/gate/constants.md
each up to the third finds more within three nights, a fourth does not."""

SPIKE_RATE = 0.002
"""Share of sessions that are off for no lasting reason, at least: `changes` has that of a machine
where there are more. Assumed; docs/gate/constants.md: less would do as well, four times as much
takes slowdowns at 2% of noise for spikes."""

SPIKE_RANGE = 0.5
"""A spike is anywhere up to this, a logarithm, and beyond it the rarer the further: by a factor of
e for each half of this. Assumed; by docs/gate/constants.md half or twice as much changes next to
nothing for slowdowns of 10%. Without an end, what takes three times as long would pass for a spike
where noise is 7%."""

EARLIER_NIGHT = 3.5
"""An earlier night speaks for a slowdown with at most so much, or one spike would linger: with 5 it
does, with 2.5 fewer slowdowns are found (docs/gate/constants.md)."""

EASY = 3.0
"""Where noise is small, a slowdown counts in full already so many deviations above half of it. By
docs/gate/constants.md 2 would find more at 1% of noise, and 3 is the more careful choice."""

SURENESS = 0.8416
"""A change larger by so many deviations of the noise is flagged four times in five: the 0.8
quantile of the normal distribution."""

GRID = np.linspace(SLOWDOWN / 2, math.log(3), 300)[:, None]
"""Where the smallest slowdown is looked for, (sizes, 1): in steps of less than 0.4%, up to a factor
of 3, beyond which it is called none."""


@dataclass(frozen=True)
class Evidence:
    """Of several series, each the pair's own, a group's or the machine's.

    Attributes:
        change: logarithms, (nights, series), the newest night first; NaN where there is none.
        deviation: of the noise of a change, (series,).
        freedom: its degrees of freedom, (series,).
        enough: evidence from which on a change is flagged.
        spike_rate: share of sessions that are off for no lasting reason.
    """

    change: Floats
    deviation: Floats
    freedom: Floats
    enough: float
    spike_rate: float = SPIKE_RATE

    def flagged(self, sign: int) -> npt.NDArray[np.bool_]:
        """Return which series changed, to slower (1) or faster (-1), as far as this night tells."""
        now = large_enough(sign * self.change[0])
        if not now.any():  # mostly, and the evidence takes time to find
            return now
        flagged: npt.NDArray[np.bool_] = now & (self._sums(sign).max(axis=0) > self.enough)
        return flagged

    def _sums(self, sign: int) -> Floats:
        """Return the evidence of the newest night, of the newest two, ..., (nights, series)."""
        ratio = self._ratio(sign * self.change)
        ratio[1:] = np.minimum(ratio[1:], EARLIER_NIGHT)
        sums: Floats = np.cumsum(np.nan_to_num(ratio), axis=0)
        return sums

    def _ratio(self, change: Floats) -> Floats:
        return log_likelihood_ratio(change, self.deviation, self.freedom, self.spike_rate)

    def smallest(self) -> Floats:
        """Return the smallest change this night that would have been flagged; inf where none."""
        before = np.zeros(self.change.shape[1])
        if len(self.change) > 1:
            earlier = replace(self, change=self.change[1:])
            before = np.maximum(0, np.minimum(earlier._sums(1), EARLIER_NIGHT).max(axis=0))
        ratio = self._ratio(GRID)
        enough = ratio + before > self.enough
        least = np.where(enough.any(axis=0), GRID[enough.argmax(axis=0), 0], np.inf)
        smallest: Floats = least + SURENESS * self.deviation
        return smallest


def large_enough(change: Floats) -> npt.NDArray[np.bool_]:
    """Return which changes may be flagged at all, if there is evidence for them; NaN may not."""
    enough: npt.NDArray[np.bool_] = change > SLOWDOWN / 2
    return enough


def log_likelihood_ratio(
    change: Floats, deviation: Floats, freedom: Floats, spike_rate: float = SPIKE_RATE
) -> Floats:
    """Return how much one night speaks for a slowdown, against noise and single spikes.

    For: a slowdown of at least `SLOWDOWN`, and noise. Against: noise alone, or with probability
    `spike_rate` a spike, mostly up to `SPIKE_RANGE`. Noise has Student's density, as its size was
    estimated.

    Args:
        change: logarithms, (nights or sizes, series); NaN gives NaN.
        deviation: of the noise, (series,).
        freedom: its degrees of freedom, (series,).
        spike_rate: share of sessions that are off for no lasting reason.
    """
    target = np.minimum(SLOWDOWN, SLOWDOWN / 2 + EASY * deviation)
    slower = log_density(np.minimum(change - target, 0), deviation, freedom)
    noise = log_density(change, deviation, freedom) + math.log1p(-spike_rate)
    with np.errstate(invalid="ignore"):  # NaN is a pair that was not timed
        beyond = np.maximum(change - SPIKE_RANGE, 0) / (SPIKE_RANGE / 2)
        spike = math.log(spike_rate / SPIKE_RANGE) - beyond
        ratio: Floats = slower - np.logaddexp(noise, spike)
    return ratio
