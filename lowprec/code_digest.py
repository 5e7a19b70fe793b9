"""Which code of lowprec's own made something: a checkout's changes from one run to the next."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

__all__ = ["code_digest"]


@cache
def code_digest(*folders: str) -> str:
    """Return a digest of all modules in folders of the package, of 32 hexadecimal digits."""
    package, digest = Path(__file__).parent, hashlib.blake2b(digest_size=16)
    for folder in folders:
        for module in sorted((package / folder).glob("*.py")):
            digest.update(module.read_bytes())
    return digest.hexdigest()
