"""How TensorFlow and Keras are set up from outside, and what is wrong with it."""

from __future__ import annotations

import importlib.util
import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["import_fault", "told_warnings", "wrong_backend"]

BACKEND = "KERAS_BACKEND"
LEGACY = "TF_USE_LEGACY_KERAS"


@contextmanager
def told_warnings() -> Iterator[None]:
    """Let a warning be one meanwhile, where filters make errors of them.

    What a new TensorFlow finds deprecated in itself is no fault of the test that imports it first.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        yield


def import_fault(error: Exception) -> str:
    """Return why TensorFlow, or the Keras that it imports, cannot be imported, in one line."""
    cause = error.__context__ or error  # TensorFlow's own error of Keras names none
    seen = f"{type(cause).__name__}: {cause}".removesuffix(": ")
    where, backend = _backend_asked_for()
    if _legacy():
        if importlib.util.find_spec("tf_keras") is None:
            return (
                f"{LEGACY}={os.environ[LEGACY]} asks for Keras 2, whose package tf-keras is not "
                "installed; install the tf-keras of TensorFlow's version, or unset the variable"
            )
    elif backend != "tensorflow":
        return f"{wrong_backend(backend)} ({seen})"
    settings = f", and {where} what is set" if where != BACKEND and Path(where).exists() else ""
    return (
        f"TensorFlow or its Keras cannot be imported ({seen}); `pip check` tells which versions do "
        f"not fit{settings}"
    )


def wrong_backend(backend: str) -> str:
    """Return that Keras computes with something else, and who said so, in one line."""
    where, asked_for = _backend_asked_for()
    where = where if asked_for == backend else "this process"
    return (
        f"{where} has Keras compute with {backend}, expected tensorflow; set {BACKEND}=tensorflow"
    )


def _legacy() -> bool:
    return os.environ.get(LEGACY, "").lower() in ("1", "true")


def _backend_asked_for() -> tuple[str, str]:
    """Return which backend Keras 3 is to compute with, and where that is said."""
    home = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    file = Path(home) / "keras.json"
    if BACKEND in os.environ:
        return BACKEND, os.environ[BACKEND]
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = {}
    found = found if isinstance(found, dict) else {}
    return str(file), str(found.get("backend", "tensorflow"))
