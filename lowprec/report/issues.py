"""The issue of a flagged pair on GitHub: its title, its text and its comments. Pure.

Names come from stored files: they stand in code spans, where nothing of them is read as mark-up, a
mention or a link.
"""

from __future__ import annotations

from lowprec.record.night import NightPair, NightPairs
from lowprec.record.verdicts import Verdict
from lowprec.report.quoting import code_span
from lowprec.wording import printable

__all__ = ["changed_text", "closing_text", "issue_text", "issue_title"]

LONGEST_TITLE = 200


def issue_title(pair: NightPair, night: NightPairs) -> str:
    """Return the title: pair, words and lane."""
    words = ", ".join(_flagging(pair))
    return printable(f"{pair.name}: {words} ({night.lane_name})")[:LONGEST_TITLE]


def issue_text(pair: NightPair, night: NightPairs, run: str | None) -> str:
    """Return the text of an issue as of the newest night that told something new.

    Args:
        pair: is flagged.
        night: its night.
        run: address of the job; None where there is none.
    """
    whose = " ".join(filter(None, [night.session, pair.accepted_as]))
    accept = f'lowprec accept {whose} --reason "..."'
    meanings = [
        f"- **{word}**: {word.row.meaning}. {_sentence(word.row.remedy)}"
        for word in _flagging(pair)
    ]
    return "\n\n".join(
        [
            code_span(pair.line),
            _where(night, run),
            "\n".join(meanings),
            f"Where the change is meant: {code_span(accept)} in a clone of the history.",
            "`lowprec issues` keeps this issue. It comments where this gets worse or another word "
            "is said, and closes it once it is judged and not flagged.",
        ]
    )


def changed_text(pair: NightPair, night: NightPairs, run: str | None) -> str:
    """Return the comment that something about a flagged pair changed."""
    return f"{code_span(pair.line)}\n\n{_where(night, run)}"


def closing_text(pair: NightPair, night: NightPairs, run: str | None) -> str:
    """Return the comment that a pair is not flagged any more."""
    return f"No longer flagged: {code_span(pair.line)}\n\n{_where(night, run)}"


def _flagging(pair: NightPair) -> list[Verdict]:
    return [word for word in pair.words if word.row.flags]


def _where(night: NightPairs, run: str | None) -> str:
    where = f"Session {code_span(night.session)}, environment {code_span(night.environment)}"
    return f"{where}, [the job]({run})" if run else where


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""
