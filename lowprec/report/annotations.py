"""What GitHub shows beside a run: workflow commands. Pure.

The characters that it takes for the end of a value are escaped as its own toolkit does
(actions/toolkit, packages/core/src/command.ts), so that no name can begin a command.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.report.findings import Finding, finding_line, findings
from lowprec.report.night import Trouble
from lowprec.report.pair_lines import pair_line
from lowprec.wording import counted, printable

__all__ = ["annotation", "pair_annotations", "trouble_annotations"]

MOST = 10
"""Annotations of a kind that GitHub shows of a step."""

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = _DATA | str.maketrans({":": "%3A", ",": "%2C"})


def annotation(level: Literal["error", "warning"], title: str, message: str) -> str:
    """Return the workflow command that annotates a run."""
    return f"::{level} title={title.translate(_PROPERTY)}::{message.translate(_DATA)}"


def trouble_annotations(troubles: Iterable[Trouble]) -> list[str]:
    """Return an error for each thing that went wrong in a night."""
    texts = [" ".join([one.what, *one.said, *one.last_lines[-1:]]) for one in troubles]
    return [annotation("error", "lowprec: this night", printable(text)) for text in texts]


def pair_annotations(verdict: SessionVerdict) -> list[str]:
    """Return an error for each thing that is flagged, and one warning for what is not judged."""
    flagged = [finding for finding in findings(verdict) if finding.first.flagged]
    unjudged = [pair for pair in verdict.pairs if not pair.flagged and not pair.judged]
    whole = len(flagged) if len(flagged) <= MOST else MOST - 1
    lines = [
        annotation("error", f"lowprec: {printable(one.title)}", printable(_line(one)))
        for one in flagged[:whole]
    ]
    if rest := [pair for one in flagged[whole:] for pair in one.pairs]:
        names = ", ".join(map(_name, rest))
        lines.append(annotation("error", f"lowprec: {len(rest)} more pairs flagged", names))
    if unjudged:
        words = dict.fromkeys(word for p in unjudged for word in p.verdicts if not word.row.judged)
        of = counted(len(verdict.pairs), "pair")
        title = f"lowprec: could not judge {len(unjudged)} of {of}"
        names = ", ".join(map(_name, unjudged))
        lines.append(annotation("warning", title, f"{', '.join(words)}: {names}"))
    return lines


def _line(finding: Finding) -> str:
    return pair_line(finding.first) if len(finding.pairs) == 1 else finding_line(finding)


def _name(pair: PairVerdict) -> str:
    return printable(str(pair.pair))
