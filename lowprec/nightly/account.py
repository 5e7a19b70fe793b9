"""The account of a night: how far it came, what went wrong, and the summary that says so."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from lowprec.errors import LowprecError
from lowprec.masking import masked
from lowprec.nightly.folder import NightFolder, StepSummary, replace_text
from lowprec.nightly.histories import NightHistory
from lowprec.nightly.suite import last_lines
from lowprec.report.night import UNFINISHED_TEXT, Trouble, summary_text
from lowprec.report.quoting import code_span

__all__ = ["Account", "Stage"]


class Stage(Enum):
    """What a night does, one after the other: what is lost where it goes wrong, and what to do.

    What to do is a template for what a `NightHistory` says of itself.
    """

    BEGINNING = (
        "before it began",
        "Nothing was trained.",
        "Name another folder with `--out`, or free space on its disk.",
    )
    FETCHING = (
        "while the history was fetched",
        "Nothing was trained.",
        "See that {to_reach_it}, then run it again.",
    )
    TRAINING = (
        "while the suite ran",
        "This night has no verdicts and no report.",
        "Mend what the last lines name, then run it again.",
    )
    PUBLISHING = (
        "while the session was pushed",
        "The history on the remote lacks this night.",
        "Give this machine write access to the branch; then copy the session into a clone of it, "
        "commit and push. It belongs into",
    )
    JUDGING = (
        "while the session was judged",
        "This night has no verdicts and no report.",
        "Mend what is named here; `lowprec check` {within} judges the session.",
    )
    REPORTING = (
        "while the report was written",
        "The report, or part of it.",
        "Mend what is named here; `lowprec report` {within} writes it.",
    )

    def __init__(self, when: str, lost: str, remedy: str) -> None:
        self.when, self.lost, self.remedy = when, lost, remedy


class Account:
    """How far a night came, and what there is to say of it.

    Attributes:
        stage: what it does now.
        published: name of its session, once the history has that.
        checked: what is said of the session, in Markdown; empty before it is judged.
        troubles: what went wrong so far.
    """

    def __init__(self, history: NightHistory, folder: NightFolder) -> None:
        self._history, self._folder, self._step = history, folder, StepSummary()
        self._copies: list[Path] = []
        self.stage = Stage.BEGINNING
        self.published = ""
        self.checked = ""
        self.troubles: list[Trouble] = []

    def begin(self) -> None:
        """Remove what an earlier night left, and find out now whether a summary can be written.

        Raises:
            UsageError: it cannot.
        """
        self._folder.begin()
        try:
            self._write(UNFINISHED_TEXT)
        except OSError as error:
            raise self._folder.unwritable(error) from error

    def keep(self, sessions: Iterable[Path]) -> None:
        """Copy sessions into the folder of the night.

        Raises:
            OSError: it cannot be written to.
        """
        self._copies += map(self._folder.keep, sorted(sessions))

    def trouble(self, what: str, said: str = "", lost: str = "", remedy: str = "") -> None:
        """Note and tell what went wrong now.

        Args:
            what: a sentence in Markdown.
            said: an error, to be quoted.
            lost: what there is not; '' for that of the stage.
            remedy: likewise what to do.
        """
        lines = masked(said).splitlines()
        self.troubles.append(
            Trouble(
                what,
                lines,
                lost or self.stage.lost,
                self._kept(),
                remedy or self._remedy(),
                last_lines(self._folder.log) if self.stage is Stage.TRAINING else (),
            )
        )
        print(f"lowprec: {' '.join([what, *lines])}", file=sys.stderr)

    def broke_off(self, error: Exception, remedy: str = "") -> None:
        """Note and tell that the night ends here, and why."""
        by = "" if isinstance(error, LowprecError | OSError) else ", by an error of lowprec's own"
        said = f"{type(error).__name__}: {error}" if by else str(error)
        self.trouble(f"It broke off {self.stage.when}{by}:", said, remedy=remedy)

    def write(self) -> None:
        """Write the summary as it is now.

        Raises:
            OSError: it cannot be written.
        """
        self._write(self.text)

    @property
    def text(self) -> str:
        """The summary."""
        return summary_text(self.troubles, self.checked)

    def _write(self, text: str) -> None:
        self._step.write(text + "\n")
        replace_text(self._folder.summary, text + "\n")

    def _remedy(self) -> str:
        history = self._history
        return self.stage.remedy.format(within=history.within, to_reach_it=history.to_reach_it)

    def _kept(self) -> str:
        parts = ["The history is as it was."]
        if self.published:
            parts = [f"The session {code_span(self.published)} is {self._history.where}."]
        if self._copies:
            names = ", ".join(code_span(str(path)) for path in self._copies)
            parts.append(f"What was stored is kept in {names}.")
        if self._folder.log.exists():
            parts.append(f"What the suite printed is in {code_span(str(self._folder.log))}.")
        return " ".join(parts)
