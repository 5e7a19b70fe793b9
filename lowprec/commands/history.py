"""The subcommands on stored sessions: what changed, what got slower, what to look at."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from lowprec.commands.command import FAILED, FLAGGED, OK, Command

if TYPE_CHECKING:
    from lowprec.storage import Storage

__all__ = ["COMMANDS"]


def _compare_options(parser: argparse.ArgumentParser) -> None:
    from lowprec.environment import FIELDS

    parser.add_argument(
        "--across",
        choices=FIELDS,
        required=True,
        metavar="FIELD",
        help=f"field of the environment: {', '.join(FIELDS)}",
    )
    _storage_option(parser)
    _format_option(parser)
    parser.add_argument(
        "--fail",
        action="store_true",
        help="exit with 1 where a pair got slower, less accurate, lost its outcome or vanished, "
        "and with 2 where one could not be judged",
    )


def _storage_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--storage",
        default=".benchmarks",
        metavar="DIR",
        help="stored sessions, what pytest-benchmark's --benchmark-storage takes: a folder, or "
        "elasticsearch+http[s]://HOST/INDEX (default: .benchmarks)",
    )


def _storage(options: argparse.Namespace) -> Storage:
    from lowprec.storage import open_storage

    return open_storage(options.storage)


def _format_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("table", "markdown", "json"), default="table")


def _session_option(parser: argparse.ArgumentParser, which: str = "the session") -> None:
    parser.add_argument(
        "--session",
        metavar="ID",
        help=f"name of {which}, or a start of it that no other has (default: the newest)",
    )


def _compare(options: argparse.Namespace) -> int:
    from lowprec.compare import compare

    flagged, judged = compare(_storage(options), options.across, options.format, tell=print)
    return _gate_code(flagged, judged) if options.fail else OK


def _check_options(parser: argparse.ArgumentParser) -> None:
    _storage_option(parser)
    _format_option(parser)
    _session_option(parser)


def _check(options: argparse.Namespace) -> int:
    from lowprec.check import check

    return _gate_code(*check(_storage(options), options.session, options.format, tell=print))


def _replay_options(parser: argparse.ArgumentParser) -> None:
    _storage_option(parser)
    _format_option(parser)


def _replay(options: argparse.Namespace) -> int:
    from lowprec.check import replay_all

    return _gate_code(*replay_all(_storage(options), options.format, tell=print))


def _gate_code(flagged: bool, judged: bool) -> int:
    return FLAGGED if flagged else OK if judged else FAILED


def _accept_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION", help="name of the session, or its start")
    parser.add_argument(
        "pair", metavar="PAIR", nargs="?", help="such as NN-I-half; without it all flagged pairs"
    )
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why this is normal now")
    _storage_option(parser)


def _accept(options: argparse.Namespace) -> int:
    from lowprec.check import accept

    accept(_storage(options), options.session, options.pair, options.reason, tell=print)
    return OK


def _report_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write to")
    _session_option(parser)
    _storage_option(parser)


def _report(options: argparse.Namespace) -> int:
    from lowprec.reporting import report

    return OK if report(_storage(options), options.session, options.out, tell=print) else FAILED


def _export_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", required=True, choices=("csv", "parquet", "openmetrics", "junit")
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="file to write to (default: the terminal)"
    )
    _session_option(parser, "the last session to write")
    _storage_option(parser)


def _export(options: argparse.Namespace) -> int:
    from lowprec.reporting import export

    storage = _storage(options)
    done = export(storage, options.format, options.session, options.out, tell=print)
    return OK if done else FAILED


COMMANDS = (
    Command(
        ("compare",),
        "set stored environments side by side: what a new version or machine changed",
        _compare,
        _compare_options,
    ),
    Command(
        ("check",),
        "judge a stored session against those before it",
        _check,
        _check_options,
    ),
    Command(
        ("replay",),
        "judge every stored session, as the gate would have on its day",
        _replay,
        _replay_options,
    ),
    Command(
        ("accept",),
        "put on record that a flagged change is the new normal",
        _accept,
        _accept_options,
    ),
    Command(
        ("report",),
        "write tables, figures and a page of the stored history",
        _report,
        _report_options,
    ),
    Command(
        ("export",),
        "write the stored history for other tools",
        _export,
        _export_options,
    ),
)
