"""The sample that is packaged with lowprec, read and checked against the table of its hashes.

`make_sample.py` makes the files from the full sets; README.md says where they come from.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lowprec.errors import DataError

__all__ = [
    "FASHION_MNIST",
    "IMDB_REVIEWS",
    "SAMPLE_DIR",
    "VOCABULARY",
    "Array",
    "SampleFile",
    "payload_sha256",
    "read_arrays",
    "read_vocabulary",
]

SAMPLE_DIR = Path(__file__).parent

Array = npt.NDArray[np.generic]


@dataclass(frozen=True)
class SampleFile:
    """A file of the sample.

    `arrays` names what an npz file holds, in the order in which `sha256` covers the arrays'
    bytes; for the vocabulary the hash covers the text. Hashing the payload rather than the file
    leaves it the same whatever version of zlib packed it.
    """

    file_name: str
    arrays: tuple[str, ...]
    sha256: str

    @property
    def path(self) -> Path:
        """Where the file lies in the installed package."""
        return SAMPLE_DIR / self.file_name


FASHION_MNIST = SampleFile(
    "fashion_mnist.npz",
    ("train_images", "train_labels", "test_images", "test_labels"),
    "70556ef98ad4ec50feba70f35e6f04d8f4c80b44e8fb8b58c8b85d45e9b6123d",
)
IMDB_REVIEWS = SampleFile(
    "imdb_reviews.npz",
    ("train_ids", "train_lengths", "train_labels", "test_ids", "test_lengths", "test_labels"),
    "d8dd618263ebcf4717a08b559e91a12245a6e8cb2fd31b50b29a7bf5a3f0b6c5",
)
VOCABULARY = SampleFile(
    "vocabulary.txt",
    (),
    "32ce584533c7925c03b3c27c21b7c95145070cac62c10547249a17b988afa068",
)


def payload_sha256(arrays: Mapping[str, Array]) -> str:
    """Hash of the arrays' bytes, in C order, little-endian, in the order of the mapping."""
    digest = hashlib.sha256()
    for array in arrays.values():
        little_endian = array.astype(array.dtype.newbyteorder("<"), copy=False)
        digest.update(little_endian.tobytes())
    return digest.hexdigest()


def read_arrays(file: SampleFile) -> dict[str, Array]:
    """The arrays of one of the npz files.

    Raises:
        DataError: the file is missing, unreadable, or not what the table says.
    """
    try:
        # np.load leaves a file that it opened and could not read open.
        with file.path.open("rb") as raw, np.load(raw, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in file.arrays}
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise _unreadable(file, error) from error
    _check_sha256(file, payload_sha256(arrays))
    return arrays


def read_vocabulary() -> tuple[str, ...]:
    """The vocabulary's words in the order of their ids: '' is 0 (padding), '[UNK]' is 1.

    Raises:
        DataError: the file is missing, unreadable, or not what the table says.
    """
    try:
        text = VOCABULARY.path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(VOCABULARY, error) from error
    _check_sha256(VOCABULARY, hashlib.sha256(text.encode("utf-8")).hexdigest())
    # Not splitlines(): it splits at some control characters too, and one of their kind is a word.
    return tuple(text.removesuffix("\n").split("\n"))


def _unreadable(file: SampleFile, error: Exception) -> DataError:
    return DataError(
        f"{file.path}: cannot be read ({error}); expected the sample's {file.file_name} with "
        f"payload sha256 {file.sha256}; install lowprec again"
    )


def _check_sha256(file: SampleFile, found: str) -> None:
    if found != file.sha256:
        raise DataError(
            f"{file.path}: payload has sha256 {found}, expected {file.sha256}; the sample was "
            "altered: install lowprec again"
        )
