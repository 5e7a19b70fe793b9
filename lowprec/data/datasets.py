"""Where training data comes from: the packaged sample, or the full sets through TFDS.

Nothing here downloads: `lowprec data prepare` does, and a set that is not there is an error,
never a reason to take another one.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lowprec.data.full_sets import FULL_SETS, check_files, default_data_dir, read
from lowprec.data.sample import (
    FASHION_MNIST,
    IMDB_REVIEWS,
    SAMPLE_DIR,
    read_arrays,
    read_vocabulary,
)
from lowprec.errors import DataError, MissingDataError, UsageError
from lowprec.record.data_info import DataInfo

__all__ = [
    "NAMES",
    "SOURCES",
    "DataStatus",
    "Dataset",
    "Split",
    "check_available",
    "front",
    "load",
    "status",
]


@dataclass(frozen=True, eq=False)
class Split:
    """Examples with their labels.

    Attributes:
        x: images, uint8 of shape (n, 28, 28), or reviews, `str` objects of shape (n,).
        y: labels, int64 of shape (n,): class 0 to 9 of an image; 1 for a positive review, else 0.
    """

    x: npt.NDArray[Any]
    y: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        # All pairs of a session share what `load` keeps.
        self.x.setflags(write=False)
        self.y.setflags(write=False)

    def __len__(self) -> int:
        return len(self.y)

    @property
    def is_text(self) -> bool:
        """Whether the examples are reviews rather than images."""
        return self.x.dtype == object


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set in memory.

    Attributes:
        info: what a record says of it.
        train: the examples to train on.
        test: the examples to test on.
        vocabulary: for the sample's reviews the words by id, '' (padding) and '[UNK]' first, as
            Keras' `TextVectorization(vocabulary=...)` takes them. None for images, and for the
            full reviews: there the vocabulary is adapted on the training reviews.
    """

    info: DataInfo
    train: Split
    test: Split
    vocabulary: tuple[str, ...] | None


def _dataset(
    name: str, source: str, train: Split, test: Split, vocabulary: tuple[str, ...] | None
) -> Dataset:
    digest = hashlib.sha256()
    for split in (train, test):
        if split.is_text:
            digest.update("".join(f"{text}\0" for text in split.x).encode("utf-8"))
        else:
            digest.update(split.x.tobytes())
        digest.update(split.y.astype("<i8").tobytes())
    info = DataInfo(name, source, len(train), len(test), digest.hexdigest())
    return Dataset(info, train, test, vocabulary)


def _sample_images() -> Dataset:
    arrays = read_arrays(FASHION_MNIST)
    train, test = (
        Split(arrays[f"{split}_images"], arrays[f"{split}_labels"].astype(np.int64))
        for split in ("train", "test")
    )
    return _dataset("fashion_mnist", "sample", train, test, None)


def _sample_reviews() -> Dataset:
    arrays = read_arrays(IMDB_REVIEWS)
    vocabulary = read_vocabulary()
    words = np.array(vocabulary, dtype=object)

    def split(name: str) -> Split:
        ends = np.cumsum(arrays[f"{name}_lengths"], dtype=np.int64)
        rows = np.split(words[arrays[f"{name}_ids"]], ends[:-1])
        texts = np.array([" ".join(row) for row in rows], dtype=object)
        return Split(texts, arrays[f"{name}_labels"].astype(np.int64))

    return _dataset("imdb_reviews", "sample", split("train"), split("test"), vocabulary)


def _full(name: str) -> Dataset:
    arrays = read(FULL_SETS[name], default_data_dir())
    train, test = (Split(arrays[f"{split}_x"], arrays[f"{split}_y"]) for split in ("train", "test"))
    return _dataset(name, "tfds", train, test, None)


def _check_sample_reviews() -> None:
    read_arrays(IMDB_REVIEWS)
    read_vocabulary()


@dataclass(frozen=True)
class _Origin:
    """A data set from a source: how it is read, how its files are checked, where they belong."""

    name: str
    source: str
    load: Callable[[], Dataset]
    check: Callable[[], object]
    location: Callable[[], Path]


def _full_origin(name: str) -> _Origin:
    full_set = FULL_SETS[name]
    return _Origin(
        name,
        "tfds",
        load=lambda: _full(name),
        check=lambda: check_files(full_set, default_data_dir()),
        location=default_data_dir,
    )


_ORIGINS = (
    _Origin(
        "fashion_mnist",
        "sample",
        load=_sample_images,
        check=lambda: read_arrays(FASHION_MNIST),
        location=lambda: SAMPLE_DIR,
    ),
    _Origin(
        "imdb_reviews",
        "sample",
        load=_sample_reviews,
        check=_check_sample_reviews,
        location=lambda: SAMPLE_DIR,
    ),
    _full_origin("fashion_mnist"),
    _full_origin("imdb_reviews"),
)
NAMES = tuple(dict.fromkeys(origin.name for origin in _ORIGINS))
SOURCES = tuple(dict.fromkeys(origin.source for origin in _ORIGINS))


def _origin(name: str, source: str) -> _Origin:
    for origin in _ORIGINS:
        if (origin.name, origin.source) == (name, source):
            return origin
    raise UsageError(
        f"data set {name!r} from {source!r}: unknown; expected one of {', '.join(NAMES)} from "
        f"one of {', '.join(SOURCES)}"
    )


def front(dataset: Dataset, train_size: int) -> Dataset:
    """Return `dataset` with its first `train_size` training examples only, hashed anew.

    The sample is ordered so that every front part is class-balanced.
    """
    train = Split(dataset.train.x[:train_size], dataset.train.y[:train_size])
    info = dataset.info
    return _dataset(info.name, info.source, train, dataset.test, dataset.vocabulary)


@functools.cache
def load(name: str, source: str) -> Dataset:
    """A data set, read once in a process; its arrays are shared, and read-only.

    Args:
        name: one of `NAMES`.
        source: one of `SOURCES`: "sample" is packaged with lowprec, "tfds" the full set as
            `lowprec data prepare` leaves it.

    Raises:
        UsageError: there is no such set or source.
        DataError: the data is missing, damaged or not what it should be.
    """
    return _origin(name, source).load()


def check_available(name: str, source: str) -> None:
    """Check in milliseconds, without importing TensorFlow, that `load` will find its files.

    Args:
        name: one of `NAMES`.
        source: one of `SOURCES`.

    Raises:
        UsageError: there is no such set or source.
        MissingDataError: the set is not there; the message says how to get it.
        DataError: files are missing from it, or damaged.
    """
    _origin(name, source).check()


@dataclass(frozen=True)
class DataStatus:
    """How a data set is.

    `state` is "ready", "missing" or "damaged", `location` the folder that was searched, `detail`
    what is wrong and what to do, '' where nothing is.
    """

    dataset: str
    source: str
    state: str
    location: Path
    detail: str


def status() -> list[DataStatus]:
    """Return how every data set from every source is, found without importing TensorFlow."""
    return [_status(origin) for origin in _ORIGINS]


def _status(origin: _Origin) -> DataStatus:
    state, detail = "ready", ""
    try:
        origin.check()
    except MissingDataError as error:
        state, detail = "missing", str(error)
    except DataError as error:
        state, detail = "damaged", str(error)
    return DataStatus(origin.name, origin.source, state, origin.location(), detail)
