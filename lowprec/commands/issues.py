"""`lowprec issues`: an issue on GitHub for each pair that a night has flagged."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lowprec.commands.command import Command, Result
from lowprec.errors import HistoryError

if TYPE_CHECKING:
    from lowprec.nightly.github import GitHubIssues
    from lowprec.nightly.issues import Step
    from lowprec.record.night import NightPairs

__all__ = ["ISSUES", "issues"]

PAIRS_NAME = "pairs.json"


def issues(folders: Sequence[Path], github: GitHubIssues) -> Iterator[str]:
    """Open, tell and close the issues of nights, and yield a line on each that changed.

    A pair is told when it is first flagged, when something about it changes, and when it is judged
    and not flagged any more.

    Args:
        folders: with `pairs.json` of nights in them, or below.
        github: where the issues are.

    Raises:
        HistoryError: a file is not what a night has written.
        GitHubError: a call failed. What is not told yet is told the next time.
    """
    from lowprec.nightly.issues import issues_from, steps

    nights = [_night(path) for folder in folders for path in sorted(folder.rglob(PAIRS_NAME))]
    if not nights:
        yield f"no {PAIRS_NAME} in {', '.join(map(str, folders))}: no night has a result to tell"
        return
    known = issues_from(github.all())
    for night in nights:
        for step in steps(night, known):
            yield _take(step, night, github)


def _night(path: Path) -> NightPairs:
    import msgspec

    from lowprec.record.night import NightPairs

    try:
        return msgspec.json.decode(path.read_bytes(), type=NightPairs)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise HistoryError(
            f"{path}: not what a night has written: {error}; run the night again"
        ) from error


def _take(step: Step, night: NightPairs, github: GitHubIssues) -> str:
    """Do what is to be done. A comment comes first: rather told twice than never."""
    from lowprec.nightly.github import run_address
    from lowprec.nightly.issues import Told, key_of, marker
    from lowprec.report.issues import changed_text, closing_text, issue_text, issue_title

    pair, run, key = step.pair, run_address(), key_of(night, step.pair)
    told = Told.of(pair) if pair.state == "flagged" else None
    body = f"{marker(key, told)}\n{issue_text(pair, night, run) if told else ''}"
    title = issue_title(pair, night)
    return ""
