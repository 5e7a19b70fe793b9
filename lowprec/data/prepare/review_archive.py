"""The archive of the IMDB Large Movie Review set, as the user has it: read and checked."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import posixpath
import re
import shutil
import tarfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import wrap_file

from lowprec.data.prepare.limited import Limited
from lowprec.data.prepare.local_files import find_files, first_good
from lowprec.data.prepare.xz_stream import open_xz
from lowprec.errors import DataError
from lowprec.wording import counted, printable

__all__ = ["Review", "find_archive", "iter_reviews", "lay_out"]

# ValueError: of a text that is no UTF-8, and of tarfile for a header's number that is none.
_TAR_FAULTS = (OSError, EOFError, zlib.error, lzma.LZMAError, tarfile.TarError, ValueError)

# TFDS takes every file below these folders for a review, except hidden ones: counted alike.
_MEMBER = re.compile(r"^aclImdb/(?P<split>train|test)/(?P<label>neg|pos)/(?:.*/)?[^./][^/]*$")
REVIEWS_PER_FOLDER = 12_500

REVIEWS_SHA256 = "b155ae18c4016500d64b7ea091f3f04c4ea9e702ab3bdb2b4aa0effbd4da11c6"
"""`_joined_sha256` of the labelled reviews. They have 33,132,823 bytes in the training set and
32,350,685 in the test set, as those that Hugging Face publishes as `stanfordnlp/imdb` do (its
`num_bytes` without 12 a review)."""

MOST_REVIEW_BYTES = 1 << 16
"""The longest review has 13,704."""

MOST_BYTES = 1 << 30
"""Of the archive as a tar file; the official one, with its bags of words, has less than half."""

MOST_OF_A_MEMBER = 1 << 17
"""What is read of a member, its headers and a review's text: tarfile keeps all of a header."""

SHOWN = 5
"""So many of the members that an archive should not have are named."""

_PATTERNS = ("aclImdb*.tar.gz", "aclImdb*.tgz", "aclImdb*.tar.xz")
_LABELS = {"neg": 0, "pos": 1}
_DECOMPRESSORS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda raw: gzip.GzipFile(fileobj=raw),
    b"\xfd7zXZ\x00": open_xz,
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
        DataError: the file is no gzip or xz archive, ends early, unpacks to more than it should, or
            has members that are no files or lie elsewhere.
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
                yield from _iter_members(Limited(opener(file), MOST_BYTES, MOST_OF_A_MEMBER))
    except _TAR_FAULTS as error:
        raise DataError(
            f"{path}: cannot be read to its end ({printable(str(error))}); get the archive again"
        ) from error
    except _StrangeMembersError as error:
        raise DataError(f"{path}: {error}; get the archive again") from error


def _decompressor(path: Path, magic: bytes) -> Callable[[IO[bytes]], Any]:
    for prefix, opener in _DECOMPRESSORS.items():
        if magic.startswith(prefix):
            return opener
    raise DataError(
        f"{path}: starts with {magic!r}, expected a gzip or xz archive; a saved web page looks "
        "like this: get the archive again"
    )


class _StrangeMembersError(Exception):
    """The archive has members that the set has not."""


def _iter_members(stream: Limited) -> Iterator[Review]:
    strange, strange_count = [], 0
    tar: Any = stream  # it has all that tarfile asks for
    with tarfile.open(fileobj=tar, mode="r:") as archive:
        kept: Any = archive
        for member in archive:
            stream.begin_part()
            kept.members.clear()  # else each stays in memory
            kept.pax_headers.clear()
            if fault := _member_fault(member):
                strange_count += 1
                if strange_count <= SHOWN:
                    strange.append(f"{printable(member.name)} ({fault})")
                continue
            place = _MEMBER.match(posixpath.normpath(member.name))
            if place is None or not member.isreg():
                continue
            content = archive.extractfile(member)
            assert content is not None  # only for members that are not regular files
            text = content.read().strip().decode("utf-8")
            yield Review(member.name, place["split"], _LABELS[place["label"]], text)
    # The tar ends before the compressed stream does: only reading on reaches its checksum.
    while stream.read(1 << 16):
        stream.begin_part()
    if strange:
        more = ", ..." if strange_count > SHOWN else ""
        raise _StrangeMembersError(
            f"has {counted(strange_count, 'member')} that the set has not: "
            f"{', '.join(strange[:SHOWN])}{more}"
        )


def _member_fault(member: tarfile.TarInfo) -> str | None:
    """Return why the set has no such member; None for one that it may have."""
    if not (member.isreg() or member.isdir()):
        return "no file and no folder"
    if member.name.startswith("/") or ".." in member.name.split("/"):
        return "lies outside"
    named = _MEMBER.match(posixpath.normpath(member.name))
    if named and member.size > MOST_REVIEW_BYTES:
        return f"{member.size:,} bytes, expected {MOST_REVIEW_BYTES:,} at most"
    return None


def _path(review: Review) -> str:
    return posixpath.normpath(review.member)


def _text_sha256(review: Review) -> str:
    return hashlib.sha256(review.text.encode()).hexdigest()


def _joined_sha256(by_path: Mapping[str, str]) -> str:
    """Return the hash of reviews: of each, in the order of their paths, its own hash and its path.

    Whoever packs them, in whichever order, it is the same; it is that of what `sha256sum` writes.
    """
    lines = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(by_path.items()))
    # tarfile keeps the bytes of a name that is no UTF-8 so.
    return hashlib.sha256(lines.encode(errors="surrogateescape")).hexdigest()


def check_archive(path: Path) -> Path:
    """Read an IMDB archive to its end, check its reviews, and return its path.

    Raises:
        DataError: the archive cannot be read, or does not hold the set's reviews.
    """
    counts: Counter[tuple[str, int]] = Counter()
    hashes: dict[str, str] = {}
    for review in iter_reviews(path):
        counts[review.split, review.label] += 1
        hashes[_path(review)] = _text_sha256(review)
    for split in ("train", "test"):
        for name, label in _LABELS.items():
            found = counts[split, label]
            if found != REVIEWS_PER_FOLDER:
                raise DataError(
                    f"{path}: holds {found:,} reviews in aclImdb/{split}/{name}, expected "
                    f"{REVIEWS_PER_FOLDER:,}; get the archive again"
                )
    if (sha256 := _joined_sha256(hashes)) != REVIEWS_SHA256:
        raise DataError(
            f"{path}: its reviews have sha256 {sha256}, expected {REVIEWS_SHA256}: some are not as "
            "in the official archive; get it again"
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
