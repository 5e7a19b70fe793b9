"""What a night prints on GitHub, where a line may be a command to the runner."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

__all__ = ["no_commands", "on_github"]


def on_github() -> bool:
    """Return whether this is a job of GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextmanager
def no_commands() -> Iterator[None]:
    """Let nothing that is printed in the block be a command: not the suite's output, nor a name.

    The token that ends this is random, and unknown to the suite. Both streams become one, since
    the runner reads two in no certain order.
    """
    if not on_github():
        yield
        return
    token = secrets.token_hex(16)
    print(f"::stop-commands::{token}", flush=True)
    try:
        with redirect_stderr(sys.stdout):
            yield
    finally:
        print(f"\n::{token}::", flush=True)
