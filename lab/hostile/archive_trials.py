"""Archives that are not what they seem, a row each."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lab.hostile.small_sets import idx_payloads, review_members, write_archive
from lab.hostile.tar_blocks import (
    END,
    MORE_HOLES,
    ends_before_it_begins,
    header,
    map_of_holes,
    member,
    pax,
)

__all__ = ["TRIALS", "Trial"]

IMAGES = "train-images-idx3-ubyte.gz"
REVIEWS = "aclImdb.tar.gz"
REVIEW = "aclImdb/train/neg/0_2.txt"

GIB = 1 << 30
PIECE = bytes(1 << 20)

WEB_PAGE = b"<!DOCTYPE html><html>Quota exceeded</html>"

LARGE_DICTIONARY = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": GIB}]


@dataclass(frozen=True)
class Trial:
    """An archive.

    Attributes:
        file: its name.
        name: what it is.
        make: writes it.
        is_good: whether it is to be taken.
        is_file: whether it is a file, of which there is something to say.
    """

    file: str
    name: str
    make: Callable[[Path], object]
    is_good: bool = False
    is_file: bool = True


def _packed(path: Path, blocks: Iterable[bytes]) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for block in blocks:
            file.write(block)


def _zeros(size_bytes: int) -> Iterator[bytes]:
    for _ in range(size_bytes // len(PIECE)):
        yield PIECE


def _payload() -> bytes:
    return idx_payloads()[IMAGES.removesuffix(".gz")]


def _images(change: Callable[[bytes], bytes]) -> Callable[[Path], object]:
    """Return what packs a changed payload."""
    return lambda path: _packed(path, [change(_payload())])


def _huge_images(path: Path) -> None:
    _packed(path, [_payload(), *_zeros(GIB)])


def _cut(path: Path, write: Callable[[Path], object]) -> None:
    write(path)
    os.truncate(path, path.stat().st_size // 2)


def _checksum(path: Path, write: Callable[[Path], object]) -> None:
    write(path)
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)


def _strange(*strange: tarfile.TarInfo) -> Callable[[Path], object]:
    """Return what packs all reviews, and members without content before them."""
    return lambda path: write_archive(path, strange=strange)


def _changed(**contents: bytes) -> Callable[[Path], object]:
    """Return what packs all reviews, one of them changed."""
    return lambda path: write_archive(path, review_members() | contents)


def _absolute(path: Path) -> None:
    """A member that lies where nothing may be written, by its whole path."""
    write_archive(path, strange=[member(str(path.parents[1] / "outside" / "x"))])


def _through_a_link(path: Path) -> None:
    """A link that leads outside, and a review that is to be written through it."""
    link = member("aclImdb/train/neg", tarfile.SYMTYPE, str(path.parents[1] / "outside"))
    write_archive(path, strange=[link])


def _twice(path: Path) -> None:
    """A review twice, and another one missing: as many as there should be."""
    members = review_members()
    del members[REVIEW]
    write_archive(path, members)
    with tarfile.open(path) as archive:
        kept = [(one, archive.extractfile(one)) for one in archive]
        contents = [(one, file.read()) for one, file in kept if file]
    first = next(pair for pair in contents if pair[0].name.startswith("aclImdb/train/neg"))
    with tarfile.open(path, "w:gz") as archive:
        for one, content in (*contents, first):
            archive.addfile(one, io.BytesIO(content))


def _huge(path: Path, name: str) -> None:
    huge = member(name)
    huge.size = GIB - (1 << 24)
    start = huge.tobuf(format=tarfile.GNU_FORMAT)
    _packed(path, [start, *_zeros(huge.size), END])


def _huge_xz(path: Path) -> None:
    huge = member("aclImdb/README")
    huge.size = GIB - (1 << 24)
    with lzma.open(path, "wb", filters=LARGE_DICTIONARY) as file:
        file.write(huge.tobuf(format=tarfile.GNU_FORMAT))
        for piece in _zeros(huge.size):
            file.write(piece)
        file.write(END)


def _blocks(*blocks: bytes) -> Callable[[Path], object]:
    return lambda path: _packed(path, [*blocks, END])


def _pax_headers() -> Iterator[bytes]:
    for number in range(GIB // 1_000_000):
        yield header("pax", tarfile.XGLTYPE, pax(b"k%d" % number, b"a" * 900_000))
        yield header("aclImdb/README")


def _holes() -> Iterator[bytes]:
    yield map_of_holes()
    for _ in range(GIB // len(MORE_HOLES) // 2000):
        yield MORE_HOLES * 1000


def _zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for name, content in review_members().items():
            file.writestr(name, content)


def _written(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


_WHOLE_IMAGES = _images(lambda payload: payload)

TRIALS = (
    Trial(REVIEWS, "as it should be", lambda path: None, is_good=True),
    Trial(IMAGES, "a gibibyte behind the images", _huge_images),
    Trial(IMAGES, "cut off in the middle", partial(_cut, write=_WHOLE_IMAGES)),
    Trial(IMAGES, "a wrong checksum", partial(_checksum, write=_WHOLE_IMAGES)),
    Trial(IMAGES, "another magic number", _images(lambda payload: b"\0\0\x08\1" + payload[4:])),
    Trial(IMAGES, "a count of 2 thousand million", _images(lambda p: p[:4] + b"\x7f" * 4 + p[8:])),
    Trial(IMAGES, "an image less than it says", _images(lambda payload: payload[:-784])),
    Trial(IMAGES, "one pixel changed", _images(lambda payload: payload[:-1] + b"\0")),
    Trial(IMAGES, "a web page, packed", lambda path: _packed(path, [WEB_PAGE])),
    Trial(IMAGES, "a web page", _written(WEB_PAGE)),
    Trial(IMAGES, "an empty file", _written(b"")),
    Trial(IMAGES, "the reviews", write_archive),
    Trial(IMAGES, "a FIFO", os.mkfifo, is_file=False),
    Trial(IMAGES, "a link to /dev/zero", lambda p: p.symlink_to("/dev/zero"), is_file=False),
    Trial(REVIEWS, "a gibibyte in its README", partial(_huge, name="aclImdb/README")),
    Trial(REVIEWS, "a gibibyte in a review", partial(_huge, name=REVIEW)),
    Trial(REVIEWS, "a gibibyte to unpack it (xz)", _huge_xz),
    Trial(
        REVIEWS,
        "a name of 64 MiB",
        _blocks(header("n", tarfile.GNUTYPE_LONGNAME, bytes(1 << 26))),
    ),
    Trial(REVIEWS, "3,000 names", _blocks(*[header("n", tarfile.GNUTYPE_LONGNAME)] * 3000)),
    Trial(REVIEWS, "a gigabyte of pax headers", lambda path: _packed(path, _pax_headers())),
    Trial(REVIEWS, "a map of 44 million holes", lambda path: _packed(path, _holes())),
    Trial(REVIEWS, "a size below 0", _blocks(header("a"), header("b"), ends_before_it_begins())),
    Trial(
        REVIEWS,
        "a number that is none",
        _blocks(header("x", tarfile.XHDTYPE, pax(b"GNU.sparse.size", b"x")), header("f")),
    ),
    Trial(REVIEWS, "cut off in the middle", partial(_cut, write=write_archive)),
    Trial(REVIEWS, "a wrong checksum", partial(_checksum, write=write_archive)),
    Trial(REVIEWS, "a name that climbs", _strange(member("aclImdb/../../outside/x"))),
    Trial(REVIEWS, "an absolute name", _absolute),
    Trial(REVIEWS, "a name that is no text", _changed(**{f"{REVIEW}\udcff": b"x"})),
    Trial(REVIEWS, "a link that leads outside", _through_a_link),
    Trial(
        REVIEWS,
        "a hard link",
        _strange(member("aclImdb/train/neg/h", tarfile.LNKTYPE, "/etc/passwd")),
    ),
    Trial(REVIEWS, "a device", _strange(member("aclImdb/null", tarfile.CHRTYPE))),
    Trial(REVIEWS, "a FIFO in it", _strange(member("aclImdb/pipe", tarfile.FIFOTYPE))),
    Trial(REVIEWS, "a review twice, another missing", _twice),
    Trial(REVIEWS, "a review too many", _changed(**{"aclImdb/train/neg/99_1.txt": b"more"})),
    Trial(REVIEWS, "a review changed", _changed(**{REVIEW: b"another"})),
    Trial(REVIEWS, "a review that is no text", _changed(**{REVIEW: b"\xff\xfe"})),
    Trial(REVIEWS, "a web page, packed", lambda path: _packed(path, [WEB_PAGE])),
    Trial(REVIEWS, "a web page", _written(WEB_PAGE)),
    Trial(REVIEWS, "an empty archive", _blocks()),
    Trial(REVIEWS, "a zip archive", _zip),
    Trial(REVIEWS, "a FIFO", os.mkfifo, is_file=False),
    Trial(REVIEWS, "a link to /dev/zero", lambda p: p.symlink_to("/dev/zero"), is_file=False),
)
