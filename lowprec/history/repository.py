"""The repository of the project that is tested, as far as it tells what changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from lowprec.errors import HistoryError
from lowprec.history.git import run_git
from lowprec.record.commits import CommitRange

__all__ = ["commits_between", "compare_url"]

HOSTS: Mapping[str, str] = MappingProxyType(
    {
        "github.com": "/compare/{before}...{after}",
        "gitlab.com": "/-/compare/{before}...{after}",
        "codeberg.org": "/compare/{before}...{after}",
        "bitbucket.org": "/branches/compare/{after}%0D{before}",
    }
)
"""Hosts that have a page for what is between two commits, and its address within a project's."""

REMOTE = re.compile(
    r"(?:https?://|ssh://|git://)?(?:[^@/]*@)?(?P<host>[a-z.]+)(?::\d+)?[:/]"
    r"(?P<path>[\w.-]+?(?:/[\w.-]+?)+?)(?:\.git)?/?"
)
"""The forms of a remote's address: https://HOST/PATH, ssh://git@HOST/PATH and git@HOST:PATH. Who
logs in with which password is left out."""


def commits_between(before: str, after: str, folder: Path) -> CommitRange:
    """Return what is known of the commits from one to another.

    Args:
        before: in hex.
        after: likewise.
        folder: within a clone of the project; in any other there is nothing known of them.
    """
    if _git(folder, "cat-file", "-e", f"{after}^{{commit}}") is None:
        return CommitRange(before, after)
    count = _git(folder, "rev-list", "--count", f"{before}..{after}")
    remote = _git(folder, "config", "--get", "remote.origin.url")
    url = compare_url(remote, before, after) if remote else None
    return CommitRange(before, after, int(count) if count else None, url)


def compare_url(remote: str, before: str, after: str) -> str | None:
    """Return the address of a page that shows what is between two commits; None without one."""
    found = REMOTE.fullmatch(remote)
    page = HOSTS.get(found["host"]) if found else None
    if found is None or page is None:
        return None
    return f"https://{found['host']}/{found['path']}{page.format(before=before, after=after)}"


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what Git prints; None where it fails, or is not there."""
    try:
        done = run_git(folder, *arguments)
    except HistoryError:
        return None
    return None if done.returncode else done.stdout.decode(errors="replace").strip()
