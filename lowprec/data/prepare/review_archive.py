"""The archive of the IMDB Large Movie Review set, as the user has it: read and counted."""

from __future__ import annotations

import gzip
import lzma
import posixpath
import re
import shutil
import tarfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import wrap_file

from lowprec.data.prepare.local_files import find_files, first_good
from lowprec.errors import DataError

__all__ = ["Review", "find_archive", "iter_reviews", "lay_out"]

_TAR_FAULTS = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, UnicodeDecodeError)

# TFDS takes every file below these folders for a review, except hidden ones: counted alike.
_MEMBER = re.compile(r"^aclImdb/(?P<split>train|test)/(?P<label>neg|pos)/(?:.*/)?[^./][^/]*$")
REVIEWS_PER_FOLDER = 12_500
_PATTERNS = ("aclImdb*.tar.gz", "aclImdb*.tgz", "aclImdb*.tar.xz")
_LABELS = {"neg": 0, "pos": 1}
_DECOMPRESSORS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}


@dataclass(frozen=True)
class Review:
    """A review of the IMDB archive: its member path, split, label (1 is positive) and text."""

    member: str
    split: str
    label: int
    text: str


def iter_reviews(path: Path) -> Iterator[Review]:
    """The labelled reviews of an IMDB archive, in the archive's order, read to its very end.

    A progress bar is shown where standard error is a terminal.

    Raises:
        DataError: the file is no gzip or xz archive, or ends early.
    """
    try:
        with path.open("rb") as raw:
            opener = _decompressor(path, raw.read(6))
            raw.seek(0)
            size_bytes = path.stat().st_size
            console = Console(stderr=True)
            with wrap_file(
                raw,
                size_bytes,
                description=path.name,
                console=console,
                transient=True,
                disable=not console.is_terminal,  # so that logs stay free of it
            ) as file:
                yield from _iter_members(opener(file))
    except _TAR_FAULTS as error:
        raise DataError(
            f"{path}: cannot be read to its end ({error}); get the archive again"
        ) from error


def _decompressor(path: Path, magic: bytes) -> Callable[[IO[bytes]], Any]:
    for prefix, opener in _DECOMPRESSORS.items():
        if magic.startswith(prefix):
            return opener
    raise DataError(
        f"{path}: starts with {magic!r}, expected a gzip or xz archive; a saved web page looks "
        "like this: get the archive again"
    )


def _iter_members(stream: IO[bytes]) -> Iterator[Review]:
    with tarfile.open(fileobj=stream, mode="r:") as archive:
        for member in archive:
            place = _MEMBER.match(posixpath.normpath(member.name))
            if place is None or not member.isreg():
                continue
            content = archive.extractfile(member)
            assert content is not None  # only for members that are not regular files
            text = content.read().strip().decode("utf-8")
            yield Review(member.name, place["split"], _LABELS[place["label"]], text)
    # The tar ends before the compressed stream does: only reading on reaches its checksum.
    while stream.read(1 << 20):
        pass


def check_archive(path: Path) -> Path:
    """Read an IMDB archive to its end, count its reviews, and return its path.

    Raises:
        DataError: the archive cannot be read, or a folder does not hold `REVIEWS_PER_FOLDER`.
    """
    counts = Counter((review.split, review.label) for review in iter_reviews(path))
    for split in ("train", "test"):
        for name, label in _LABELS.items():
            found = counts[split, label]
            if found != REVIEWS_PER_FOLDER:
                raise DataError(
                    f"{path}: holds {found:,} reviews in aclImdb/{split}/{name}, expected "
                    f"{REVIEWS_PER_FOLDER:,}; get the archive again"
                )
    return path


def find_archive(folder: Path) -> Path:
    """The IMDB archive found in or just below `folder`, checked.

    Raises:
        DataError: there is none, it cannot be read, or reviews are missing from it.
    """
    return first_good(
        find_files(folder, _PATTERNS),
        check_archive,
        missing=f"{folder}: holds no {', '.join(_PATTERNS)}, nor does a folder in it; put the IMDB "
        "archive there",
    )


def lay_out(folder: Path, manual_dir: Path) -> None:
    """Copy the archive found in `folder` to `manual_dir`, named as TFDS takes it.

    Raises:
        DataError: the archive is missing or wrong.
    """
    # The official name whatever the compression: Python's tarfile finds that out by itself.
    shutil.copyfile(find_archive(folder), manual_dir / "aclImdb_v1.tar.gz")
