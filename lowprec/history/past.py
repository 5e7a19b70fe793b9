"""What a storage has to judge a session by: the earlier ones, and what was accepted in them."""

from __future__ import annotations

from dataclasses import dataclass

from lowprec.history.index import Summaries
from lowprec.history.storage import Storage
from lowprec.record.acceptance import Acceptance, in_force

__all__ = ["Past", "read_past"]


@dataclass(frozen=True)
class Past:
    """What a session is judged by.

    Attributes:
        summaries: the stored sessions.
        accepted: the acceptances that are in force.
        faults: what is wrong with either. A judgement by such a past is no pass.
    """

    summaries: Summaries
    accepted: tuple[Acceptance, ...]
    faults: tuple[str, ...]


def read_past(storage: Storage) -> Past:
    """Read what is judged by.

    Raises:
        HistoryError: the storage, or the table of acceptances, cannot be read.
    """
    summaries = storage.summaries()
    accepted, faults = in_force(storage.acceptances(), summaries.sessions)
    return Past(summaries, accepted, summaries.faults + faults)
