"""Makes the packaged sample from the full sets.

    python -m lowprec.data.sample.make_sample --from DIR

DIR holds the IMDB archive and Fashion-MNIST's IDX files, as `lowprec data prepare --from` takes
them. What comes out is the same every time; it is compared with the table in `lowprec.data.sample`.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lowprec.data.prepare.idx_files import IDX_FILES, IdxFile, find_idx
from lowprec.data.prepare.review_archive import Review, find_archive, iter_reviews
from lowprec.data.sample import (
    FASHION_MNIST,
    IMDB_REVIEWS,
    SAMPLE_DIR,
    VOCABULARY,
    Array,
    SampleFile,
    payload_sha256,
)
from lowprec.errors import DataError, LowprecError
from lowprec.framework import import_tensorflow, keras_module
from lowprec.rows.models import VOCABULARY_SIZE

SEED = 12
IMAGES = {"train": 6_000, "test": 1_000}
REVIEWS = {"train": 4_000, "test": 1_000}


def balanced_rows(labels: Array, count: int, random: np.random.RandomState) -> npt.NDArray[np.intp]:
    """Indices of `count` random examples, as many of every class as of any other.

    The classes take turns, in a new random order each time, so that any front part of the rows
    is balanced as well, up to one example a class.
    """
    classes = np.unique(labels)
    per_class = count // len(classes)
    picked = np.stack(
        [random.permutation(np.flatnonzero(labels == c))[:per_class] for c in classes]
    )
    turns = [random.permutation(len(classes)) for _ in range(per_class)]
    return np.concatenate([picked[turn, i] for i, turn in enumerate(turns)])


def image_arrays(folder: Path) -> dict[str, Array]:
    """The arrays of `fashion_mnist.npz`, from the IDX files below `folder`."""
    # RandomState, not Generator: NumPy promises that its stream never changes.
    random = np.random.RandomState(SEED)
    arrays: dict[str, Array] = {}
    for split, files in {"train": IDX_FILES[:2], "test": IDX_FILES[2:]}.items():
        images, labels = (_idx_array(folder, file) for file in files)
        rows = balanced_rows(labels, IMAGES[split], random)
        arrays |= {f"{split}_images": images[rows], f"{split}_labels": labels[rows]}
    return arrays


def _idx_array(folder: Path, file: IdxFile) -> Array:
    data = np.frombuffer(find_idx(folder, file), np.uint8, offset=len(file.header_bytes))
    return data.reshape(file.header[1:])


def choose_reviews(reviews: Sequence[Review]) -> dict[str, list[Review]]:
    """The sample's reviews by split, whatever the order in which all the reviews come."""
    random = np.random.RandomState(SEED)
    chosen = {}
    for split, count in REVIEWS.items():
        candidates = sorted((r for r in reviews if r.split == split), key=lambda r: r.member)
        labels = np.array([review.label for review in candidates])
        chosen[split] = [candidates[i] for i in balanced_rows(labels, count, random)]
    return chosen


def review_arrays(folder: Path) -> tuple[dict[str, Array], list[str]]:
    """The arrays of `imdb_reviews.npz` and the vocabulary, from the archive below `folder`."""
    tf = import_tensorflow()
    reviews = list(iter_reviews(find_archive(folder)))
    train_texts = [review.text for review in reviews if review.split == "train"]
    encoder = keras_module().layers.TextVectorization(max_tokens=VOCABULARY_SIZE, ragged=True)
    encoder.adapt(tf.data.Dataset.from_tensor_slices(train_texts).batch(512))
    arrays: dict[str, Array] = {}
    for split, chosen in choose_reviews(reviews).items():
        ids = encoder(tf.constant([review.text for review in chosen]))
        arrays[f"{split}_ids"] = ids.flat_values.numpy().astype(np.uint16)
        arrays[f"{split}_lengths"] = ids.row_lengths().numpy().astype(np.uint16)
        arrays[f"{split}_labels"] = np.array([review.label for review in chosen], np.uint8)
    return arrays, [str(word) for word in encoder.get_vocabulary()]


def differences(found: dict[SampleFile, str]) -> list[str]:
    """A line for each file whose payload hash is not the one in the table."""
    return [
        f"{file.file_name}: made a payload with sha256 {sha256}, expected {file.sha256}"
        for file, sha256 in found.items()
        if sha256 != file.sha256
    ]


def make(folder: Path, out: Path) -> None:
    """Make the three files from the full sets below `folder` and write them to `out`.

    Raises:
        DataError: a source file is missing or wrong, or what was made differs from the table;
            then nothing is written.
    """
    images = image_arrays(folder)
    reviews, words = review_arrays(folder)
    vocabulary = "".join(f"{word}\n" for word in words)
    wrong = differences(
        {
            FASHION_MNIST: payload_sha256(images),
            IMDB_REVIEWS: payload_sha256(reviews),
            VOCABULARY: hashlib.sha256(vocabulary.encode("utf-8")).hexdigest(),
        }
    )
    if wrong:
        raise DataError("\n".join([*wrong, "nothing written; where intended, update the table"]))
    _save(out / FASHION_MNIST.file_name, images)
    _save(out / IMDB_REVIEWS.file_name, reviews)
    (out / VOCABULARY.file_name).write_text(vocabulary, encoding="utf-8", newline="\n")


def _save(path: Path, arrays: Mapping[str, Any]) -> None:
    np.savez_compressed(path, **arrays)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code: 0 written, 2 refused."""
    parser = argparse.ArgumentParser("make_sample", description="Makes the packaged sample.")
    parser.add_argument("--from", dest="folder", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=SAMPLE_DIR, metavar="DIR")
    options = parser.parse_args(arguments)
    try:
        make(options.folder, options.out)
    except LowprecError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
