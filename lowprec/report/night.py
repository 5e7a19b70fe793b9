"""What a night says that did not go as it should, in Markdown. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lowprec.report.quoting import fenced

__all__ = ["UNFINISHED_TEXT", "Trouble", "summary_text"]


@dataclass(frozen=True)
class Trouble:
    """What went wrong in a night, each a sentence or two in Markdown.

    Attributes:
        what: what happened.
        said: the lines of an error, quoted as they are.
        lost: what there is not, and would be.
        kept: what there is, and where.
        remedy: what to do.
        last_lines: of the suite's output; empty where they have nothing to do with it.
    """

    what: str
    said: Sequence[str]
    lost: str
    kept: str
    remedy: str
    last_lines: Sequence[str] = ()


UNFINISHED_TEXT = (
    "### This night has not ended\n\n"
    "Its summary will stand here. If none of its processes runs any more, it was killed or the "
    "machine went down, and there is no result: `pytest.txt` has what the suite said until then."
)
"""Stands in place of a summary until there is one."""


def summary_text(troubles: Sequence[Trouble], checked: str) -> str:
    """Return the summary of a night.

    Args:
        troubles: what went wrong in it.
        checked: what is said of its session, in Markdown; empty where there is no result.
    """
    parts = []
    if troubles:
        parts.append("### " + (WARNED if checked else BROKEN_OFF))
    return "\n\n".join([*parts, *map(_told, troubles), *filter(None, [checked])])


WARNED = "Something went wrong in this night"
BROKEN_OFF = "This night broke off and has no result"


def _told(trouble: Trouble) -> str:
    parts = [
        trouble.what,
        fenced(trouble.said) if trouble.said else "",
        f"- **Lost:** {trouble.lost}\n- **Kept:** {trouble.kept}\n- **To do:** {trouble.remedy}",
    ]
    if trouble.last_lines:
        parts += ["The last lines of the suite:", fenced(trouble.last_lines)]
    return "\n\n".join(filter(None, parts))
