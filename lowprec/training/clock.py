"""The clocks of one `fit`: of its start, of its epochs, and of the processors."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from lowprec import framework
from lowprec.record.timing import Timing

__all__ = ["FitClock", "OnEpochEnd"]

OnEpochEnd = Callable[[int], None]
"""Called after each epoch with its number, from 1."""


class FitClock:
    """Times one `fit` of a compiled model: make it, `start`, fit with `callback`, `stop`."""

    def __init__(self, net: Any, on_epoch: OnEpochEnd | None = None) -> None:
        self._net = net
        self._epochs: list[tuple[float, float]] = []
        self.callback = _epoch_clock(self._epochs, on_epoch)

    def start(self) -> None:
        """Start with the devices idle, right before `fit` is called."""
        _at_first_step(self._net, self._first_step_done)
        framework.synchronize()
        self._start_s, self._start_cpu_s = time.perf_counter(), time.process_time()

    def _first_step_done(self) -> None:
        framework.synchronize()
        self._first_step_s, self._first_step_cpu_s = time.perf_counter(), time.process_time()

    def stop(self) -> Timing:
        """Wait for the devices, and return what the clocks say."""
        framework.synchronize()
        end_s, end_cpu_s = time.perf_counter(), time.process_time()
        return Timing(
            fit_s=end_s - self._start_s,
            start_s=self._first_step_s - self._start_s,
            epoch_s=tuple(seconds for seconds, _ in self._epochs),
            cpu_s=end_cpu_s - self._first_step_cpu_s,
            start_cpu_s=self._first_step_cpu_s - self._start_cpu_s,
            epoch_cpu_s=tuple(cpu_s for _, cpu_s in self._epochs),
        )


def _at_first_step(net: Any, done: Callable[[], None]) -> None:
    """Have `done` called after the first step of the next `fit`; later steps run as ever.

    Keras calls the function that `make_train_function` left on the model. A callback with a hook
    for each batch would cost time in every step.
    """
    net.make_train_function()
    step = net.train_function

    def first_step(iterator: Any) -> Any:
        logs = step(iterator)
        done()
        net.train_function = step
        return logs

    net.train_function = first_step


def _epoch_clock(epochs: list[tuple[float, float]], on_epoch: OnEpochEnd | None) -> Any:
    """Return a callback that appends each epoch's seconds and processors' time.

    It has no per-batch hook.
    """

    class EpochClock(framework.keras_module().callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._start_s, self._start_cpu_s = time.perf_counter(), time.process_time()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            seconds = time.perf_counter() - self._start_s
            epochs.append((seconds, time.process_time() - self._start_cpu_s))
            if on_epoch:
                on_epoch(epoch + 1)

    return EpochClock()
