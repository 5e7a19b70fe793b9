"""What is looked at before a session trains anything, as all the training would be in vain."""

from __future__ import annotations

from typing import Any

from lowprec import framework
from lowprec.errors import UsageError
from lowprec.history.storage import storage_of
from lowprec.masking import masked
from lowprec.suite.against_history import AgainstHistory
from lowprec.whole_files import require_room

__all__ = ["require_gpu", "require_timing", "require_writable", "stored_history"]


FREE_BYTES = 4_000_000
"""Room that is asked for besides the session's own."""

PAIR_BYTES = 40_000
"""Of a pair in the file."""


def require_writable(benchmarks: Any, pairs: int) -> None:
    """Raise UsageError where the session is to be saved to a place that cannot be written, or full.

    pytest-benchmark would find out after all the training. It is tried, since rights tell nothing
    of a quota, of a file system that is read-only, or of what root may do.

    Args:
        benchmarks: pytest-benchmark's session.
        pairs: how many it is to train.
    """
    places = {}
    folder = getattr(benchmarks.storage, "path", None)
    if folder is not None and (benchmarks.save or benchmarks.autosave):
        own = folder / benchmarks.machine_id
        places["--benchmark-storage"] = own if own.exists() else folder
    if benchmarks.json and (benchmarks.json.is_file() or not benchmarks.json.exists()):
        places["--benchmark-json"] = benchmarks.json.parent
    size = FREE_BYTES + PAIR_BYTES * pairs
    for option, place in places.items():
        try:
            require_room(place, size)
        except OSError as error:
            raise UsageError(
                masked(
                    f"{option} {place}: cannot be written to ({error.strerror}), expected a folder "
                    f"with {size / 1e6:.0f} MB free; name another one, or make room"
                )
            ) from None


def require_timing(benchmarks: Any, option: str) -> None:
    """Raise UsageError where nothing is timed, so that no slowdown could fail the session.

    Args:
        benchmarks: pytest-benchmark's session.
        option: by which slowdowns fail it.
    """
    if benchmarks.disabled:
        raise UsageError(
            f"{option}: nothing is timed under --benchmark-disable or in parallel (-n, "
            "--dist), so no pair could be judged; leave out one of the two"
        )


def stored_history(benchmarks: Any) -> AgainstHistory | None:
    """Return the sessions in pytest-benchmark's storage; None where there can be none yet, or where
    nothing is timed that could be set against them.
    """
    storage = None if benchmarks.disabled else storage_of(benchmarks.storage)
    return AgainstHistory(storage) if storage else None


def require_gpu(option: str) -> None:
    """Raise UsageError where TensorFlow sees no GPU, which an option asks for."""
    if framework.device().kind != "gpu":
        raise UsageError(
            f"{option}: TensorFlow {framework.tensorflow_version()} sees no GPU, expected at "
            "least one; check `nvidia-smi`, and that lowprec was installed with its extra: "
            "pip install -e '.[gpu]'"
        )
