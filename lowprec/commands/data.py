"""`lowprec data status` and `lowprec data prepare`: which data is there, and how to get it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from lowprec.choices import file_or_folder
from lowprec.commands.command import FAILED, OK, Command, Result

__all__ = ["PREPARE", "STATUS"]


def _status(_: argparse.Namespace) -> Result:
    from tabulate import tabulate

    from lowprec.data.datasets import status
    from lowprec.report.text import filled

    rows = status()
    cells = [(row.dataset, row.source, row.state) for row in rows]
    lines = [tabulate(cells, headers=("data set", "source", "state")), ""]
    # Outside the table, where a long path would be broken over lines.
    places = dict.fromkeys((row.source, row.location) for row in rows)
    lines += [f"{source}: {location}" for source, location in places]
    lines += [f"\n{filled(row.detail)}" for row in rows if row.detail]
    broken = any(row.source == "sample" and row.state != "ready" for row in rows)
    return Result(lines, FAILED if broken else OK)


def _prepare_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--from",
        dest="from_dir",
        type=file_or_folder,
        metavar="DIR",
        help="folder with the IMDB archive (aclImdb*.tar.gz, .tgz or .tar.xz) and Fashion-MNIST's "
        "four IDX files; without it TensorFlow Datasets downloads them",
    )
    parser.add_argument(
        "--data-dir",
        type=file_or_folder,
        metavar="DIR",
        help="TensorFlow Datasets' folder (default: TFDS_DATA_DIR, else ~/tensorflow_datasets)",
    )


HOW = {
    "built": "built",
    "kept": "already there and whole, left alone",
    "rebuilt": "was damaged, built anew",
}


def _prepare(options: argparse.Namespace) -> Result:
    return Result(_prepared(options.from_dir, options.data_dir))


def _prepared(from_dir: Path | None, data_dir: Path | None) -> Iterator[str]:
    """Prepare the sets and yield a line for each as it gets ready."""
    from lowprec.data.full_sets import default_data_dir
    from lowprec.data.prepare.build import prepare

    for prepared in prepare(from_dir, data_dir):
        yield f"{prepared.name}: {HOW[prepared.how]}, in {prepared.folder}"
    if data_dir is not None and data_dir != default_data_dir():
        yield f"to use it, set TFDS_DATA_DIR={data_dir.absolute()}"


STATUS = Command(("data", "status"), "show which data sets are there and intact", _status)
PREPARE = Command(
    ("data", "prepare"),
    "make the full sets ready, from local files or by download",
    _prepare,
    _prepare_options,
)
