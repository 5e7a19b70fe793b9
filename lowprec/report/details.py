"""What belongs to a finding: measured beside expected, since when, and what changed then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lowprec.judging.verdict import SessionVerdict, Streak
from lowprec.record.commits import CommitRange
from lowprec.record.summary import PairSummary, SessionSummary
from lowprec.report.expected import expected_text
from lowprec.report.findings import Finding
from lowprec.report.text import changes_text, ratio_text, share_text, short_name
from lowprec.wording import counted

__all__ = ["Commits", "commits_between", "commits_text", "details"]

Commits = Mapping[tuple[str, str], CommitRange]
"""Ranges of commits by the full names of the last good session and of the first bad one."""

HEX_DIGITS = 9
"""Of a commit's name, so many are shown; Git itself shows from seven on."""


def details(finding: Finding, verdict: SessionVerdict) -> Iterator[str]:
    """Yield a line on what was measured beside what was expected, and one on since when.

    Of several pairs that changed together only the second.
    """
    pair, streak = finding.first, finding.first.streak
    stored = verdict.measured.get(pair.pair)
    good = streak.last_good if streak else None
    if stored and len(finding.pairs) == 1:
        line = _measured_beside_expected(stored)
        before = good.by_pair.get(pair.pair) if good else None
        if good and before:
            line += f"; before, in {short_name(good.name)}: {_measured_text(before)}"
        yield line
    if streak:
        yield _since_text(streak, changes_text(pair.since))


def _measured_text(stored: PairSummary) -> str:
    """Return seconds, and accuracy or outcome, such as "2.72 s, accuracy .8180"."""
    parts = [f"{ratio_text(stored.seconds)} s"] if stored.seconds else []
    return ", ".join([*parts, _result_text(stored)])


def _result_text(stored: PairSummary) -> str:
    if stored.accuracy is None:
        return f"outcome {stored.outcome}"
    return f"accuracy {share_text(stored.accuracy)}"


def _measured_beside_expected(stored: PairSummary) -> str:
    expected = "|".join(sorted(stored.expected))
    if not expected:
        return _measured_text(stored)
    wanted = expected_text(expected, stored.band, stored.accuracy)
    return f"{_measured_text(stored)}, expected {wanted}"


def _since_text(streak: Streak, changes: str) -> str:
    """Return since when, and what the environment was before and is since."""
    first = f"since {_dated(streak.first)}"
    if streak.sessions > 1:
        first += f", in {streak.sessions} sessions"
    if streak.last_good is None:
        return f"{first}; no good session before"
    changed = f"changed: {changes}" if changes else "the environment is the same"
    return f"{first}; last good {_dated(streak.last_good)}; between them {changed}"


def _dated(session: SessionSummary) -> str:
    return f"{short_name(session.name)} of {session.time:%Y-%m-%d}"


def commits_between(streak: Streak | None, commits: Commits) -> CommitRange | None:
    """Return the commits between the last good session and the first bad one, where known."""
    if streak is None or streak.last_good is None:
        return None
    return commits.get((streak.last_good.full_name, streak.first.full_name))


def commits_text(commits: CommitRange) -> str:
    """Return a range as Git takes it, and how many commits it has."""
    text = f"{commits.before[:HEX_DIGITS]}..{commits.after[:HEX_DIGITS]}"
    return text if commits.count is None else f"{text}, {counted(commits.count, 'commit')}"
