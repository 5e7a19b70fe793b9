"""How far a night came, and what there is to say where it went wrong."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from lowprec.nightly.folder import NightFolder
from lowprec.nightly.suite import last_lines
from lowprec.report.night import Trouble
from lowprec.report.quoting import code_span

__all__ = ["Progress", "Stage"]


class Stage(Enum):
    """What a night does, one after the other: what is lost where it goes wrong, and what to do."""

    FETCHING = (
        "while the history was fetched",
        "Nothing was trained.",
        "See that `git fetch` works in this clone and that the disk has space, then run it again.",
    )
    TRAINING = (
        "while the suite ran",
        "This night has no verdicts and no report.",
        "Mend what the last lines name, then run it again.",
    )
    PUBLISHING = (
        "while the session was pushed",
        "The history on the remote lacks this night.",
        "Give this machine write access to the branch; then copy the session into a clone of it "
        "(`.benchmarks/`, in the folder of its platform), commit and push.",
    )
    JUDGING = (
        "while the session was judged",
        "This night has no verdicts and no report.",
        "Mend what is named here; `lowprec check` in a clone of the history judges the session.",
    )
    REPORTING = (
        "while the report was written",
        "The report, or part of it.",
        "Mend what is named here; `lowprec report` in a clone of the history writes it.",
    )

    def __init__(self, when: str, lost: str, remedy: str) -> None:
        self.when, self.lost, self.remedy = when, lost, remedy


class Progress:
    """How far a night came.

    Attributes:
        stage: what it does now.
        session: name of what the suite stored; None before.
        published: whether that is on the branch.
        copies: of sessions, in the folder of the night.
    """

    def __init__(self, branch: object, folder: NightFolder) -> None:
        self._branch, self._folder = branch, folder
        self.stage = Stage.FETCHING
        self.session: str | None = None
        self.published = False
        self.copies: list[Path] = []

    def trouble(self, what: str, said: str = "", lost: str = "", remedy: str = "") -> Trouble:
        """Return what went wrong now.

        Args:
            what: a sentence in Markdown.
            said: an error, to be quoted.
            lost: what there is not; '' for that of the stage.
            remedy: likewise what to do.
        """
        quoted = last_lines(self._folder.log) if self.stage is Stage.TRAINING else ()
        return Trouble(
            what,
            said.splitlines(),
            lost or self.stage.lost,
            self._kept(),
            remedy or self.stage.remedy,
            quoted,
        )

    def _kept(self) -> str:
        parts = []
        if self.published and self.session:
            parts.append(f"The session {code_span(self.session)} is on {self._branch}.")
        else:
            parts.append("The history is as it was.")
        if self.copies:
            names = ", ".join(code_span(str(path)) for path in self.copies)
            parts.append(f"What was stored is kept in {names}.")
        if self._folder.log.exists():
            log = code_span(str(self._folder.log))
            parts.append(f"What the suite printed is in {log}.")
        return " ".join(parts)
