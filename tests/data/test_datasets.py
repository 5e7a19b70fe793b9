"""The one way to data: what `load` gives, what is known without TensorFlow, what is refused."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lowprec.data import datasets, sample
from lowprec.data.datasets import NAMES, SOURCES, check_available, load, status
from lowprec.errors import DataError, MissingDataError, UsageError
from lowprec.record.data_info import DataInfo
from tests.tiny_data import copy_prepared, shrink_tables


@pytest.fixture(autouse=True)
def _fresh_cache():
    load.cache_clear()
    yield
    load.cache_clear()


@pytest.fixture
def no_full_sets(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "none"))
    return tmp_path / "none"


def test_names_and_sources():
    assert NAMES == ("fashion_mnist", "imdb_reviews")
    assert SOURCES == ("sample", "tfds")


def test_sample_images():
    dataset = load("fashion_mnist", "sample")
    assert dataset.info == DataInfo(
        "fashion_mnist",
        "sample",
        6000,
        1000,
        "dfc549ba4e6319d510de4022a34d243c044c3a60922bcd77c2e19cd295d65dbe",
    )
    assert (dataset.train.x.dtype, dataset.train.x.shape) == (np.uint8, (6000, 28, 28))
    assert (dataset.test.y.dtype, dataset.test.y.shape) == (np.int64, (1000,))
    assert dataset.vocabulary is None


def test_sample_reviews():
    dataset = load("imdb_reviews", "sample")
    assert dataset.info == DataInfo(
        "imdb_reviews",
        "sample",
        4000,
        1000,
        "0b4d835c5fca97941e1309651f745a118782af1286ea2bacb77ed740c8544976",
    )
    assert dataset.train.x.shape == (4000,)
    assert set(dataset.train.y.tolist()) == {0, 1}
    assert set(" ".join(dataset.test.x).split(" ")) <= set(dataset.vocabulary)


def test_hash_covers_examples_and_labels_in_order():
    dataset = load("fashion_mnist", "sample")
    digest = hashlib.sha256()
    for split in (dataset.train, dataset.test):
        digest.update(split.x.tobytes() + split.y.tobytes())
    assert dataset.info.sha256 == digest.hexdigest()


def test_loaded_once_and_read_only():
    dataset = load("fashion_mnist", "sample")
    assert load("fashion_mnist", "sample") is dataset
    with pytest.raises(ValueError, match="read-only"):
        dataset.train.x[0] = 0


@pytest.mark.parametrize("call", [load, check_available])
@pytest.mark.parametrize("key", [("mnist", "sample"), ("fashion_mnist", "keras")])
def test_unknown_set_or_source(call, key):
    with pytest.raises(UsageError, match="unknown; expected one of fashion_mnist, imdb_reviews"):
        call(*key)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("call", [load, check_available])
def test_missing_full_set_is_no_reason_to_take_the_sample(no_full_sets, call, name):
    with pytest.raises(MissingDataError, match=f"{name}: not prepared in {no_full_sets}"):
        call(name, "tfds")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("fashion_mnist", "fashion_mnist.npz"),
        ("imdb_reviews", "imdb_reviews.npz"),
        ("imdb_reviews", "vocabulary.txt"),
    ],
)
def test_damaged_sample(tmp_path, monkeypatch, no_full_sets, name, file):
    for path in (sample.FASHION_MNIST.path, sample.IMDB_REVIEWS.path, sample.VOCABULARY.path):
        if path.name != file:
            (tmp_path / path.name).symlink_to(path)
    monkeypatch.setattr(sample, "SAMPLE_DIR", tmp_path)
    for call in (load, check_available):
        with pytest.raises(DataError, match=f"{file}: cannot be read"):
            call(name, "sample")
    states = {(row.dataset, row.source): row.state for row in status()}
    assert states[name, "sample"] == "damaged"


def test_status(no_full_sets):
    rows = {(row.dataset, row.source): row for row in status()}
    assert rows.keys() == {(name, source) for name in NAMES for source in SOURCES}
    for name in NAMES:
        assert rows[name, "sample"].state == "ready"
        assert rows[name, "sample"].detail == ""
        assert rows[name, "tfds"].state == "missing"
        assert rows[name, "tfds"].location == no_full_sets
        assert "lowprec data prepare" in rows[name, "tfds"].detail


def test_full_sets(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow_datasets")
    monkeypatch.setenv("TFDS_DATA_DIR", str(copy_prepared(tmp_path)))
    shrink_tables(monkeypatch)
    for name, train_size, test_size in (("fashion_mnist", 30, 20), ("imdb_reviews", 8, 8)):
        check_available(name, "tfds")
        dataset = load(name, "tfds")
        assert (dataset.info.name, dataset.info.source) == (name, "tfds")
        assert (dataset.info.train_size, dataset.info.test_size) == (train_size, test_size)
        assert len(dataset.train) == train_size
        assert dataset.vocabulary is None
    assert {row.state for row in status()} == {"ready"}


def test_checks_import_no_tensorflow(no_full_sets):
    code = """
import sys
from lowprec.data import datasets
for row in datasets.status():
    print(row.state)
datasets.check_available("fashion_mnist", "sample")
datasets.check_available("imdb_reviews", "sample")
heavy = {"tensorflow", "tensorflow_datasets", "keras", "pandas"} & set(sys.modules)
sys.exit(f"imported {heavy}" if heavy else 0)
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == ["ready", "ready", "missing", "missing"]


def test_checks_of_a_prepared_set_import_no_tensorflow(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow_datasets")
    copy_prepared(tmp_path)
    shrink_tables(monkeypatch)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    check_available("fashion_mnist", "tfds")
    assert {row.state for row in status()} == {"ready"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "sizes", "sha256"),
    [
        (
            "fashion_mnist",
            (60_000, 10_000),
            "5027f0cd7f9145ed568a771a6757ee402f4539a89a1cfe914ce21d7314c9da11",
        ),
        (
            "imdb_reviews",
            (25_000, 25_000),
            "d437bba18b33feb0392e8666cb41a1fccac70d2102d0f31cdd2cdfa5e3f9f4cc",
        ),
    ],
)
def test_real_full_sets(tmp_path, monkeypatch, name, sizes, sha256):
    from lowprec.data.prepare.build import prepare

    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    source = Path(os.environ.get("LOWPREC_FULL_DATA", beside))
    if not source.is_dir():
        pytest.skip("needs the full data: set LOWPREC_FULL_DATA")
    list(prepare(source, tmp_path, names=[name]))
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    assert datasets.load(name, "tfds").info == DataInfo(name, "tfds", *sizes, sha256)
