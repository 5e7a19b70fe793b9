"""Stand-ins of a few examples for the full sets, and the tables shrunk to fit them."""

import functools
import shutil
import tempfile
from pathlib import Path

import pytest

from lab.hostile.small_sets import (
    idx_payloads,
    review_members,
    shrink_tables,
    write_archive,
    write_idx_files,
)
from lowprec.data.prepare.build import prepare

__all__ = [
    "copy_prepared",
    "idx_payloads",
    "review_members",
    "shrink_tables",
    "write_archive",
    "write_idx_files",
]


@functools.cache
def prepared_root():
    """A TFDS data folder with both stand-ins prepared; made once, to be copied, not changed."""
    # The folder lives as long as the process: the cache keeps the object that removes it.
    holder = tempfile.TemporaryDirectory(prefix="lowprec-tiny-")
    base = Path(holder.name)
    write_idx_files(base / "from" / "fashion-mnist")
    write_archive(base / "from" / "aclImdb.tar.xz")
    with pytest.MonkeyPatch.context() as monkeypatch:
        shrink_tables(monkeypatch)
        list(prepare(base / "from", base / "tfds"))
    return holder, base / "tfds"


def copy_prepared(target):
    """Copy the prepared stand-ins to `target`, a TFDS data folder that may be damaged."""
    _, root = prepared_root()
    shutil.copytree(root, target, dirs_exist_ok=True)
    return target
