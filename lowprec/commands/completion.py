"""What a shell offers on TAB where a name is to be typed.

argcomplete asks for it, which bash, zsh and fish call: docs/command-line.md.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from lowprec.errors import HistoryError

__all__ = ["complete", "completed_by", "list_of", "one_of", "session_names"]

ASKED = "_ARGCOMPLETE"
"""In the environment where a shell asks."""

Completer = Callable[..., Iterable[str]]
"""Takes what is typed so far, `prefix`, and what stands before it, `parsed_args`."""


def complete(parser: argparse.ArgumentParser) -> None:
    """Tell the shell what can follow, and end the process; return where no shell asks.

    Only then is argcomplete imported: no other command waits for it.
    """
    if ASKED in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)


def completed_by(action: argparse.Action, completer: Completer) -> None:
    """Let what is offered for an argument come from a completer."""
    action.completer = completer  # type: ignore[attr-defined]  # where argcomplete looks for it


def one_of(names: Iterable[str]) -> Completer:
    """Return a completer of these names."""
    offered = tuple(names)
    return lambda **_: offered


def list_of(names: Iterable[str]) -> Completer:
    """Return a completer of a list of these names, with commas between; each is offered once."""
    offered = tuple(names)

    def offer(prefix: str, **_: Any) -> list[str]:
        before, comma, _last = prefix.rpartition(",")
        given = before.split(",")
        return [f"{before}{comma}{name}" for name in offered if name not in given]

    return offer


def session_names(prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
    """Offer the sessions of a folder by name, or as FOLDER/NAME where no name begins so.

    Their files are not read. Those of an object store are not asked for: a key should not wait.
    """
    from lowprec.history.walk import session_files

    try:
        files, _faults = session_files(Path(parsed_args.storage.removeprefix("file://")))
    except HistoryError:  # which the command itself will tell
        return []
    names = [Path(file.name).stem for file in files]
    if any(name.startswith(prefix) for name in names):
        return names
    return [f"{file.folder or '.'}/{name}" for file, name in zip(files, names, strict=True)]
