"""The first sentence of a verdict: what there is to do."""

from __future__ import annotations

from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.verdicts import Verdict
from lowprec.report.text import ratio_text

__all__ = ["headline", "short_name"]


def headline(verdict: SessionVerdict) -> str:
    """Return in a sentence what there is to do: what is flagged, and what could not be judged."""
    count, flagged = len(verdict.pairs), [pair for pair in verdict.pairs if pair.flagged]
    unjudged = [pair for pair in verdict.pairs if not pair.judged]
    parts = []
    if flagged:
        names = "; ".join(f"{pair.pair} ({_how_bad(pair)})" for pair in flagged)
        parts.append(f"{len(flagged)} of {count} pairs flagged: {names}")
    if unjudged:
        words = dict.fromkeys(word for p in unjudged for word in p.verdicts if not word.row.judged)
        parts.append(f"could not judge {len(unjudged)} of {count} pairs ({', '.join(words)})")
    text = "; ".join(parts) or f"none of {count} pairs flagged"
    return f"{text[0].upper()}{text[1:]}."


def _how_bad(pair: PairVerdict) -> str:
    """Return the words of a flagged pair, with the largest of the ratios behind "slower"."""
    ratios = [said.ratio for said in pair.times if said.verdict is Verdict.SLOWER and said.ratio]
    words = ", ".join(word for word in pair.verdicts if word is not Verdict.NO_BASELINE)
    parts = [f"{words} {ratio_text(max(ratios))}" if ratios else words]
    if pair.streak and pair.streak.sessions > 1:
        first = short_name(pair.streak.first)
        parts.append(f"in {pair.streak.sessions} sessions, first in {first}")
    return ", ".join(parts)


def short_name(session: str) -> str:
    """Return the number with which pytest-benchmark begins a session's name."""
    return session.partition("_")[0]
