"""A night that is told to stop: Ctrl-C, `kill`, a cancelled job of a CI."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

__all__ = ["Stopped", "held_back", "stoppable"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_Handler = Callable[[int, FrameType | None], object]


class Stopped(BaseException):
    """The night is to stop. No error, so that nothing takes it for one and goes on."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let the first signal raise `Stopped` in the block, and later ones do nothing.

    A CI sends several in a row, and what the first one began (telling what was kept) is to end.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    # What is ignored, as under nohup, stays so; but a process that is started from here is not to
    # ignore it likewise.
    ignored = {number for number in _SIGNALS if signal.getsignal(number) is signal.SIG_IGN}
    with _handled({number: _nothing if number in ignored else stop for number in _SIGNALS}):
        yield


@contextmanager
def held_back() -> Iterator[None]:
    """Let a signal that comes in the block do what it does at its end, the first one alone.

    For what must not be done by half, such as starting a process and noting that it runs.
    """
    came: list[int] = []
    try:
        with _handled(dict.fromkeys(_SIGNALS, lambda number, frame: came.append(number))):
            yield
    finally:
        if came:
            signal.raise_signal(came[0])


@contextmanager
def _handled(handlers: Mapping[signal.Signals, _Handler]) -> Iterator[None]:
    """Let signals have other handlers in the block."""
    before = {number: signal.getsignal(number) for number in handlers}
    try:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _nothing(number: int, frame: FrameType | None) -> None:
    pass
