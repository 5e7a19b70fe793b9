"""python -m lab.hostile.small_sets COMMAND: lowprec, for which the full sets are a few examples.

The files that they are made of are small ones of the same form, and the tables say so.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lowprec.cli import main
from lowprec.data import full_sets
from lowprec.data.prepare import idx_files, review_archive

__all__ = [
    "IMAGES",
    "REVIEWS_PER_FOLDER",
    "REVIEWS_SHA256",
    "idx_payloads",
    "review_members",
    "shrink_tables",
    "write_archive",
    "write_idx_files",
]

IMAGES = {"train": 30, "test": 20}
REVIEWS_PER_FOLDER = 4
REVIEWS_SHA256 = "52d5b60559dae729812b5c8b69174fb52dcaefc53a59d0747c46758c96408380"
"""Of `review_members()`, by `sha256sum` of each in the order of their paths, and of its lines."""


def idx_payloads() -> dict[str, bytes]:
    """Content of the four IDX files by name: random images, every class equally often."""
    random = np.random.default_rng(12)
    payloads = {}
    for file in idx_files.IDX_FILES:
        size = IMAGES["train" if file.file_name.startswith("train") else "test"]
        header = (file.header[0], size, *file.header[2:])
        body = random.integers(0, 256, (size, 28, 28)) if len(header) == 4 else np.arange(size) % 10
        payloads[file.file_name] = (
            replace(file, header=header).header_bytes + body.astype(np.uint8).tobytes()
        )
    return payloads


def shrink_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the tables describe the stand-ins."""
    from tensorflow_datasets.image_classification import mnist

    tiny = tuple(
        replace(
            file,
            header=(file.header[0], int.from_bytes(payload[4:8], "big"), *file.header[2:]),
            sha256=hashlib.sha256(payload).hexdigest(),
        )
        for file, payload in zip(idx_files.IDX_FILES, idx_payloads().values(), strict=True)
    )
    monkeypatch.setattr(idx_files, "IDX_FILES", tiny)
    monkeypatch.setattr(mnist, "_TRAIN_EXAMPLES", IMAGES["train"])
    monkeypatch.setattr(mnist, "_TEST_EXAMPLES", IMAGES["test"])
    monkeypatch.setattr(review_archive, "REVIEWS_PER_FOLDER", REVIEWS_PER_FOLDER)
    monkeypatch.setattr(review_archive, "REVIEWS_SHA256", REVIEWS_SHA256)
    sizes = {
        "fashion_mnist": IMAGES,
        "imdb_reviews": {"train": 2 * REVIEWS_PER_FOLDER, "test": 2 * REVIEWS_PER_FOLDER},
    }
    for name, by_split in sizes.items():
        row = replace(full_sets.FULL_SETS[name], sizes=by_split)
        monkeypatch.setitem(full_sets.FULL_SETS, name, row)


def write_idx_files(folder: Path, payloads: Mapping[str, bytes] | None = None) -> None:
    """Write the four IDX files, gzip-packed as the official ones are."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, payload in (payloads or idx_payloads()).items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(payload))


def review_members() -> dict[str, bytes]:
    """Content of the archive by member path."""
    return {
        f"aclImdb/{split}/{label}/{i}_{stars}.txt": f"A {label} {split} review, no. {i}.".encode()
        for split in ("train", "test")
        for label, stars in (("neg", 2), ("pos", 9))
        for i in range(REVIEWS_PER_FOLDER)
    }


def write_archive(
    path: Path,
    members: Mapping[str, bytes] | None = None,
    strange: Iterable[tarfile.TarInfo] = (),
) -> Path:
    """Write a tar archive, packed as its name ends; `strange` are members without content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:xz" if path.name.endswith("xz") else "w:gz") as archive:
        for member in strange:
            archive.addfile(member)
        for name, content in (members or review_members()).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


if __name__ == "__main__":
    with pytest.MonkeyPatch.context() as monkeypatch:
        shrink_tables(monkeypatch)
        sys.exit(main(sys.argv[1:]))
