"""`lowprec nightly`: one night: the suite, its history on a branch, verdicts, a report.

Options that it does not know go to pytest. Exit codes: 0 nothing to report, 1 a pair failed or is
flagged, 2 something could not be done. A pair without a baseline yet is told and fails nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from lowprec.commands.check import check
from lowprec.commands.command import FAILED, FLAGGED, OK, Command, Result
from lowprec.commands.report import report
from lowprec.errors import HistoryError, LowprecError
from lowprec.history.branch import HistoryBranch
from lowprec.history.storage import Folder, Storage

__all__ = ["NIGHTLY", "main", "night"]

SUMMARY_NAME = "summary.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a night with these arguments, or those of the process, and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m lowprec.commands.nightly", description=__doc__, allow_abbrev=False
    )
    _options(parser)
    options, for_pytest = parser.parse_known_args(arguments)
    try:
        return night(_branch(options), options.out, options.tests, for_pytest)
    except LowprecError as error:
        print(f"lowprec: {error}", file=sys.stderr)
        return FAILED


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remote", default="origin", help="Git remote of the history (origin)")
    parser.add_argument(
        "--branch", default="lowprec-history", help="branch of the history (lowprec-history)"
    )
    parser.add_argument(
        "--tests", default="benchmarks/", metavar="DIR", help="tests to run (benchmarks/)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("nightly"),
        metavar="DIR",
        help="folder of the summary and the report (nightly)",
    )


def _branch(options: argparse.Namespace) -> HistoryBranch:
    return HistoryBranch(Path.cwd(), options.remote, options.branch)


def _command_options(parser: argparse.ArgumentParser) -> None:
    _options(parser)
    parser.add_argument(
        "for_pytest", nargs="*", metavar="-- OPTION", help="options for pytest, after --"
    )


def _run(options: argparse.Namespace) -> Result:
    return Result([], night(_branch(options), options.out, options.tests, options.for_pytest))


NIGHTLY = Command(
    ("nightly",),
    "run the suite, keep its history on a branch, judge it and write a report",
    _run,
    _command_options,
)


def night(branch: HistoryBranch, out: Path, tests: str, for_pytest: Sequence[str]) -> int:
    """Run a night and return the exit code.

    The session is pushed before it is judged, so that no trouble later can lose it.

    Raises:
        LowprecError: no session came about, or history or report cannot be written.
    """
    with branch.checked_out() as folder:
        storage_path = folder / ".benchmarks"
        before = _sessions(storage_path)
        code = run_suite(tests, storage_path, for_pytest)
        new = sorted(_sessions(storage_path) - before)
        if len(new) != 1:
            raise HistoryError(
                f"pytest ended with exit code {code} and stored {len(new)} sessions, expected one; "
                "its output above says why"
            )
        _publish(branch, new[0], out)
        print(f"lowprec: {new[0].stem} is on {branch}", flush=True)
        name = f"{new[0].parent.name}/{new[0].stem}"
        judged = _judge(Folder(storage_path), name, out)
    if code not in (0, 1):
        return FAILED
    return FLAGGED if judged == OK and code == 1 else judged


def _publish(branch: HistoryBranch, session: Path, out: Path) -> None:
    """Push the session; where that fails for good, keep it with the report."""
    try:
        branch.publish(session.stem)
    except HistoryError as error:
        out.mkdir(parents=True, exist_ok=True)
        kept = shutil.copy(session, out)
        raise HistoryError(f"{error}\nThe session is kept in {kept}") from error


def run_suite(tests: str, storage: Path, for_pytest: Sequence[str]) -> int:
    """Run the tests in a process of their own and return pytest's exit code."""
    command = [sys.executable, "-m", "pytest", tests, "--benchmark-autosave"]
    storage.mkdir(exist_ok=True)
    done = subprocess.run([*command, f"--benchmark-storage={storage}", *for_pytest], check=False)
    return done.returncode


def _sessions(storage: Path) -> set[Path]:
    return set(storage.glob("*/*.json"))


def _judge(storage: Storage, name: str, out: Path) -> int:
    """Write summary and report, and return the exit code; "no baseline" fails no night."""
    checked = check(storage, name, "markdown")
    reported = report(storage, name, out)
    for line in reported.lines:
        print(line)
    summary = "\n".join(checked.lines) + "\n"
    print(summary)
    (out / SUMMARY_NAME).write_text(summary, encoding="utf-8")
    if github := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(github).open("a", encoding="utf-8") as file:
            file.write(summary)
    if reported.exit_code == FAILED:
        return FAILED
    return FLAGGED if checked.exit_code == FLAGGED else OK


if __name__ == "__main__":
    sys.exit(main())
