"""What a record says of its data."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DataInfo"]


@dataclass(frozen=True)
class DataInfo:
    """Which data, and the hash that tells it from other data of that name.

    Attributes:
        name: of the data set, one of `lowprec.data.datasets.NAMES`.
        source: one of `lowprec.data.datasets.SOURCES`.
        train_size: number of training examples.
        test_size: number of test examples.
        sha256: hash of the training examples, their labels, the test examples and their labels,
            in the order in which they are held: images and labels as their bytes, reviews in
            UTF-8 with a zero byte after each.
    """

    name: str
    source: str
    train_size: int
    test_size: int
    sha256: str
