"""What there is to tell of a session, each thing once: one pair's change, or what many share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lowprec.judging.slowdown import ALL_PAIRS
from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.verdicts import Verdict
from lowprec.report.pair_lines import clocks_said, said_line, verdict_words
from lowprec.report.text import ratio_text

__all__ = ["Finding", "finding_line", "findings", "ratios_text"]

QUIET = {Verdict.OK, Verdict.NO_BASELINE}
"""Verdicts that are no finding."""

TIMES = {
    *(Verdict.SLOWER, Verdict.FASTER, Verdict.SLOWER_START, Verdict.FASTER_START),
    Verdict.NO_BASELINE,
}
"""Verdicts on times, in which pairs may have changed together."""

ABSENT = {Verdict.MISSING, Verdict.NO_EVIDENCE, Verdict.NO_BASELINE}
"""Verdicts of which nothing more is to be said of a pair."""


@dataclass(frozen=True)
class Finding:
    """Pairs of which the same is said; more than one where they changed together.

    Attributes:
        pairs: at least one, in the order of models and schemes.
        scope: what they changed with, as in `TimeVerdict`; None where they did not.
        whole: whether these are all pairs of the session.
    """

    pairs: tuple[PairVerdict, ...]
    scope: str | None
    whole: bool

    @property
    def first(self) -> PairVerdict:
        """One of them, which stands for all in what they share."""
        return self.pairs[0]

    @property
    def title(self) -> str:
        """Name of the pair, or of what its pairs share."""
        count = len(self.pairs)
        if count == 1:
            return str(self.first.pair)
        if self.whole:
            return f"all {count} pairs"
        return f"{count} pairs of {self.scope}" if self.scope else f"{count} pairs"


def findings(verdict: SessionVerdict) -> list[Finding]:
    """Return what is flagged, was accepted, got faster or has no evidence; flagged ones first."""
    groups: dict[object, list[PairVerdict]] = {}
    for pair in verdict.pairs:
        if not set(pair.verdicts) <= QUIET:
            groups.setdefault(_key(pair), []).append(pair)
    whole = len(verdict.pairs)
    found = [
        Finding(tuple(pairs), _own_scope(pairs[0]), len(pairs) == whole)
        for pairs in groups.values()
    ]
    return sorted(found, key=lambda finding: not finding.first.flagged)


def _own_scope(pair: PairVerdict) -> str | None:
    scope = _scope(pair)
    return None if scope == ALL_PAIRS else scope


def _scope(pair: PairVerdict) -> str | None:
    """Return what a pair changed with; None where one of its clocks changed by itself."""
    scopes = {timing.scope for _, timing, _, _ in clocks_said(pair)}
    return scopes.pop() if len(scopes) == 1 else None


def _key(pair: PairVerdict) -> object:
    """Return what is equal for pairs that are told together."""
    words = set(pair.verdicts)
    since = pair.streak.first.full_name if pair.streak else None
    if words <= ABSENT:
        return pair.verdicts, pair.accepted, since
    scope = _scope(pair)
    if scope is None or not words <= TIMES:
        return pair.pair
    clocks = tuple(
        (prefix, said.verdict, said.drift is None) for prefix, said, *_ in clocks_said(pair)
    )
    return scope, clocks, pair.verdicts, pair.accepted, since


def finding_line(finding: Finding) -> str:
    """Return what is said, against what, and what could have been seen of a single pair."""
    pair = finding.first
    if len(finding.pairs) == 1:
        return said_line(pair) + ("" if pair.accepted is None else f"; accepted: {pair.accepted}")
    parts = [f"{finding.title[0].upper()}{finding.title[1:]}: {verdict_words(pair)}"]
    for place, (prefix, _, _, _) in enumerate(clocks_said(pair)):
        said = [[*clocks_said(one)][place] for one in finding.pairs]
        sessions = sorted({timing.sessions for _, timing, _, _ in said})
        text = f"{prefix}{ratios_text([ratio for _, _, ratio, _ in said])} times the seconds of "
        text += f"{'-'.join(map(str, dict.fromkeys([sessions[0], sessions[-1]])))} earlier sessions"
        drifts = [timing.drift.ratio for _, timing, _, _ in said if timing.drift]
        if drifts:
            text += f", drifted to {ratios_text(drifts)} times those of their first sessions"
        parts.append(text)
    if not finding.whole:
        parts.append(", ".join(str(one.pair) for one in finding.pairs))
    if pair.accepted is not None:
        parts.append(f"accepted: {pair.accepted}")
    return "; ".join(parts)


def ratios_text(ratios: Sequence[float]) -> str:
    """Return the least and the greatest of some ratios, such as "1.30-1.42"."""
    ends = (ratio_text(min(ratios)), ratio_text(max(ratios)))
    return "-".join(dict.fromkeys(ends))
