"""The full data sets as TensorFlow Datasets (TFDS) keeps them: found, checked and read.

Nothing here touches the network; `lowprec.data.prepare.build` makes what is read here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lowprec.errors import DataError, MissingDataError
from lowprec.framework import import_tensorflow

__all__ = ["FULL_SETS", "FullSet", "check_files", "default_data_dir", "import_tfds", "read"]

# A TFRecord holds each example between a 12-byte header and a 4-byte checksum.
_RECORD_OVERHEAD_BYTES = 16


@dataclass(frozen=True)
class FullSet:
    """A data set of TFDS, at the version that the paper's figures belong to.

    Attributes:
        name: TFDS' name of the set.
        config: TFDS' name of its variant, '' where there is but one.
        version: TFDS' version.
        feature: name of the example beside `label`.
        sizes: number of examples by split.
        classes: number of classes, each with the same number of examples.
    """

    name: str
    config: str
    version: str
    feature: str
    sizes: Mapping[str, int]
    classes: int

    @property
    def tfds_name(self) -> str:
        """What `tfds.load` is given."""
        return f"{self.name}/{self.config}:{self.version}".replace("/:", ":")

    def folder(self, data_dir: Path) -> Path:
        """Where TFDS keeps the set below `data_dir`."""
        return data_dir / self.name / self.config / self.version


FULL_SETS = {
    row.name: row
    for row in (
        FullSet("fashion_mnist", "", "3.0.1", "image", {"train": 60_000, "test": 10_000}, 10),
        FullSet(
            "imdb_reviews", "plain_text", "1.0.0", "text", {"train": 25_000, "test": 25_000}, 2
        ),
    )
}


def default_data_dir() -> Path:
    """The folder that TFDS itself takes: `TFDS_DATA_DIR`, else `~/tensorflow_datasets`."""
    return Path(os.environ.get("TFDS_DATA_DIR", "~/tensorflow_datasets")).expanduser()


def _again(full_set: FullSet) -> str:
    return (
        f"prepare {full_set.name} with `lowprec data prepare --from DIR` (from local files) or "
        "`lowprec data prepare` (downloads)"
    )


def check_files(full_set: FullSet, data_dir: Path) -> None:
    """Check, without TensorFlow and in milliseconds, that the prepared files are all there.

    Sees missing and truncated files; other damage shows when the set is read.

    Raises:
        MissingDataError: the set is not there.
        DataError: a part of it is missing or too short.
    """
    folder = full_set.folder(data_dir)
    if not folder.is_dir():
        raise MissingDataError(
            f"{full_set.name}: not prepared in {data_dir}; {_again(full_set)}, or set TFDS_DATA_DIR"
        )
    for file_name in ("dataset_info.json", "features.json"):
        if not (folder / file_name).is_file():
            raise DataError(f"{folder}: holds no {file_name}; {_again(full_set)}")
    try:
        info = json.loads((folder / "dataset_info.json").read_text(encoding="utf-8"))
        splits = {split["name"]: split for split in info["splits"]}
        for name in full_set.sizes:
            _check_shards(full_set, folder, splits[name])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(
            f"{folder / 'dataset_info.json'}: not what TFDS writes ({error!r}); {_again(full_set)}"
        ) from error


def _check_shards(full_set: FullSet, folder: Path, split: Mapping[str, Any]) -> None:
    lengths = [int(length) for length in split["shardLengths"]]
    pattern = f"{full_set.name}-{split['name']}.*-of-{len(lengths):05d}"
    shards = sorted(folder.glob(pattern))
    if len(shards) != len(lengths):
        raise DataError(
            f"{folder}: holds {len(shards)} files {pattern}, expected {len(lengths)}; "
            f"{_again(full_set)}"
        )
    if all(".tfrecord-" in shard.name for shard in shards):
        found = sum(shard.stat().st_size for shard in shards)
        expected = int(split["numBytes"]) + _RECORD_OVERHEAD_BYTES * sum(lengths)
        if found < expected:
            raise DataError(
                f"{folder / shards[0].name}: {found:,} bytes in {len(shards)} file(s) of the "
                f"{split['name']} split, expected {expected:,}; {_again(full_set)}"
            )


def import_tfds() -> Any:
    """The module `tensorflow_datasets`.

    Raises:
        DataError: it, or something that it needs, cannot be imported.
    """
    try:
        import_tensorflow()
        import tensorflow_datasets
    # Generated protobuf code raises types of its own where versions do not fit.
    except Exception as error:
        raise _import_fault(error) from error
    return tensorflow_datasets


def _import_fault(error: Exception) -> DataError:
    module = getattr(error, "name", None) or "tensorflow_datasets"
    return DataError(
        f"TensorFlow Datasets: module {module} cannot be imported ({error}); the data set-up of "
        "this environment is incomplete: install lowprec and its requirements again"
    )


def read(full_set: FullSet, data_dir: Path) -> dict[str, npt.NDArray[Any]]:
    """The arrays `train_x`, `train_y`, `test_x`, `test_y` of a prepared set, always in one order.

    Images come as uint8 of shape (n, 28, 28), reviews as `str` objects of shape (n,), labels as
    int64 of shape (n,).

    Raises:
        DataError: the set is missing, damaged, or has other sizes or classes than it should.
    """
    check_files(full_set, data_dir)
    tfds = import_tfds()
    folder = full_set.folder(data_dir)
    try:
        splits = tfds.load(
            full_set.tfds_name,
            split=list(full_set.sizes),
            data_dir=data_dir,
            batch_size=-1,
            download=False,
            shuffle_files=False,
        )
        splits = tfds.as_numpy(splits)
    except ImportError as error:
        raise _import_fault(error) from error
    # On a damaged folder TFDS and TensorFlow raise anything from JSONDecodeError to DataLossError.
    except Exception as error:
        reason = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        raise DataError(f"{folder}: cannot be read ({reason}); {_again(full_set)}") from error
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, split in zip(full_set.sizes, splits, strict=True):
        _check_labels(full_set, folder, name, split["label"])
        arrays[f"{name}_x"] = _examples(split[full_set.feature])
        arrays[f"{name}_y"] = split["label"].astype(np.int64)
    return arrays


def _examples(feature: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if feature.dtype == object:
        return np.array([text.decode("utf-8") for text in feature], dtype=object)
    return feature[..., 0]


def _check_labels(
    full_set: FullSet, folder: Path, split: str, labels: npt.NDArray[np.int64]
) -> None:
    found = np.bincount(labels, minlength=full_set.classes).tolist()
    expected = [full_set.sizes[split] // full_set.classes] * full_set.classes
    if found != expected:
        raise DataError(
            f"{folder}: the {split} split holds {found} examples by class, expected "
            f"{expected}; {_again(full_set)}"
        )
