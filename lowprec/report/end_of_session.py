"""What the history says at the end of a session, below its table."""

from __future__ import annotations

from collections.abc import Sequence

from lowprec.judging.noise import MIN_BASELINE
from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.verdicts import Verdict
from lowprec.report.findings import finding_line, findings
from lowprec.report.text import changes_text, items_or_lines
from lowprec.report.verdicts import measured_otherwise_lines
from lowprec.wording import counted

__all__ = ["end_of_session_text"]

CHANGES = {
    *(Verdict.SLOWER, Verdict.FASTER, Verdict.SLOWER_START, Verdict.FASTER_START),
    *(Verdict.WORSE, Verdict.OUTCOME_CHANGED),
}
"""Verdicts against earlier sessions, which the table at the end of a session does not show."""


def end_of_session_text(verdict: SessionVerdict) -> str:
    """Return what to say at the end of a session of the pairs that it trained."""
    ran = [pair for pair in verdict.pairs if pair.verdicts != (Verdict.MISSING,)]
    told = [one for one in findings(verdict) if CHANGES & set(one.first.verdicts)]
    lines = [*map(finding_line, told), *measured_otherwise_lines(verdict)]
    counts = sorted({pair.steadiest.sessions for pair in ran if pair.steadiest})
    earlier = "-".join(map(str, dict.fromkeys([counts[0], counts[-1]]))) if counts else "0"
    earlier += " earlier session" if earlier == "1" else " earlier sessions"
    where = verdict.session.environment.key
    if verdict.since:
        where = f"this machine (since the last one {changes_text(verdict.since)})"
    lines.append(f"Against {earlier} of {where}: {_sensitivity(ran)}.")
    return items_or_lines(lines, markdown=False)


def _sensitivity(pairs: Sequence[PairVerdict]) -> str:
    """Return from which slowdown on a pair would have been flagged, or why none can be named."""
    timed = [(pair.steadiest.verdict, pair.smallest) for pair in pairs if pair.steadiest]
    smallest = sorted((pair.smallest, pair.pair) for pair in pairs if pair.smallest)
    without = sum(word is Verdict.NO_BASELINE for word, _ in timed)
    noisy = sum(word is not Verdict.NO_BASELINE and not limit for word, limit in timed)
    parts = []
    if smallest:
        # One end where both are the same to the digit.
        ends = {f"{ratio:.2f} times": pair for ratio, pair in (smallest[0], smallest[-1])}
        span = " to ".join(f"{ratio} ({pair})" for ratio, pair in ends.items())
        parts.append(f"a slowdown of one pair alone is usually seen from {span}")
    if noisy:
        whose = "their times" if noisy == len(timed) else f"the times of {counted(noisy, 'pair')}"
        parts.append(f"{whose} differ too much to tell a slowdown of a pair below a factor of 3")
    if without:
        pairs_text = counted(without, "pair")
        parts.append(f"no baseline for {pairs_text}, {MIN_BASELINE} sessions are needed")
    return "; ".join(parts) or "nothing is timed in this session"
