"""The session that is running, before the gate and beside the nearest other environment."""

from __future__ import annotations

from lowprec.history.past import read_past
from lowprec.history.storage import Storage
from lowprec.judging.session import JudgedSession, judge_with_nearest
from lowprec.judging.verdict import SessionVerdict
from lowprec.record.environment import Environment
from lowprec.record.session import SeriesKey, Session
from lowprec.record.summary import SessionSummary, summary_of
from lowprec.record.verdicts import Verdict
from lowprec.report.baseline import baseline_line
from lowprec.report.comparison import first_session_lines
from lowprec.report.end_of_session import end_of_session_text
from lowprec.report.text import filled

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

    def newest(self, environment: Environment, protocol: str) -> SessionSummary | None:
        """Return the newest session of an environment under a protocol; None without one."""
        series = SeriesKey(environment.key, protocol)
        alike = (session for session in self._past.summaries.sessions if session.series == series)
        return max(alike, key=lambda session: session.time, default=None)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the history, a line each. A judgement by such a history is no pass."""
        return self._past.faults

    def text(self, judged: JudgedSession, stored: bool = False, skipped: bool = False) -> str:
        """Return what there is to say of the session at its end.

        Pairs that are new to its environment are set against the nearest earlier one. Where no pair
        has a baseline, how to get one is all that there is to say of earlier sessions.

        Args:
            judged: what the history says of the session.
            stored: whether the session will count for later ones.
            skipped: whether tests were skipped, as pairs have no baseline.
        """
        parts = [*self.faults, *self._past.summaries.remarks]
        verdict, nearest = judged.verdict, judged.nearest
        all_new = nearest is not None and len(judged.first) == len(verdict.measured)
        if nearest:
            lines = first_session_lines(nearest, stored, skipped)
            parts += [filled(line, indent="  ") for line in lines]
        counted = _sessions_without_baseline(verdict)
        if counted is not None and not all_new:
            pairs = verdict.measured
            parts.append(filled(baseline_line(pairs, counted, stored, skipped), indent="  "))
        elif not all_new or verdict.flagged:
            parts.append(end_of_session_text(verdict))
        return "\n".join(parts)


def _sessions_without_baseline(verdict: SessionVerdict) -> int | None:
    """Return how many sessions count where no pair has a baseline, and nothing else is said.

    None where there is more to say.
    """
    ran = [pair for pair in verdict.pairs if pair.pair in verdict.measured]
    if any(pair.verdicts != (Verdict.NO_BASELINE,) or pair.since for pair in ran):
        return None
    return min((pair.steadiest.sessions for pair in ran if pair.steadiest), default=0)
