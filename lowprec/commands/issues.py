"""`lowprec issues`: an issue on GitHub for each pair that a night has flagged."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lowprec.choices import file_or_folder
from lowprec.commands.command import Command, Result
from lowprec.errors import HistoryError, LowprecError, UsageError

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
        UsageError: there is no such folder.
        GitHubError: a call failed. What is not told yet is told the next time.
    """
    from lowprec.nightly.issues import issues_from, steps

    if lacking := [folder for folder in folders if not folder.is_dir()]:
        raise UsageError(f"{lacking[0]}: no such folder, expected one with {PAIRS_NAME} of a night")
    nights = [_night(path) for folder in folders for path in sorted(folder.rglob(PAIRS_NAME))]
    if not nights:
        yield f"no {PAIRS_NAME} in {', '.join(map(str, folders))}: no night has a result to tell"
        return
    for night in nights:
        for step in steps(night, issues_from(github.all())):
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

    pair, run, issue = step.pair, run_address(), step.issue
    mark = marker(key_of(night, pair), Told.of(pair) if pair.state == "flagged" else None)
    if issue is None:
        text = f"{mark}\n{issue_text(pair, night, run)}"
        return f"#{github.open(issue_title(pair, night), text)} opened: {pair.line}"
    body = issue.marked(mark)
    if step.kind == "tell":
        github.comment(issue.number, changed_text(pair, night, run))
        github.edit(issue.number, title=issue_title(pair, night), body=body, state="open")
    elif step.kind == "close":
        github.comment(issue.number, closing_text(pair, night, run))
        github.edit(issue.number, body=body, state="closed")
    else:
        github.edit(issue.number, body=body)
    return f"#{issue.number} {DONE[step.kind]}: {pair.line}"


DONE = {"tell": "told", "close": "closed", "note": "was closed already"}


def _summed_up(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines, and write them into the summary of a job with the error that ends them."""
    from lowprec.nightly.folder import StepSummary
    from lowprec.report.quoting import fenced

    summary, said = StepSummary(), []
    try:
        for line in lines:
            said.append(line)
            yield line
    except LowprecError as error:
        said.append(f"Broken off, the next night goes on: {error}")
        raise
    finally:
        summary.write("### Issues of flagged pairs\n\n" + fenced(said or ["nothing new"]) + "\n")


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folders",
        nargs="*",
        type=file_or_folder,
        default=[Path("nightly")],
        metavar="DIR",
        help=f"folders of nights, with {PAIRS_NAME} in them or below (nightly)",
    )


def _run(options: argparse.Namespace) -> Result:
    from lowprec.nightly.github import GitHubIssues

    return Result(_summed_up(issues(options.folders, GitHubIssues.from_environment())))


ISSUES = Command(
    ("issues",), "open, tell and close an issue on GitHub for each flagged pair", _run, _options
)
