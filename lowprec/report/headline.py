"""The first sentence of a verdict: what there is to do."""

from __future__ import annotations

from lowprec.judging.verdict import SessionVerdict
from lowprec.record.verdicts import Verdict
from lowprec.report.findings import Finding, findings, ratios_text
from lowprec.report.text import short_name
from lowprec.wording import counted

__all__ = ["headline"]

MOST_NAMED = 4
"""Findings named in the headline; more would make it a list."""


def headline(verdict: SessionVerdict) -> str:
    """Return in a sentence what there is to do: what is flagged, and what could not be judged."""
    count, flagged = len(verdict.pairs), [one for one in findings(verdict) if one.first.flagged]
    unjudged = [pair for pair in verdict.pairs if not pair.judged]
    parts = []
    if flagged:
        names = [f"{one.title} ({_how_bad(one)})" for one in flagged[:MOST_NAMED]]
        if more := flagged[MOST_NAMED:]:
            names.append(f"and {sum(len(one.pairs) for one in more)} more")
        number = sum(len(one.pairs) for one in flagged)
        parts.append(f"{number} of {counted(count, 'pair')} flagged: {'; '.join(names)}")
    if unjudged:
        words = dict.fromkeys(word for p in unjudged for word in p.verdicts if not word.row.judged)
        of = counted(count, "pair")
        parts.append(f"could not judge {len(unjudged)} of {of} ({', '.join(words)})")
    text = "; ".join(parts) or f"none of {counted(count, 'pair')} flagged"
    return f"{text[0].upper()}{text[1:]}."


def _how_bad(finding: Finding) -> str:
    """Return the words of flagged pairs, with the largest of the ratios behind "slower"."""
    slower = [
        [
            said.drift.ratio if said.drift else said.ratio
            for said in pair.times
            if said.verdict is Verdict.SLOWER and said.ratio
        ]
        for pair in finding.pairs
    ]
    ratios = [max(found) for found in slower if found]
    pair = finding.first
    words = ", ".join(word for word in pair.verdicts if word is not Verdict.NO_BASELINE)
    parts = [f"{words} {ratios_text(ratios)}" if ratios else words]
    if pair.streak and pair.streak.sessions > 1:
        first = short_name(pair.streak.first.name)
        parts.append(f"in {pair.streak.sessions} sessions, first in {first}")
    return ", ".join(parts)
