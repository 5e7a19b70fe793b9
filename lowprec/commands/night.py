"""The course of a night, from the fetched history to the written summary."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lowprec.commands.check import check
from lowprec.commands.command import FAILED, FLAGGED, OK
from lowprec.commands.report import report
from lowprec.errors import HistoryError, LowprecError
from lowprec.history.branch import HistoryBranch
from lowprec.history.files import read_session
from lowprec.history.past import read_past
from lowprec.history.storage import Folder, Storage
from lowprec.nightly.console import no_commands, on_github
from lowprec.nightly.folder import NightFolder, StepSummary, replace_text
from lowprec.nightly.progress import Progress, Stage
from lowprec.nightly.stopping import Stopped, stoppable
from lowprec.nightly.suite import SuiteEnd, run_suite
from lowprec.report.night import UNFINISHED_TEXT, Trouble, summary_text

if TYPE_CHECKING:
    from lowprec.judging.verdict import SessionVerdict

__all__ = ["night"]

DISK = "See that the disk has space and that files can be written, then run it again."


def night(branch: HistoryBranch, out: Path, tests: str, for_pytest: Sequence[str]) -> int:
    """Run a night and return the exit code.

    However it ends, its summary says how. On GitHub what it found is annotated besides.
    """
    this = _Night(branch, out)
    with no_commands():
        code = this.run(tests, for_pytest)
    if on_github():
        from lowprec.report.annotations import pair_annotations, trouble_annotations

        lines = trouble_annotations(this.troubles)
        lines += pair_annotations(this.verdict) if this.verdict else []
        print("\n".join(lines), flush=True)
    return code


class _Night:
    """A night: its steps, and what they have found so far.

    Attributes:
        verdict: on its session; None before it is judged.
        troubles: what went wrong.
    """

    def __init__(self, branch: HistoryBranch, out: Path) -> None:
        self._branch, self._folder, self._step = branch, NightFolder(out), StepSummary()
        self._progress = Progress(branch, self._folder)
        self._checked = ""
        self.verdict: SessionVerdict | None = None
        self.troubles: list[Trouble] = []

    def run(self, tests: str, for_pytest: Sequence[str]) -> int:
        """Go through the steps, write the summary of what came of them, return the exit code."""
        with stoppable():
            code = self._tried(tests, for_pytest)
            return code if self._summarized() else FAILED

    def _tried(self, tests: str, for_pytest: Sequence[str]) -> int:
        try:
            self._folder.begin()
            self._write(UNFINISHED_TEXT)
            return self._steps(tests, for_pytest)
        except Stopped as stop:
            self._trouble(f"It was stopped {self._when} ({stop}).", remedy="Run it again.")
        except OSError as error:
            self._trouble(f"It broke off {self._when}:", str(error), remedy=DISK)
        except LowprecError as error:
            self._trouble(f"It broke off {self._when}:", str(error))
        except Exception as error:
            traceback.print_exc()
            said = f"{type(error).__name__}: {error}"
            self._trouble(f"It broke off {self._when}, by an error of lowprec's own:", said)
        return FAILED

    def _steps(self, tests: str, for_pytest: Sequence[str]) -> int:
        """Take all steps; the session is pushed first, so that no trouble later can lose it."""
        with self._branch.checked_out() as history:
            storage = history / ".benchmarks"
            session, end = self._trained(storage, tests, for_pytest)
            self._publish(session)
            name = f"{session.parent.name}/{session.stem}"
            verdict = self._judged(Folder(storage), name)
            self._report(Folder(storage), name)
        if self.troubles:
            return FAILED
        if end.code == 1 and not verdict.flagged:
            self._progress.stage = Stage.TRAINING
            what = "Tests failed, though no pair is flagged."
            self._trouble(what, lost="What these tests are to show.")
        return FLAGGED if end.code == 1 or verdict.flagged else OK

    def _trained(
        self, storage: Path, tests: str, for_pytest: Sequence[str]
    ) -> tuple[Path, SuiteEnd]:
        """Run the suite; return what it stored, which can be read, and how it ended."""
        self._progress.stage = Stage.TRAINING
        before = _sessions(storage)
        try:
            end = run_suite(tests, storage, for_pytest, self._folder.log)
            session = _the_one(_sessions(storage) - before, end)
        except (Stopped, HistoryError):
            self._keep(_sessions(storage) - before)
            raise
        self._progress.session = session.stem
        if not end.whole:
            what = f"The suite {end}. What it had stored by then is judged below."
            self._trouble(what, lost="What it had not stored.")
        return session, end

    def _publish(self, session: Path) -> None:
        """Push the session; where that fails, keep it with the report and go on."""
        self._progress.stage = Stage.PUBLISHING
        content = session.read_bytes()
        try:
            self._branch.publish(session.stem)
        except (Stopped, HistoryError) as error:
            session.write_bytes(content)  # a push that was broken off may have taken it away
            self._keep([session])
            if isinstance(error, Stopped):
                raise
            self._trouble("The session could not be pushed:", str(error))
        else:
            self._progress.published = True
            print(f"lowprec: {session.stem} is on {self._branch}", flush=True)

    def _judged(self, storage: Storage, name: str) -> SessionVerdict:
        """Judge the session, and write what other programs read of it."""
        from lowprec.judging.session import judge_with_nearest
        from lowprec.nightly.pairs import night_pairs
        from lowprec.record.summary import session_named
        from lowprec.report.export import junit

        self._progress.stage = Stage.JUDGING
        checked = "\n".join(check(storage, name, "markdown").lines)
        past = read_past(storage)
        session = session_named(past.summaries.sessions, name, storage)
        everything = (past.summaries.sessions, past.accepted, past.summaries.standings)
        verdict = self.verdict = judge_with_nearest(session, *everything).verdict
        self._checked = checked
        self._progress.stage = Stage.REPORTING
        if past.faults:
            what = "Some of the history cannot be read, so what is said below is no pass:"
            self._trouble(
                what, "\n".join(past.faults), "What they hold.", "Restore or delete them."
            )
        replace_text(self._folder.junit, junit(verdict))
        replace_text(self._folder.pairs, msgspec.json.encode(night_pairs(verdict)).decode())
        return verdict

    def _report(self, storage: Storage, name: str) -> None:
        self._folder.write_report(lambda scratch: report(storage, name, scratch))
        print(f"lowprec: the report is {self._folder.page}")

    def _keep(self, sessions: Iterable[Path]) -> None:
        self._progress.copies += map(self._folder.keep, sorted(sessions))

    @property
    def _when(self) -> str:
        return self._progress.stage.when

    def _trouble(self, what: str, said: str = "", lost: str = "", remedy: str = "") -> None:
        """Note what went wrong now, and tell it."""
        self.troubles.append(self._progress.trouble(what, said, lost, remedy))
        print(f"lowprec: {' '.join([what, *said.splitlines()])}", file=sys.stderr)

    def _summarized(self) -> bool:
        """Write the summary; return whether it could be written."""
        text = summary_text(self.troubles, self._checked)
        print(text)
        try:
            self._write(text)
        except (LowprecError, OSError) as error:
            print(f"lowprec: the summary cannot be written: {error}", file=sys.stderr)
            return False
        return True

    def _write(self, text: str) -> None:
        """Write a text in place of the summary that there is."""
        self._step.write(text + "\n")
        replace_text(self._folder.summary, text + "\n")


def _sessions(storage: Path) -> set[Path]:
    return set(storage.glob("*/*.json"))


def _the_one(new: Collection[Path], end: SuiteEnd) -> Path:
    """Return the session that the suite has stored.

    Raises:
        HistoryError: there is none, or more than one, or it cannot be read.
    """
    if len(new) != 1:
        raise HistoryError(f"the suite {end} and stored {len(new)} sessions, expected one")
    (session,) = new
    if read_session(session) is None:
        raise HistoryError(f"{session.name}: holds no pair that lowprec trained, expected one")
    return session
