"""The subcommands of `lowprec`: a table of their words, options and what each runs.

A subcommand imports what it needs when it runs, so that help, and commands that need no
TensorFlow, answer at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lowprec.storage import Storage

__all__ = ["COMMANDS", "FAILED", "FLAGGED", "GROUPS", "OK", "Command"]

OK = 0
FLAGGED = 1
FAILED = 2


@dataclass(frozen=True)
class Command:
    """A subcommand.

    Attributes:
        words: what is typed after `lowprec`: one word, or a group of `GROUPS` and a word.
        help: one line for the list of commands.
        run: carries it out and returns the exit code: `OK`, `FLAGGED` or `FAILED`.
        add_options: declares its options and arguments.
    """

    words: tuple[str, ...]
    help: str
    run: Callable[[argparse.Namespace], int]
    add_options: Callable[[argparse.ArgumentParser], None] = lambda parser: None


def _data_status(options: argparse.Namespace) -> int:
    from tabulate import tabulate

    from lowprec.datasets import status
    from lowprec.report.text import filled

    rows = status()
    cells = [(row.dataset, row.source, row.state) for row in rows]
    print(tabulate(cells, headers=("data set", "source", "state")))
    print()
    # Outside the table, where a long path would be broken over lines.
    for source, location in dict.fromkeys((row.source, row.location) for row in rows):
        print(f"{source}: {location}")
    for row in rows:
        if row.detail:
            print()
            print(filled(row.detail))
    return FAILED if any(row.source == "sample" and row.state != "ready" for row in rows) else OK


def _data_prepare_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="from_dir",
        type=Path,
        metavar="DIR",
        help="folder with the IMDB archive (aclImdb*.tar.gz, .tgz or .tar.xz) and Fashion-MNIST's "
        "four IDX files; without it TensorFlow Datasets downloads them",
    )
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        help="TensorFlow Datasets' folder (default: TFDS_DATA_DIR, else ~/tensorflow_datasets)",
    )


def _data_prepare(options: argparse.Namespace) -> int:
    from lowprec.full_sets import default_data_dir
    from lowprec.prepare import Prepared, prepare

    how = {
        "built": "built",
        "kept": "already there and whole, left alone",
        "rebuilt": "was damaged, built anew",
    }

    def tell(prepared: Prepared) -> None:
        print(f"{prepared.name}: {how[prepared.how]}, in {prepared.folder}", flush=True)

    prepare(options.from_dir, options.data_dir, on_done=tell)
    if options.data_dir is not None and options.data_dir != default_data_dir():
        print(f"to use it, set TFDS_DATA_DIR={options.data_dir.absolute()}")
    return OK


def _calibrate_options(parser: argparse.ArgumentParser) -> None:
    from lowprec.choices import MAX_SEED, integer, names_in
    from lowprec.models import MODELS, PAPER_MODELS
    from lowprec.protocols import PROTOCOLS
    from lowprec.schemes import PAPER_SCHEMES, SCHEMES

    parser.add_argument("--protocol", choices=tuple(PROTOCOLS), default="quick")
    parser.add_argument("--models", type=names_in(MODELS), default=PAPER_MODELS, metavar="A,B")
    parser.add_argument("--schemes", type=names_in(SCHEMES), default=PAPER_SCHEMES, metavar="a,b")
    parser.add_argument(
        "--seeds",
        type=integer(8, 1000),
        default=8,
        metavar="N",
        help="trainings a pair, each with a seed of its own (default and least: 8)",
    )
    parser.add_argument(
        "--first-seed",
        type=integer(0, MAX_SEED),
        default=1000,
        metavar="N",
        help="the next training has N + 1, and so on (default: 1000)",
    )
    parser.add_argument(
        "--write", action="store_true", help="put the proposed rows into expectations.csv"
    )


def _calibrate(options: argparse.Namespace) -> int:
    from lowprec.calibrate import calibrate

    calibrate(
        options.protocol,
        options.models,
        options.schemes,
        range(options.first_seed, options.first_seed + options.seeds),
        options.write,
        tell=lambda line: print(line, flush=True),
    )
    return OK


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


def _compare(options: argparse.Namespace) -> int:
    from lowprec.compare import compare

    flagged, judged = compare(_storage(options), options.across, options.format, tell=print)
    return _gate_code(flagged, judged) if options.fail else OK


def _check_options(parser: argparse.ArgumentParser) -> None:
    _storage_option(parser)
    _format_option(parser)
    parser.add_argument(
        "--session",
        metavar="ID",
        help="name of the session, or a start of it that no other has (default: the newest)",
    )


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


GROUPS = {"data": "the data sets: which are there, and how to get the full ones"}
COMMANDS = (
    Command(("data", "status"), "show which data sets are there and intact", _data_status),
    Command(
        ("data", "prepare"),
        "make the full sets ready, from local files or by download",
        _data_prepare,
        _data_prepare_options,
    ),
    Command(
        ("calibrate",),
        "train pairs over many seeds and propose their expectations",
        _calibrate,
        _calibrate_options,
    ),
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
)
