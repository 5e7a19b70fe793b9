"""The course of a night, from the fetched history to the written summary."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lowprec.commands.check import checked_text, judged_by
from lowprec.commands.command import FAILED, FLAGGED, OK
from lowprec.commands.report import report
from lowprec.errors import HistoryError, LowprecError, SuiteError, UsageError
from lowprec.history.branch import SESSIONS
from lowprec.history.past import read_past
from lowprec.history.storage import Storage
from lowprec.nightly.account import Account, Stage
from lowprec.nightly.console import no_commands, on_github
from lowprec.nightly.folder import NightFolder, replace_text
from lowprec.nightly.histories import NightHistory, NightSession, OpenHistory
from lowprec.nightly.stopping import Stopped, stoppable
from lowprec.nightly.suite import SuiteEnd, run_suite
from lowprec.report.quoting import code_span

if TYPE_CHECKING:
    from lowprec.judging.verdict import SessionVerdict

__all__ = ["night"]

DISK = "See that the disk has space and that files can be written, then run it again."


def night(history: NightHistory, out: Path, tests: str, for_pytest: Sequence[str]) -> int:
    """Run a night and return the exit code.

    However it ends, its summary says how. On GitHub what it found is annotated besides.
    """
    this = _Night(history, out)
    with no_commands():
        code = this.run(tests, for_pytest)
    if on_github():
        from lowprec.report.annotations import pair_annotations, trouble_annotations

        lines = trouble_annotations(this.account.troubles)
        lines += pair_annotations(this.verdict) if this.verdict else []
        print("\n".join(lines), flush=True)
    return code


class _Night:
    """A night: its steps, the verdict on its session (None before it is judged), its account."""

    def __init__(self, history: NightHistory, out: Path) -> None:
        self._history, self._folder = history, NightFolder(out)
        self.account = Account(history, self._folder)
        self.verdict: SessionVerdict | None = None

    def run(self, tests: str, for_pytest: Sequence[str]) -> int:
        """Go through the steps, write the summary of what came of them, return the exit code."""
        with stoppable():
            code = self._tried(tests, for_pytest)
            print(self.account.text)
            try:
                self.account.write()
            except OSError as error:
                print(f"lowprec: the summary cannot be written: {error}", file=sys.stderr)
                return FAILED
        return code

    def _tried(self, tests: str, for_pytest: Sequence[str]) -> int:
        account = self.account
        try:
            account.begin()
            return self._steps(tests, for_pytest)
        except Stopped as stop:
            account.trouble(
                f"It was stopped {account.stage.when} ({stop}).", remedy="Run it again."
            )
        except SuiteError as error:
            account.trouble(str(error))
        except UsageError as error:
            account.broke_off(error, "Run it again with what is expected there.")
        except OSError as error:
            account.broke_off(error, DISK)
        except Exception as error:
            if not isinstance(error, LowprecError):
                traceback.print_exc()
            account.broke_off(error)
        return FAILED

    def _steps(self, tests: str, for_pytest: Sequence[str]) -> int:
        """Take all steps; the session is published first, so that no trouble later can lose it."""
        account = self.account
        account.stage = Stage.FETCHING
        with self._history.opened(self._rescue) as history:
            account.stage = Stage.TRAINING
            session, end = self._trained(history, tests, for_pytest)
            account.stage = Stage.PUBLISHING
            self._publish(history, session)
            account.stage = Stage.JUDGING
            verdict = self._judged(history.storage, session.full_name)
            account.stage = Stage.REPORTING
            self._report(history.storage, session.full_name, verdict)
        if account.troubles:
            return FAILED
        if end.code == 1 and not verdict.flagged:
            account.stage = Stage.TRAINING
            account.trouble("Tests failed, though no pair is flagged.", lost="What they test.")
        return FLAGGED if end.code == 1 or verdict.flagged else OK

    def _rescue(self, session: Path) -> None:
        """Keep what a night stored that was killed before it could push it."""
        self.account.keep([session])
        self.account.trouble(
            f"A night before this one was killed; it had stored {code_span(session.stem)}.",
            lost="That session is not on the branch.",
            remedy="Copy it into a clone of the history, commit and push, if it is to count. It "
            f"belongs into {code_span(f'{SESSIONS}/{session.parent.name}')}.",
        )

    def _trained(
        self, history: OpenHistory, tests: str, for_pytest: Sequence[str]
    ) -> tuple[NightSession, SuiteEnd]:
        """Run the suite; return what it stored, which can be read, and how it ended."""
        try:
            end = run_suite(tests, [*history.options, *for_pytest], self._folder.log)
            session = history.session(end)
        except (Stopped, LowprecError):
            self.account.keep(history.left())  # first, as a stop may leave no time for a network
            self.account.published = history.published()
            raise
        if not end.whole:
            what = f"The suite {end}. What it had stored by then is judged below."
            self.account.trouble(what, lost="What it had not stored.")
        return session, end

    def _publish(self, history: OpenHistory, session: NightSession) -> None:
        """Publish the session; where that fails, keep it with the report and go on."""
        try:
            history.publish(session)
        except (Stopped, HistoryError) as error:
            self.account.keep([session.file])
            if isinstance(error, Stopped):
                raise
            place = code_span(f"{SESSIONS}/{session.file.parent.name}")
            remedy = f"{self.account.stage.remedy} {place}."
            self.account.trouble("The session could not be pushed:", str(error), remedy=remedy)
        else:
            self.account.published = session.name
            print(f"lowprec: {session.name} is {self._history.where}", flush=True)

    def _judged(self, storage: Storage, name: str) -> SessionVerdict:
        """Judge the session and write the summary, which matters most should the disk be full."""
        from lowprec.record.summary import session_named

        past = read_past(storage)
        [judged] = judged_by(past, [session_named(past.summaries.sessions, name, storage)])
        self.verdict = judged.verdict
        self.account.checked = checked_text(judged, markdown=True)
        if past.faults:
            what = "Some of the history cannot be read, so what is said below is no pass:"
            faults = "\n".join(past.faults)
            self.account.trouble(what, faults, "What they hold.", "Restore or delete them.")
        self.account.write()
        return judged.verdict

    def _report(self, storage: Storage, name: str, verdict: SessionVerdict) -> None:
        """Write the report, and what other programs read of the night."""
        import msgspec

        from lowprec.nightly.pairs import night_pairs
        from lowprec.report.export import junit

        replace_text(self._folder.junit, junit(verdict))
        replace_text(self._folder.pairs, msgspec.json.encode(night_pairs(verdict)).decode())
        self._folder.write_report(lambda scratch: report(storage, name, scratch))
        print(f"lowprec: the report is {self._folder.page}", flush=True)
