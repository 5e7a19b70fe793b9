"""A session that is told to stop, by `kill`, a closed terminal or a CI, ends as by Ctrl-C."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

__all__ = ["Stopping"]

SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """The handlers of a session's signals, from its first training until it is saved.

    By themselves these signals would end the process, and the pairs that are trained would be lost.
    """

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}

    def begin(self) -> None:
        """Take the signals for Ctrl-C, unless somebody else has a use for them.

        Those that are ignored, as under nohup, stay so. Handlers belong to the main thread.
        """
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                if signal.getsignal(number) is signal.SIG_DFL:
                    self._take(number, self._stop)

    def hold(self) -> None:
        """Let nothing stop the session while it is saved, which takes a second; not Ctrl-C either.

        Who stops a job often sends several signals in a row.
        """
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, *SIGNALS):
                self._take(number, _nothing)

    def end(self) -> None:
        """Give the signals back."""
        while self._before:
            number, handler = self._before.popitem()
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.hold()
        raise KeyboardInterrupt(signal.Signals(number).name)

    def _take(self, number: signal.Signals, handler: Any) -> None:
        before = signal.signal(number, handler)
        self._before.setdefault(number, before)


def _nothing(number: int, frame: FrameType | None) -> None:
    pass
