"""What TensorFlow prints that is no news, and how to be without it.

`TF_CPP_MIN_LOG_LEVEL` says what is wanted: from 2 on its information and warnings are not. What is
printed before its log is set up (absl's, since 2.16) does not heed it, nor do two errors that come
wherever there is no GPU.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["LOG_LEVEL", "is_quiet", "no_retracing", "quiet_errors", "without_chatter"]

LOG_LEVEL = "TF_CPP_MIN_LOG_LEVEL"

_STAMP = r"(?:{0}\d{{4}} \d\d:\d\d:|\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+: {0} )"
"""How a line of a severity begins, since TensorFlow 2.16 and before."""

_CHATTER = re.compile(
    "|".join(
        (
            _STAMP.format("[IW]"),
            _STAMP.format("E") + r".*(failed call to cuInit|Unable to register cu\w+ factory)",
            r"WARNING: All log messages before absl::InitializeLog\(\) is called",
            r"To enable the following instructions: .*rebuild TensorFlow",
            r"Skipping registering GPU devices\.\.\.",
        )
    )
)


def is_quiet() -> bool:
    """Whether TensorFlow is to print no information and no warnings."""
    level = os.environ.get(LOG_LEVEL, "0")
    return level.isdigit() and int(level) >= 2


def without_chatter(text: str) -> str:
    """Return a text without the lines of TensorFlow that are no news; all others stay."""
    return "".join(line for line in text.splitlines(True) if not _CHATTER.match(line))


@contextmanager
def quiet_errors() -> Iterator[None]:
    """Keep the chatter off the standard error meanwhile; all else that is printed follows after.

    TensorFlow prints to the descriptor, which Python's own redirection does not reach. Where it
    raises, everything is shown.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as kept:
        before, failed = os.dup(2), True
        os.dup2(kept.fileno(), 2)
        try:
            yield
            failed = False
        finally:
            sys.stderr.flush()
            os.dup2(before, 2)
            os.close(before)
            kept.seek(0)
            printed = kept.read().decode(errors="replace")
            os.write(2, (printed if failed else without_chatter(printed)).encode())


def no_retracing(record: logging.LogRecord) -> bool:
    """Filter of TensorFlow's log: a session builds many models, and each is traced once."""
    return "triggered tf.function retracing" not in record.getMessage()
