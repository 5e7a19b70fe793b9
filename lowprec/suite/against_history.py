"""The session that is running, before the gate and beside the nearest other environment."""

from __future__ import annotations

from lowprec.history.accepted import load_acceptances
from lowprec.history.storage import Storage
from lowprec.judging.session import JudgedSession, judge_with_nearest
from lowprec.record.session import Session
from lowprec.record.summary import summary_of
from lowprec.report.comparison import first_session_text
from lowprec.report.verdicts import end_of_session_text

__all__ = ["AgainstHistory"]


class AgainstHistory:
    """The stored sessions, read before any training, and what they say of the one that runs."""

    def __init__(self, storage: Storage) -> None:
        """Read the history.

        Raises:
            HistoryError: the storage, or the table of acceptances, cannot be read.
        """
        self._summaries = storage.summaries()
        self._accepted = load_acceptances(storage.accepted)

    def judge(self, session: Session) -> JudgedSession:
        """Judge the session as it is so far."""
        summaries = self._summaries
        judged = judge_with_nearest(
            summary_of(session), summaries.sessions, self._accepted, summaries.standings
        )
        summaries.keep()
        return judged

    def text(self, session: Session) -> str:
        """Return what there is to say of the session at its end.

        Pairs that are new to its environment are set against the nearest earlier one.
        """
        judged = self.judge(session)
        parts = [f"unreadable: {line}" for line in self._summaries.unreadable]
        parts += [first_session_text(judged.nearest)] if judged.nearest else []
        if len(judged.first) < len(session.pairs):
            parts.append(end_of_session_text(judged.verdict))
        return "\n".join(parts)
