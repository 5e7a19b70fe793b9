"""The prepared full sets: found without TensorFlow, read without a network, refused if damaged."""

import json
import os
import socket
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lowprec.data import full_sets
from lowprec.data.full_sets import FULL_SETS, check_files, default_data_dir, read
from lowprec.errors import DataError, MissingDataError
from tests.tiny_data import copy_prepared, idx_payloads, shrink_tables

NAMES = tuple(FULL_SETS)


@pytest.fixture
def prepared(tmp_path, monkeypatch):
    """A TFDS data folder with both stand-ins, free to be damaged."""
    pytest.importorskip("tensorflow_datasets")
    root = copy_prepared(tmp_path / "tfds")
    shrink_tables(monkeypatch)
    return root


def shard(root, name, split="train"):
    (path,) = FULL_SETS[name].folder(root).glob(f"{name}-{split}.tfrecord*")
    return path


def test_default_data_dir_is_that_of_tfds(monkeypatch):
    constants = pytest.importorskip("tensorflow_datasets.core.constants")
    for value in (None, "/data/sets"):
        monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
        if value:
            monkeypatch.setenv("TFDS_DATA_DIR", value)
        assert default_data_dir() == Path(constants.get_default_data_dir())


def test_names_for_tfds():
    names = [full_set.tfds_name for full_set in FULL_SETS.values()]
    assert names == ["fashion_mnist:3.0.1", "imdb_reviews/plain_text:1.0.0"]


@pytest.mark.parametrize("name", NAMES)
def test_missing_set_says_how_to_get_it(tmp_path, name):
    with pytest.raises(MissingDataError) as caught:
        check_files(FULL_SETS[name], tmp_path)
    for part in (f"{name}: not prepared in {tmp_path}", "lowprec data prepare --from DIR"):
        assert part in str(caught.value)


@pytest.mark.parametrize("name", NAMES)
def test_whole_set_passes(prepared, name):
    check_files(FULL_SETS[name], prepared)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("split", ["train", "test"])
def test_truncated_shard(prepared, name, split):
    path = shard(prepared, name, split)
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(DataError, match=rf"{path}: .* bytes .*expected .*`lowprec data prepare"):
        check_files(FULL_SETS[name], prepared)


@pytest.mark.parametrize(
    "pattern", ["dataset_info.json", "features.json", "*-train.tfrecord*", "*-test.tfrecord*"]
)
def test_missing_file(prepared, pattern):
    folder = FULL_SETS["fashion_mnist"].folder(prepared)
    (path,) = folder.glob(pattern)
    path.unlink()
    with pytest.raises(DataError, match=f"{folder}: holds (no|0 files) .*lowprec data prepare"):
        check_files(FULL_SETS["fashion_mnist"], prepared)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"splits": [{"name": "train"}]}', "\x00"])
def test_damaged_info(prepared, content):
    path = FULL_SETS["imdb_reviews"].folder(prepared) / "dataset_info.json"
    path.write_text(content)
    with pytest.raises(DataError, match=rf"{path}: not what TFDS writes"):
        check_files(FULL_SETS["imdb_reviews"], prepared)


def test_read_images(prepared):
    arrays = read(FULL_SETS["fashion_mnist"], prepared)
    payload = idx_payloads()["train-images-idx3-ubyte"]
    images = np.frombuffer(payload, np.uint8, offset=16).reshape(30, 28, 28)
    assert arrays["train_x"].dtype == np.uint8
    assert arrays["train_y"].dtype == np.int64
    assert arrays["test_x"].shape == (20, 28, 28)
    # TFDS keeps its sets shuffled.
    expected = sorted((i.tobytes(), n % 10) for n, i in enumerate(images))
    labelled = sorted(
        (i.tobytes(), y) for i, y in zip(arrays["train_x"], arrays["train_y"], strict=True)
    )
    assert labelled == expected


def test_read_reviews(prepared):
    arrays = read(FULL_SETS["imdb_reviews"], prepared)
    labelled = dict(zip(arrays["test_x"], arrays["test_y"].tolist(), strict=True))
    assert labelled == {
        f"A {label} test review, no. {i}.": int(label == "pos")
        for label in ("neg", "pos")
        for i in range(4)
    }


@pytest.mark.parametrize("name", NAMES)
def test_order_is_the_same_every_time(prepared, name):
    first, second = (read(FULL_SETS[name], prepared) for _ in range(2))
    assert all(np.array_equal(first[key], second[key]) for key in first)


@pytest.mark.parametrize("name", NAMES)
def test_reading_opens_no_socket(prepared, name, monkeypatch):
    def refuse(*arguments, **options):
        raise AssertionError("a socket was opened")

    for function in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, function, refuse)
    read(FULL_SETS[name], prepared)


@pytest.mark.parametrize("name", NAMES)
def test_altered_record(prepared, name):
    path = shard(prepared, name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match=rf"{path.parent}: cannot be read \(DataLossError"):
        read(FULL_SETS[name], prepared)


def test_damaged_features(prepared):
    folder = FULL_SETS["fashion_mnist"].folder(prepared)
    (folder / "features.json").write_text("{}")
    with pytest.raises(DataError, match=f"{folder}: cannot be read .*lowprec data prepare"):
        read(FULL_SETS["fashion_mnist"], prepared)


@pytest.mark.parametrize("name", NAMES)
def test_other_size_or_balance(prepared, name):
    full_set = replace(FULL_SETS[name], sizes={"train": 100, "test": 20})
    with pytest.raises(DataError, match=r"the train split holds \[.*\] examples by class, exp"):
        read(full_set, prepared)


def test_reading_a_missing_set_does_not_import_tfds(tmp_path, monkeypatch):
    monkeypatch.setattr(full_sets, "import_tfds", lambda: pytest.fail("imported"))
    with pytest.raises(MissingDataError):
        read(FULL_SETS["fashion_mnist"], tmp_path)


def test_missing_module_is_a_fault_of_the_data_set_up(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(DataError, match=r"module tensorflow_datasets cannot be imported .*install"):
        full_sets.import_tfds()


def test_module_that_tfds_lacks_while_it_loads(prepared, monkeypatch):
    tfds = full_sets.import_tfds()

    def load(*arguments, **options):
        raise ModuleNotFoundError(
            "No module named 'importlib_resources'", name="importlib_resources"
        )

    monkeypatch.setattr(tfds, "load", load)
    with pytest.raises(DataError, match="module importlib_resources cannot be imported"):
        read(FULL_SETS["fashion_mnist"], prepared)


def test_info_of_a_set_in_several_shards(tmp_path):
    full_set = replace(FULL_SETS["fashion_mnist"], sizes={"train": 30})
    folder = full_set.folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "features.json").write_text("{}")
    split = {"name": "train", "shardLengths": ["10", "20"], "numBytes": "100"}
    (folder / "dataset_info.json").write_text(json.dumps({"splits": [split]}))
    for i, size_bytes in enumerate((200, 380)):
        (folder / f"fashion_mnist-train.tfrecord-{i:05d}-of-00002").write_bytes(bytes(size_bytes))
    check_files(full_set, tmp_path)
