"""Histories whose truth is known.

A history is an array of natural logarithms of seconds, (nights, pairs, rounds). The pairs are the
matrix of four models and four schemes, in the order of the suite.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from lowprec.judging.student import Floats

Flags = npt.NDArray[np.bool_]

MODELS = SCHEMES = 4
PAIRS = MODELS * SCHEMES
ROUNDS = 3
BASELINE_NIGHTS = 30

ROUND_NOISE = 0.003
"""Of rounds of one session around their common value: they share the luck of their process."""

SPIKE = math.log(1.20)
BIMODAL_STEP = math.log(1.15)

SCOPES: Mapping[str, Flags] = MappingProxyType(
    {
        "pair": np.arange(PAIRS) == 5,
        "scheme": np.arange(PAIRS) % SCHEMES == 2,
        "all": np.ones(PAIRS, bool),
    }
)
"""Which pairs change together: one, those of a scheme, or all."""


@dataclass(frozen=True)
class Machine:
    """What a machine does without any change to the software.

    Attributes:
        noise: standard deviation of a pair's time from session to session.
        drift: of the factor that all pairs of a session share.
        spike_rate: share of a pair's nights that take `SPIKE` longer, for no lasting reason.
        bimodal: whether the last pair is fast or slow by `BIMODAL_STEP`, at random.
        wander: standard deviation of the step by which each pair's usual time moves every night.
    """

    noise: float
    drift: float = 0.0
    spike_rate: float = 0.0
    bimodal: bool = False
    wander: float = 0.0

    def nights(self, count: int, rng: np.random.Generator) -> tuple[Floats, Flags]:
        """Return a history, and (nights, pairs) where its spikes are."""
        session = rng.normal(0, self.drift, (count, 1)) + rng.normal(0, self.noise, (count, PAIRS))
        spikes = rng.random((count, PAIRS)) < self.spike_rate
        session += SPIKE * spikes
        if self.bimodal:
            session[:, -1] += BIMODAL_STEP * rng.integers(0, 2, count)
        if self.wander:
            session += rng.normal(0, self.wander, (count, PAIRS)).cumsum(axis=0)
        rounds = rng.normal(0, ROUND_NOISE, (count, PAIRS, ROUNDS))
        return session[:, :, None] + rounds, spikes


def histories(
    name: str, machine: Machine, nights: int, count: int
) -> Iterator[tuple[Floats, Flags]]:
    """Yield histories and where their spikes are, the same whenever asked for by the same name."""
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    for _ in range(count):
        yield machine.nights(nights, rng)


def changed(history: Floats, scope: str, size: float) -> Floats:
    """Return a history with pairs slower by a share `size` from `BASELINE_NIGHTS` on."""
    slower = history.copy()
    slower[BASELINE_NIGHTS:, SCOPES[scope]] += math.log1p(size)
    return slower


def creeping(history: Floats, scope: str, share: float) -> Floats:
    """Return a history with pairs slower by a further share every night."""
    slower = history.copy()
    nights = np.arange(1, len(history) - BASELINE_NIGHTS + 1)
    slower[BASELINE_NIGHTS:, SCOPES[scope]] += (math.log1p(share) * nights)[:, None, None]
    return slower
