"""Python's random numbers for a process in which other threads draw some, too.

Keras 3 takes the seeds of weights and dropouts from them. In a dask worker the thread of the event
loop draws when it estimates sizes (`dask.sizeof`), and a round in which it did would be another.
"""

from __future__ import annotations

import random
import threading
from typing import Any

__all__ = ["draw_by_thread"]


def draw_by_thread() -> None:
    """Let the functions of `random` draw from a generator of the calling thread's own.

    One that a thread has seeded draws the same as the module's would have. Once is enough.
    """
    local = threading.local()

    def by_thread(name: str) -> Any:
        def drawn(*arguments: Any, **named: Any) -> Any:
            if not hasattr(local, "own"):
                local.own = random.Random()
            return getattr(local.own, name)(*arguments, **named)

        return drawn

    for name in random.__all__:
        if isinstance(getattr(getattr(random, name), "__self__", None), random.Random):
            setattr(random, name, by_thread(name))
