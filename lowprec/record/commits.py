"""What lies between two commits of the project that was tested."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CommitRange"]


@dataclass(frozen=True)
class CommitRange:
    """Two commits, and how to look at what is between them.

    Attributes:
        before, after: in hex.
        count: how many commits `after` has that `before` has not; None where it is not known.
        url: of a page that shows them; None where there is no such page.
    """

    before: str
    after: str
    count: int | None = None
    url: str | None = None
