"""The session that is running, before the gate and beside the nearest other environment."""

from __future__ import annotations

from lowprec.acceptances import load_acceptances
from lowprec.compare import against_nearest
from lowprec.gate_verdicts import NightVerdict
from lowprec.nights import night_of
from lowprec.report.gate import session_told
from lowprec.sessions import Session
from lowprec.storage import Storage

__all__ = ["SessionHistory"]


class SessionHistory:
    """The stored sessions, read before any training, and what they say of the one that runs."""

    def __init__(self, storage: Storage) -> None:
        """Read the history.

        Raises:
            HistoryError: the storage, or the table of acceptances, cannot be read.
        """
        self._storage = storage
        self._nights = storage.nights()
        self._accepted = load_acceptances(storage.accepted)

    def judge(self, session: Session) -> NightVerdict:
        """Judge the session as it is so far."""
        found = self._nights.judge(night_of(session), self._accepted)
        self._nights.keep()
        return found

    def told(self, session: Session) -> str:
        """Return what there is to say of the session at its end.

        Pairs that are new to its environment are set against the nearest earlier one. Pairs that
        it has not trained are left out.
        """
        lines = [f"unreadable: {line}" for line in self._nights.unreadable]
        found = self.judge(session)
        if first := self._nights.first_pairs(found.night):
            earlier = self._storage.history().sessions
            told = against_nearest(session, earlier, first, missing=False)
            lines += [told] if told else []
        if len(first) < len(session.pairs):
            lines.append(session_told(found))
        return "\n".join(lines)
