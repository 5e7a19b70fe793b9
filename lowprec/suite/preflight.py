"""What is looked at before a session trains anything, as all the training would be in vain."""

from __future__ import annotations

import os
from typing import Any

from lowprec import framework
from lowprec.errors import UsageError
from lowprec.history.storage import storage_of
from lowprec.suite.against_history import AgainstHistory

__all__ = ["require_gpu", "require_timing", "require_writable", "stored_history"]


def require_writable(benchmarks: Any) -> None:
    """Raise UsageError where the session is to be saved to a folder that cannot be written.

    pytest-benchmark would find out after all the training.
    """
    folder = getattr(benchmarks.storage, "path", None)
    if folder is None or not (benchmarks.save or benchmarks.autosave):
        return
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        raise UsageError(
            f"--benchmark-storage {folder}: cannot be written to, expected a folder that can; "
            "name another one"
        )


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
