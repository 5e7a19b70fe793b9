"""The packaged sample: what it holds, that damage shows, and that it can be made again."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from lowprec.data import sample
from lowprec.data.datasets import load
from lowprec.data.prepare.review_archive import find_archive, iter_reviews
from lowprec.data.sample import (
    FASHION_MNIST,
    IMDB_REVIEWS,
    SAMPLE_DIR,
    VOCABULARY,
    make_sample,
    payload_sha256,
    read_arrays,
    read_vocabulary,
)
from lowprec.errors import DataError

FILES = (FASHION_MNIST, IMDB_REVIEWS, VOCABULARY)


@pytest.fixture
def copied_sample(tmp_path, monkeypatch):
    """A copy of the sample that may be damaged, read in place of the packaged one."""
    for file in FILES:
        (tmp_path / file.file_name).write_bytes(file.path.read_bytes())
    monkeypatch.setattr(sample, "SAMPLE_DIR", tmp_path)
    return tmp_path


@pytest.fixture
def full_data():
    """The folder with the files that the full sets are prepared from."""
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    folder = Path(os.environ.get("LOWPREC_FULL_DATA", beside))
    if not folder.is_dir():
        pytest.skip("needs the full data: set LOWPREC_FULL_DATA")
    return folder


def read(file):
    return read_vocabulary() if file is VOCABULARY else read_arrays(file)


def test_sample_is_small():
    assert sum(file.path.stat().st_size for file in FILES) < 5_000_000


def test_images():
    arrays = read_arrays(FASHION_MNIST)
    assert {name: (array.dtype, array.shape) for name, array in arrays.items()} == {
        "train_images": (np.uint8, (6000, 28, 28)),
        "train_labels": (np.uint8, (6000,)),
        "test_images": (np.uint8, (1000, 28, 28)),
        "test_labels": (np.uint8, (1000,)),
    }


def test_reviews_are_ids_of_the_vocabulary():
    arrays = read_arrays(IMDB_REVIEWS)
    for split, size in (("train", 4000), ("test", 1000)):
        ids, lengths = arrays[f"{split}_ids"], arrays[f"{split}_lengths"]
        assert ids.dtype == np.uint16
        assert lengths.shape == (size,)
        assert lengths.sum() == len(ids)
        assert ids.min() == 1, "0 is padding and stands in no review"
        assert ids.max() < len(read_vocabulary())


@pytest.mark.parametrize(("file", "classes"), [(FASHION_MNIST, 10), (IMDB_REVIEWS, 2)])
@pytest.mark.parametrize("split", ["train", "test"])
def test_every_front_part_is_balanced(file, classes, split):
    labels = read_arrays(file)[f"{split}_labels"]
    for size in (classes, 50 * classes, len(labels)):
        counts = np.bincount(labels[:size], minlength=classes)
        assert counts.tolist() == [size // classes] * classes


def test_vocabulary():
    words = read_vocabulary()
    assert len(words) == len(set(words)) == 1000
    assert words[:5] == ("", "[UNK]", "the", "and", "a")
    assert "unk" not in words, "the encoder strips the brackets of [UNK] in a decoded review"


@pytest.mark.parametrize("split", ["train", "test"])
def test_keras_encodes_the_decoded_reviews_to_the_shipped_ids(split):
    tf = pytest.importorskip("tensorflow")
    dataset = load("imdb_reviews", "sample")
    encoder = tf.keras.layers.TextVectorization(vocabulary=list(dataset.vocabulary), ragged=True)
    ids = encoder(tf.constant(list(getattr(dataset, split).x)))
    shipped = read_arrays(IMDB_REVIEWS)
    assert np.array_equal(ids.flat_values, shipped[f"{split}_ids"])
    assert np.array_equal(ids.row_lengths(), shipped[f"{split}_lengths"])


def test_payload_hash_does_not_depend_on_memory_order():
    array = np.arange(6, dtype=">u2").reshape(2, 3)
    expected = hashlib.sha256(bytes([0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0])).hexdigest()
    assert payload_sha256({"a": array}) == expected
    assert payload_sha256({"a": np.asfortranarray(array)}) == expected


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.file_name)
def test_missing_file(copied_sample, file):
    (copied_sample / file.file_name).unlink()
    with pytest.raises(DataError, match=rf"{file.file_name}: cannot be read .* install lowprec"):
        read(file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.file_name)
@pytest.mark.parametrize("kept", [0, 0.5, 0.999])
def test_truncated_file(copied_sample, file, kept):
    path = copied_sample / file.file_name
    data = path.read_bytes()
    path.write_bytes(data[: int(kept * len(data))])
    with pytest.raises(DataError, match=f"{file.file_name}: .*{file.sha256}"):
        read(file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.file_name)
def test_altered_file(copied_sample, file):
    path = copied_sample / file.file_name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match=f"{file.file_name}: .*{file.sha256}"):
        read(file)


def test_other_arrays_in_place_of_the_images(copied_sample):
    arrays = read_arrays(FASHION_MNIST)
    arrays["train_labels"] = arrays["train_labels"][::-1]
    np.savez_compressed(copied_sample / FASHION_MNIST.file_name, **arrays)
    with pytest.raises(DataError, match=f"has sha256 {payload_sha256(arrays)}, expected"):
        read_arrays(FASHION_MNIST)


def test_line_ends_of_another_system_do_not_matter(copied_sample):
    path = copied_sample / VOCABULARY.file_name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read_vocabulary()) == 1000


def test_balanced_rows():
    labels = np.array([0] * 50 + [1] * 20)
    rows = make_sample.balanced_rows(labels, 10, np.random.RandomState(12))
    assert len(set(rows)) == 10
    assert all(set(labels[rows[i : i + 2]]) == {0, 1} for i in range(0, 10, 2))
    again = make_sample.balanced_rows(labels, 10, np.random.RandomState(12))
    assert rows.tolist() == again.tolist()


def test_a_sample_that_differs_from_the_table_is_not_written(tmp_path, monkeypatch, capsys):
    images, reviews = read_arrays(FASHION_MNIST), read_arrays(IMDB_REVIEWS)
    images["test_labels"] = images["test_labels"][::-1]
    monkeypatch.setattr(make_sample, "image_arrays", lambda folder: images)
    monkeypatch.setattr(
        make_sample, "review_arrays", lambda folder: (reviews, list(read_vocabulary()))
    )
    assert make_sample.main(["--from", "data", "--out", str(tmp_path)]) == 2
    message = capsys.readouterr().err
    assert f"fashion_mnist.npz: made a payload with sha256 {payload_sha256(images)}" in message
    assert "imdb_reviews.npz" not in message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_sample_is_made_again_from_the_full_sets(full_data, tmp_path):
    assert make_sample.main(["--from", str(full_data), "--out", str(tmp_path)]) == 0
    for file in (FASHION_MNIST, IMDB_REVIEWS):
        with np.load(tmp_path / file.file_name) as made:
            for name, array in read_arrays(file).items():
                assert np.array_equal(made[name], array)
    made_words = (tmp_path / VOCABULARY.file_name).read_text(encoding="utf-8")
    assert made_words == (SAMPLE_DIR / VOCABULARY.file_name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_shipped_ids_are_those_of_the_original_reviews(full_data):
    import tensorflow as tf

    chosen = make_sample.choose_reviews(list(iter_reviews(find_archive(full_data))))
    encoder = tf.keras.layers.TextVectorization(vocabulary=list(read_vocabulary()), ragged=True)
    shipped = read_arrays(IMDB_REVIEWS)
    for split, reviews in chosen.items():
        ids = encoder(tf.constant([review.text for review in reviews]))
        assert np.array_equal(ids.flat_values, shipped[f"{split}_ids"])
        assert [review.label for review in reviews] == shipped[f"{split}_labels"].tolist()
