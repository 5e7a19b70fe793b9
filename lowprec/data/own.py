"""A user's own data in the form that `fit` and `predict` take.

Arrays, a `tf.data.Dataset` or a `PyDataset` (on Keras 2 a `Sequence`), the latter two in batches.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lowprec.data.inputs import Arrays, Inputs
from lowprec.errors import DataError
from lowprec.framework import import_tensorflow
from lowprec.record.data_info import DataInfo
from lowprec.record.names import name_fault

__all__ = ["OWN_SOURCE", "batches_of", "length_of", "own_inputs"]

OWN_SOURCE = "own"
"""Where the data of users' models is from, as it is stored."""


@dataclass(frozen=True)
class Batches:
    """A data set that yields batches of examples and labels, made anew for each training.

    Attributes:
        make: returns it.
        labels: of all its examples, in its order.
        hashes: of the examples of each of two passes, whatever their order.
    """

    make: Callable[[], Any]
    labels: Any
    hashes: frozenset[bytes]

    def front(self, size: int) -> None:
        """Nothing: it may be shuffled."""

    def example(self) -> tuple[Any, Any]:
        x, y, *_ = next(batches_of(self.make()))
        return x, y

    def fit_arguments(self, batch_size: int | None) -> dict[str, Any]:
        data = self.make()
        # One of TensorFlow shuffles itself, or not; one of Keras has its batches shuffled.
        return {"x": data, "shuffle": False} if _is_dataset(data) else {"x": data}

    def predict_arguments(self, batch_size: int | None) -> dict[str, Any]:
        return {"x": self.make()}


def own_inputs(name: str, train: Any, test: Any, data_id: str | None = None) -> Inputs:
    """Return a user's data, and what it is.

    Args:
        name: of the model, for messages and where the data has no name.
        train: (x, y), each an array or a nest of arrays; or a data set of batches; or a function
            that returns one, which is called for each training, inside its seed.
        test: likewise.
        data_id: name that stands for data of which a pass is not like the last, such as
            augmented images; a change of it is a change of the data.

    Raises:
        DataError: the data is none of these, its parts differ in length, or it has no example; or
            the name, which stands wherever the data does, cannot be shown.
    """
    if fault := name_fault("the model", [name]):
        raise DataError(f"{fault}; name the test and its parameters otherwise")
    feeds = {part: _feed(name, part, data) for part, data in (("train", train), ("test", test))}
    train_size, test_size = (length_of(feed.labels) for feed in feeds.values())
    digest = hashlib.sha256(data_id.encode()).hexdigest() if data_id else _digest(name, feeds)
    info = DataInfo(data_id or name, OWN_SOURCE, train_size, test_size, digest)
    return Inputs(info, feeds["train"], feeds["test"])


def _feed(name: str, part: str, data: Any) -> Arrays | Batches:
    if isinstance(data, Sequence) and not _is_batches(data):
        if len(data) != 2:
            raise DataError(f"{name}: {part} data has {len(data)} parts, expected two: x and y")
        return _arrays(name, part, *data)
    make = data if callable(data) and not _is_batches(data) else lambda: data
    made = make()
    if not _is_batches(made):
        raise DataError(
            f"{name}: {part} data is of the type {type(made).__name__}, expected (x, y), a "
            "tf.data.Dataset, a keras.utils.PyDataset, or a function that returns one of the latter"
        )
    (labels, first), (again, second) = (_read(name, part, d) for d in (made, make()))
    if part == "test" and not np.array_equal(labels, again):
        raise DataError(
            f"{name}: test data comes in another order in each pass, expected the same; do not "
            "shuffle it"
        )
    return Batches(make, labels, frozenset((first, second)))


def _arrays(name: str, part: str, x: Any, y: Any) -> Arrays:
    arrays = import_tensorflow().nest.map_structure(np.asarray, (x, y))
    lengths = {len(a) if a.ndim else 0 for a in import_tensorflow().nest.flatten(arrays)}
    if len(lengths) != 1 or lengths == {0}:
        found = " and ".join(map(str, sorted(lengths)))
        raise DataError(
            f"{name}: {part} data has arrays of {found} examples, expected one and the same "
            "number, at least 1"
        )
    return Arrays(*arrays)


def _is_batches(data: Any) -> bool:
    """Whether this is a data set of TensorFlow or of Keras."""
    return _is_dataset(data) or (
        hasattr(data, "__getitem__")
        and hasattr(data, "on_epoch_end")
        and not isinstance(data, type)  # but a function that makes one
    )


def _is_dataset(data: Any) -> bool:
    return hasattr(data, "element_spec")


def batches_of(data: Any) -> Iterator[tuple[Any, ...]]:
    """Yield each batch of one pass."""
    if _is_dataset(data):
        yield from data
    else:
        yield from (data[i] for i in range(len(data)))


def length_of(labels: Any) -> int:
    """Return how many examples an array or a nest of arrays has."""
    return len(import_tensorflow().nest.flatten(labels)[0])


def _digest(name: str, feeds: dict[str, Arrays | Batches]) -> str:
    """Return a hash of all examples and labels; of data sets whatever the order of examples."""
    digest = hashlib.sha256()
    for part, feed in feeds.items():
        if isinstance(feed, Arrays):
            for array in import_tensorflow().nest.flatten((feed.x, feed.labels)):
                digest.update(f"{array.dtype} {array.shape}".encode() + array.tobytes())
            continue
        if len(feed.hashes) > 1:
            raise DataError(
                f"{name}: {part} data differs from pass to pass, so a change of it could not be "
                'told; name it, as data_id="flowers, cropped at random"'
            )
        digest.update(*feed.hashes)
    return digest.hexdigest()


def _read(name: str, part: str, data: Any) -> tuple[np.ndarray, bytes]:
    """Return the labels of one pass in its order, and the sum of its examples' hashes."""
    labels, total = [], 0
    for batch in batches_of(data):
        labels.append(np.asarray(batch[1]))
        arrays = [np.asarray(part) for part in import_tensorflow().nest.flatten(batch)]
        for example in zip(*arrays, strict=True):
            content = b"".join(f"{v.dtype}".encode() + np.asarray(v).tobytes() for v in example)
            total += int.from_bytes(hashlib.sha256(content).digest(), "big")
    if not labels:
        raise DataError(f"{name}: {part} data has no batch, expected at least one")
    return np.concatenate(labels), (total % 2**256).to_bytes(32, "big")
