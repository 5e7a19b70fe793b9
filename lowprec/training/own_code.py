"""Which code of lowprec's own trains: its version, and a digest of what decides a round."""

from __future__ import annotations

from lowprec import __version__
from lowprec.code_digest import code_digest

__all__ = ["own_code"]

MAKERS = ("framework", "rows", "record", "data", "training")
"""Folders of the package whose code decides what comes of a round."""


def own_code() -> str:
    """Return the version, with a digest that changes with the code of a checkout."""
    return f"{__version__}-{code_digest(*MAKERS)[:16]}"
