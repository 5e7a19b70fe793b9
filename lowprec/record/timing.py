"""The seconds of one training, and what a pair's trainings come to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec

__all__ = ["Seconds", "Timing", "seconds_fault", "training_cpu_s", "training_s"]

LEAST_S, MOST_S = 1e-9, 1e9
"""What a clock can say of a training: from its smallest step to thirty years. Beyond that a file is
damaged, and ratios of such seconds are no numbers."""

Seconds = Annotated[float, msgspec.Meta(ge=LEAST_S, le=MOST_S)]


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """What the clocks said of one `fit`.

    Attributes:
        fit_s: from the call of `fit` to idle devices.
        start_s: from there to the end of the first step. The first `fit` of a model traces and
            compiles in it, and its kernels are tuned.
        epoch_s: of each epoch, the first step included.
        cpu_s: processors' time of the whole process after the first step.
        start_cpu_s: likewise until the first step was done.
        epoch_cpu_s: likewise of each epoch, the first step included.
    """

    fit_s: Seconds
    start_s: Seconds
    epoch_s: tuple[float, ...]
    cpu_s: Seconds
    start_cpu_s: Seconds
    epoch_cpu_s: tuple[float, ...]

    @property
    def train_s(self) -> float:
        """Seconds after the first step."""
        return self.fit_s - self.start_s

    @property
    def epoch_train_s(self) -> tuple[float, ...]:
        """Seconds of each epoch after the first step."""
        return _after_start(self.train_s, self.epoch_s)

    @property
    def epoch_train_cpu_s(self) -> tuple[float, ...]:
        """Processors' time of each epoch after the first step."""
        return _after_start(self.cpu_s, self.epoch_cpu_s)


def _after_start(whole: float, epochs: Sequence[float]) -> tuple[float, ...]:
    """Return the epochs, of which the first one has what the others leave of the whole."""
    return (whole - sum(epochs[1:]), *epochs[1:])


def training_s(timings: Sequence[Timing]) -> float:
    """Return the seconds of a training without its start: each epoch as it was at its fastest.

    Whatever else the machine does only ever adds to an epoch. docs/noise.md sets it beside other
    ways to take a pair's seconds.
    """
    return _at_best(timing.epoch_train_s for timing in timings)


def training_cpu_s(timings: Sequence[Timing]) -> float:
    """Return the processors' time of a training, in the same way."""
    return _at_best(timing.epoch_train_cpu_s for timing in timings)


def seconds_fault(timings: Sequence[Timing]) -> str | None:
    """Return why timings come to no seconds of a training; None where they do."""
    epochs = {len(each) for one in timings for each in (one.epoch_s, one.epoch_cpu_s)}
    if len(epochs) > 1 or epochs == {0}:
        return f"the timings have {sorted(epochs)} epochs, expected one number of them, above 0"
    for name, seconds in (("epoch_s", training_s), ("epoch_cpu_s", training_cpu_s)):
        found = seconds(timings)
        if not LEAST_S <= found <= MOST_S:
            return f"{name} of the timings comes to {found:g} s of training, expected above 0"
    return None


def _at_best(trainings: Iterable[Sequence[float]]) -> float:
    return math.fsum(min(epoch) for epoch in zip(*trainings, strict=True))
