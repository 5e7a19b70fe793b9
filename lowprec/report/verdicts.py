"""What the gate says of sessions, for the terminal and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.summary import PairSummary
from lowprec.record.verdicts import Verdict
from lowprec.report.details import Commits, commits_between, commits_text, details
from lowprec.report.findings import QUIET, Finding, finding_line, findings
from lowprec.report.headline import headline
from lowprec.report.pair_cells import pair_cells
from lowprec.report.pair_lines import pair_line, verdict_words
from lowprec.report.text import (
    filled,
    item_or_line,
    items_or_lines,
    markdown_text,
    short_name,
    table,
)
from lowprec.report.trend import TREND_LEGEND, trend_text
from lowprec.wording import counted

__all__ = [
    "measured_otherwise_lines",
    "replay_text",
    "session_lines",
    "verdicts_text",
]

HEADERS = (
    *("model", "scheme", "seconds", "time", "cpu", "start", "sees"),
    *("accuracy", "trend", "verdict"),
)
ALIGN = (*["left"] * 2, *["right"] * 6, *["left"] * 2)
LEGEND = (
    "time: seconds to those of the baseline; cpu: processors' time, likewise; start: time until "
    "the first step is done, likewise; sees: smallest slowdown of that pair alone that is usually "
    f"flagged; accuracy: or the outcome where a round did not learn; {TREND_LEGEND}."
)

NO_COMMITS: Commits = MappingProxyType({})


def verdicts_text(
    verdict: SessionVerdict, markdown: bool = False, commits: Commits = NO_COMMITS
) -> str:
    """Return what there is to do, each thing that is flagged with its details, and a table.

    Args:
        verdict: of the session.
        markdown: whether it is for Markdown; else for a terminal.
        commits: what is known of the commits between a last good session and the first bad one.
    """
    session = verdict.session
    title = f"{short_name(session.name)}: {session.protocol} protocol, {session.environment.key}"
    found = [_finding_text(finding, verdict, commits, markdown) for finding in findings(verdict)]
    rows = [_row(pair, verdict.measured.get(pair.pair)) for pair in verdict.pairs]
    parts = [
        f"### {markdown_text(title)}" if markdown else filled(title, indent="  "),
        f"**{markdown_text(headline(verdict))}**" if markdown else filled(headline(verdict)),
        "\n".join(found),
        table(HEADERS, rows, ALIGN, markdown),
        items_or_lines(session_lines(verdict), markdown),
        item_or_line(LEGEND, markdown),
    ]
    return "\n\n".join(filter(None, parts))


def _finding_text(
    finding: Finding, verdict: SessionVerdict, commits: Commits, markdown: bool
) -> str:
    texts = [item_or_line(finding_line(finding), markdown, item=True)]
    for line in details(finding, verdict):
        if markdown:
            texts.append(f"  - {markdown_text(line)}")
        else:
            texts.append("  " + filled(line, indent="    "))
    if between := commits_between(finding.first.streak, commits):
        text = f"commits between them: {commits_text(between)}"
        if markdown:
            text = f"[{markdown_text(text)}]({between.url})" if between.url else markdown_text(text)
            texts.append(f"  - {text}")
        else:
            texts.append("  " + filled(f"{text}{f' {between.url}' if between.url else ''}", "    "))
    return "\n".join(texts)


def _row(pair: PairVerdict, stored: PairSummary | None) -> tuple[str, ...]:
    return (
        *pair.pair,
        *pair_cells(pair, stored),
        trend_text(pair),
        verdict_words(pair),
    )


def session_lines(verdict: SessionVerdict) -> list[str]:
    """Return what there is to say of a session as a whole, beside its pairs."""
    return [
        *measured_otherwise_lines(verdict),
        *_crowded_lines(verdict),
        *_not_asked_for_lines(verdict),
    ]


def _crowded_lines(verdict: SessionVerdict) -> list[str]:
    """Return the line on a session that is judged by its processors' time alone; none without."""
    if not verdict.session.crowded or not any(pair.work for pair in verdict.pairs):
        return []
    return [
        "others kept the machine busy: pairs are judged by the processors' time of their training "
        "alone"
    ]


def measured_otherwise_lines(verdict: SessionVerdict) -> list[str]:
    """Return a line for each way in which pairs were measured before; none where it is the same."""
    changes = Counter(pair.since["measured"] for pair in verdict.pairs if "measured" in pair.since)
    return [
        f"seconds are {MEASURED[now]} now and were {MEASURED[before]}: the earlier ones are no "
        f"baseline for {counted(pairs, 'pair')}"
        for (before, now), pairs in changes.items()
    ]


MEASURED: Mapping[str, str] = MappingProxyType(
    {
        "whole": "those of whole trainings",
        "shared": "those of trainings on one compiled model, without their start",
        "fresh": "those of trainings on a model each, without their start",
    }
)
"""How seconds are measured, in words."""


def _not_asked_for_lines(verdict: SessionVerdict) -> list[str]:
    """Return the line on pairs of which nothing is said, as nobody asked for them; none without."""
    count = verdict.not_asked_for
    return [f"pairs of earlier sessions not asked for in this one: {count}"] if count else []


def replay_text(verdicts: Iterable[SessionVerdict], markdown: bool = False) -> str:
    """Return a line for each session, and below it one for each pair with something to tell."""
    lines = []
    for verdict in verdicts:
        said = f"{verdict.session.name}: {_state(verdict)}"
        lines.append(f"- {markdown_text(said)}" if markdown else said)
        for pair in verdict.pairs:
            if not set(pair.verdicts) <= QUIET:
                line = pair_line(pair)
                lines.append(f"  - {markdown_text(line)}" if markdown else f"  {line}")
    return "\n".join(lines)


def _state(verdict: SessionVerdict) -> str:
    """Return in a word or two how a session stands."""
    if flagged := sum(pair.flagged for pair in verdict.pairs):
        return f"{flagged} flagged"
    words = {word for pair in verdict.pairs for word in pair.verdicts}
    return ", ".join(w for w in Verdict if w in words and not w.row.judged) or Verdict.OK
