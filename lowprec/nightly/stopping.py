"""A night that is told to stop: Ctrl-C, `kill`, a cancelled job of a CI."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["Stopped", "held_back", "stoppable"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """The night is to stop. No error, so that nothing takes it for one and goes on."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)


@contextmanager
def stoppable() -> Iterator[None]:
    """Let the first signal raise `Stopped` in the block, and later ones do nothing.

    A CI sends several in a row, and what the first one began (telling what was kept) is to end.
    """
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def stop(number: int, frame: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number in _SIGNALS:
        # What is ignored, as under nohup, stays so; but a process that is started from here is not
        # to ignore it likewise.
        signal.signal(number, _nothing if before[number] is signal.SIG_IGN else stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Let a signal that comes in the block do what it does at its end, the first one alone.

    For what must not be done by half, such as starting a process and noting that it runs.
    """
    came: list[int] = []
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number in _SIGNALS:
        signal.signal(number, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def _nothing(number: int, frame: FrameType | None) -> None:
    pass
