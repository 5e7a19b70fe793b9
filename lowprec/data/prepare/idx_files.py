"""Fashion-MNIST's four IDX files, as the user has them: read, and checked by their payload."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

from lowprec.data.prepare.local_files import find_files, first_good
from lowprec.errors import DataError

__all__ = ["IDX_FILES", "IdxFile", "find_idx", "lay_out"]

_GZIP_FAULTS = (OSError, EOFError, zlib.error)


@dataclass(frozen=True)
class IdxFile:
    """One of Fashion-MNIST's four IDX files.

    `file_name` is the official name without `.gz`, `header` the IDX header's big-endian 32-bit
    words (magic number, then the dimensions), `sha256` that of the decompressed payload, header
    included: a file packed anew has another hash, but the same payload.
    """

    file_name: str
    header: tuple[int, ...]
    sha256: str

    @property
    def header_bytes(self) -> bytes:
        """The header as it stands in the file."""
        return b"".join(word.to_bytes(4, "big") for word in self.header)

    @property
    def size_bytes(self) -> int:
        """Size of the decompressed file."""
        size = 1
        for dimension in self.header[1:]:
            size *= dimension
        return 4 * len(self.header) + size


# The payloads of the official archives: packed again under the archives' own file names and times
# (31 August 2017), they have the checksums that TFDS has on record.
IDX_FILES = (
    IdxFile(
        "train-images-idx3-ubyte",
        (0x803, 60_000, 28, 28),
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
    IdxFile(
        "train-labels-idx1-ubyte",
        (0x801, 60_000),
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    IdxFile(
        "t10k-images-idx3-ubyte",
        (0x803, 10_000, 28, 28),
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    IdxFile(
        "t10k-labels-idx1-ubyte",
        (0x801, 10_000),
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
)


def find_idx(folder: Path, file: IdxFile) -> bytes:
    """The decompressed content of an IDX file, header included, found in or just below `folder`.

    Raises:
        DataError: there is no such file, it cannot be read, or it is not the official payload.
    """
    return first_good(
        find_files(folder, (f"{file.file_name}.gz", file.file_name)),
        lambda path: read_idx(path, file),
        missing=f"{folder}: holds no {file.file_name}.gz, nor does a folder in it; put "
        "Fashion-MNIST's four IDX files there",
    )


def read_idx(path: Path, expected: IdxFile) -> bytes:
    """The decompressed content of an IDX file, header included, checked against `expected`.

    Raises:
        DataError: the file cannot be read, or is not the official payload.
    """
    try:
        data = _content(path, expected.size_bytes + 1)
    except _GZIP_FAULTS as error:
        raise DataError(
            f"{path}: cannot be read to its end ({error}); expected {expected.size_bytes:,} bytes "
            "when decompressed; get the file again"
        ) from error
    fault = _idx_fault(data, expected)
    if fault:
        raise DataError(f"{path}: {fault}; get Fashion-MNIST's {expected.file_name}.gz again")
    return data


def _content(path: Path, most_bytes: int) -> bytes:
    """Return the content of a file, decompressed, as far as so many bytes.

    With one byte more than are expected the checksum behind them is read, too, and a file of
    gigabytes, packed or not, takes no more memory than a good one.
    """
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        stream = gzip.GzipFile(fileobj=file) if packed else file
        return stream.read(most_bytes)


def _idx_fault(data: bytes, expected: IdxFile) -> str | None:
    header = data[: len(expected.header_bytes)]
    if header != expected.header_bytes:
        return f"starts with {header[:16]!r}, expected the IDX header {expected.header}"
    if len(data) > expected.size_bytes:
        return f"holds more than the {expected.size_bytes:,} bytes that are expected"
    if len(data) != expected.size_bytes:
        return f"holds {len(data):,} bytes, expected {expected.size_bytes:,}"
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != expected.sha256:
        return f"payload has sha256 {sha256}, expected {expected.sha256}"
    return None


def lay_out(folder: Path, manual_dir: Path) -> None:
    """Write the files found in `folder` to `manual_dir`, packed and named as TFDS takes them.

    Raises:
        DataError: a file is missing or wrong.
    """
    for file in IDX_FILES:
        packed = gzip.compress(find_idx(folder, file), compresslevel=1)
        (manual_dir / f"{file.file_name}.gz").write_bytes(packed)
