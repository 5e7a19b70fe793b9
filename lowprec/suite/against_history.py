"""The session that is running, before the gate and beside the nearest other environment."""

from __future__ import annotations

from lowprec.history.past import read_past
from lowprec.history.storage import Storage
from lowprec.judging.session import JudgedSession, judge_with_nearest
from lowprec.record.session import Session
from lowprec.record.summary import summary_of
from lowprec.report.comparison import first_session_text
from lowprec.report.end_of_session import end_of_session_text

__all__ = ["AgainstHistory"]


class AgainstHistory:
    """The stored sessions, read before any training, and what they say of the one that runs."""

    def __init__(self, storage: Storage) -> None:
        """Read the history.

        Raises:
            HistoryError: the storage, or the table of acceptances, cannot be read.
        """
        self._past = read_past(storage)

    def judge(self, session: Session) -> JudgedSession:
        """Judge the session as it is so far."""
        summaries = self._past.summaries
        judged = judge_with_nearest(
            summary_of(session), summaries.sessions, self._past.accepted, summaries.standings
        )
        summaries.keep()
        return judged

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the history, a line each. A judgement by such a history is no pass."""
        return self._past.faults

    def text(self, judged: JudgedSession) -> str:
        """Return what there is to say of the session at its end.

        Pairs that are new to its environment are set against the nearest earlier one. Where all are
        and there is such a one, they have no other history that there were more to say of.
        """
        parts = [*self.faults, *self._past.summaries.remarks]
        parts += [first_session_text(judged.nearest)] if judged.nearest else []
        all_new = len(judged.first) == len(judged.verdict.measured)
        if not (judged.nearest and all_new) or judged.verdict.flagged:
            parts.append(end_of_session_text(judged.verdict))
        return "\n".join(parts)
