"""Which code of lowprec's own trains: its version, and a digest of what decides a round."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from lowprec import __version__

__all__ = ["own_code"]

MAKERS = ("framework", "rows", "record", "data", "training")
"""Folders of the package whose code decides what comes of a round."""


@cache
def own_code() -> str:
    """Return the version, with a digest that changes with the code of a checkout."""
    package, digest = Path(__file__).parents[1], hashlib.blake2b(digest_size=8)
    for folder in MAKERS:
        for module in sorted((package / folder).glob("*.py")):
            digest.update(module.read_bytes())
    return f"{__version__}-{digest.hexdigest()}"
