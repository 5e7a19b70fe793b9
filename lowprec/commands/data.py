"""`lowprec data` and `lowprec calibrate`: the data sets, and what is expected of trainings."""

from __future__ import annotations

import argparse
from pathlib import Path

from lowprec.commands.command import FAILED, OK, Command

__all__ = ["COMMANDS"]


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
)
