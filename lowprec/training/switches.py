"""Environment variables that change how TensorFlow computes, in the spellings that are read."""

from __future__ import annotations

import re

__all__ = ["integer", "is_on", "openmp_threads", "thread_count"]

_INTEGER = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)


def is_on(setting: str | None) -> bool:
    """Return whether a variable that is a boolean to TensorFlow is on: "1" or "true" in any case.

    "0" and "false" are off. With any other spelling TensorFlow takes its default, as for
    TF_ENABLE_ONEDNN_OPTS, or ends the process, as for TF_DETERMINISTIC_OPS (`ReadBoolFromEnvVar`,
    xla/tsl/util/env_var.cc; tried on TensorFlow 2.21).
    """
    return setting is not None and setting.lower() in ("1", "true")


def integer(text: str) -> int | None:
    """Return a number of 32 bits as TensorFlow reads it, with blanks around it; None if none."""
    if not _INTEGER.fullmatch(text):
        return None
    number = int(text)
    return number if -(2**31) <= number < 2**31 else None


def thread_count(setting: str | None) -> int | None:
    """Return the threads that TF_NUM_INTRAOP_THREADS or TF_NUM_INTEROP_THREADS asks for.

    None where TensorFlow takes its default: unset, zero, or no number (process_util.cc). With
    a negative number it takes its default, too, or ends the process.
    """
    number = integer(setting or "")
    return number if number and number > 0 else None


def openmp_threads(setting: str | None) -> int | None:
    """Return the threads that OMP_NUM_THREADS asks for at the outermost level; None if none.

    OpenMP 5.2, 21.1.2: a list of positive integers, one a level of nested regions.
    """
    return thread_count((setting or "").partition(",")[0])
