"""Preparing the full sets, with stand-ins of a few examples built by the real TFDS builders."""

import fcntl
import http.server
import os
import shutil
import tempfile
import threading

import pytest

from lowprec.data.full_sets import FULL_SETS, read
from lowprec.data.prepare import build as build_module
from lowprec.data.prepare.build import STAGING, Prepared, prepare
from lowprec.errors import DataError
from tests.tiny_data import (
    copy_prepared,
    idx_payloads,
    review_members,
    shrink_tables,
    write_archive,
    write_idx_files,
)

tfds = pytest.importorskip("tensorflow_datasets")


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    shrink_tables(monkeypatch)


@pytest.fixture
def source(tmp_path):
    """The user's folder with the files of both sets."""
    folder = tmp_path / "from"
    write_idx_files(folder / "fashion-mnist")
    write_archive(folder / "aclImdb.tar.xz")
    return folder


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_builds_what_a_plain_tfds_load_reads(source, tmp_path):
    root = tmp_path / "tfds"
    sets = prepare(source, root)
    assert next(sets) == Prepared("fashion_mnist", root / "fashion_mnist/3.0.1", "built")
    assert not (root / "imdb_reviews").exists()
    assert list(sets) == [
        Prepared("imdb_reviews", root / "imdb_reviews/plain_text/1.0.0", "built"),
    ]
    images = tfds.load("fashion_mnist", data_dir=root, download=False, as_supervised=True)
    assert {split: len(examples) for split, examples in images.items()} == {"train": 30, "test": 20}
    reviews = tfds.load("imdb_reviews", data_dir=root, download=False)
    assert {split: len(examples) for split, examples in reviews.items()} == {"train": 8, "test": 8}
    assert tfds.builder("imdb_reviews", data_dir=root).is_prepared()


def test_unlabelled_reviews_of_an_official_archive_are_kept(source, tmp_path):
    unlabelled = {f"aclImdb/train/unsup/{i}_0.txt": f"Review {i}.".encode() for i in range(3)}
    write_archive(source / "aclImdb.tar.xz", review_members() | unlabelled)
    list(prepare(source, tmp_path, names=["imdb_reviews"]))
    splits = tfds.load("imdb_reviews", data_dir=tmp_path, download=False)
    sizes = {split: len(examples) for split, examples in splits.items()}
    assert sizes == {"train": 8, "test": 8, "unsupervised": 3}


def test_leaves_nothing_else_behind(source, tmp_path, monkeypatch):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    before = contents(source)
    list(prepare(source, tmp_path / "tfds"))
    assert contents(source) == before
    assert sorted(path.name for path in (tmp_path / "tfds").iterdir()) == [
        "fashion_mnist",
        "imdb_reviews",
    ]
    assert list(temporary.iterdir()) == []
    assert tempfile.tempdir == str(temporary)


def test_whole_sets_are_left_alone(tmp_path):
    root = copy_prepared(tmp_path / "tfds")
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*")}
    assert [prepared.how for prepared in prepare(None, root)] == ["kept", "kept"]
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*")} == before


@pytest.mark.parametrize("damage", ["truncated", "altered"])
def test_damaged_set_is_built_anew(source, tmp_path, damage):
    root = copy_prepared(tmp_path / "tfds")
    (shard,) = root.glob("fashion_mnist/*/*-test.tfrecord*")
    whole = shard.read_bytes()
    middle = len(whole) // 2
    shard.write_bytes(
        whole[:middle] + (b"" if damage == "truncated" else b"\0" + whole[middle + 1 :])
    )
    assert [prepared.how for prepared in prepare(source, root)] == ["rebuilt", "kept"]
    assert shard.read_bytes() == whole


def test_damaged_set_stays_if_it_cannot_be_built_anew(tmp_path):
    root = copy_prepared(tmp_path / "tfds")
    (shard,) = root.glob("fashion_mnist/*/*-test.tfrecord*")
    os.truncate(shard, 100)
    before = contents(root)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"holds no train-images-idx3-ubyte\.gz"):
        list(prepare(tmp_path / "empty", root))
    assert contents(root) == before


def test_what_a_killed_build_left_is_removed_and_does_no_harm(source, tmp_path):
    root = tmp_path / "tfds"
    left_by_tfds = root / "imdb_reviews/plain_text/incomplete.ABCDEF_1.0.0"
    for folder in (root / STAGING / "imdb_reviews/plain_text/1.0.0", left_by_tfds):
        folder.mkdir(parents=True)
        (folder / "imdb_reviews-train.tfrecord-00000-of-00001").write_bytes(b"half")
    list(prepare(source, root))
    assert not (root / STAGING).exists()
    assert len(read(FULL_SETS["imdb_reviews"], root)["train_y"]) == 8


@pytest.mark.parametrize("others", [False, True])
def test_what_a_build_left_that_had_ended_but_for_that_is_removed(tmp_path, others):
    root = copy_prepared(tmp_path / "tfds")
    (root / STAGING / "replaced").mkdir(parents=True)
    descriptor = os.open(root, os.O_RDONLY)
    try:
        if others:  # which are at work there
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        assert [prepared.how for prepared in prepare(None, root)] == ["kept", "kept"]
    finally:
        os.close(descriptor)
    assert (root / STAGING).exists() == others


@pytest.mark.parametrize(
    ("removed", "ready", "message"),
    [
        ("aclImdb.tar.xz", "fashion_mnist", r"holds no aclImdb\*\.tar\.gz"),
        ("fashion-mnist/t10k-labels-idx1-ubyte.gz", "imdb_reviews", "holds no t10k-labels"),
    ],
)
def test_one_set_is_prepared_where_the_other_lacks_files(source, tmp_path, removed, ready, message):
    (source / removed).unlink()
    root = tmp_path / "tfds"
    with pytest.raises(DataError, match=message):
        list(prepare(source, root))
    assert [path.name for path in root.iterdir()] == [ready]


def test_every_fault_is_told(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError) as caught:
        list(prepare(tmp_path / "empty", tmp_path / "tfds"))
    assert len(str(caught.value).splitlines()) == 2
    with pytest.raises(DataError, match=f"{tmp_path / 'nowhere'}: not a folder"):
        list(prepare(tmp_path / "nowhere", tmp_path / "tfds"))


def test_wrong_files_are_refused_before_anything_is_built(source, tmp_path, monkeypatch):
    monkeypatch.setattr(build_module, "import_tfds", lambda: pytest.fail("imported"))
    images = idx_payloads()["t10k-images-idx3-ubyte"]
    (source / "fashion-mnist/train-images-idx3-ubyte.gz").write_bytes(images)
    (source / "aclImdb.tar.xz").write_bytes(b"<html>")
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte.gz: starts with (.|\n)*<html>"):
        list(prepare(source, tmp_path / "tfds"))
    assert list((tmp_path / "tfds").iterdir()) == []


def test_too_little_space(source, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(DataError, match="1 MiB free, expected 200 to build fashion_mnist; free"):
        list(prepare(source, tmp_path / "tfds", names=["fashion_mnist"]))


def test_disk_that_fills_up(source, tmp_path, monkeypatch):
    def write(folder, manual_dir):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(build_module._LAY_OUT, "fashion_mnist", write)
    with pytest.raises(DataError, match=r"cannot be built there .*No space left on device.*free"):
        list(prepare(source, tmp_path / "tfds", names=["fashion_mnist"]))
    assert list((tmp_path / "tfds").iterdir()) == []


def test_data_dir_that_is_a_file(source, tmp_path):
    (tmp_path / "tfds").write_text("")
    with pytest.raises(DataError, match=f"{tmp_path / 'tfds'}: a data set cannot be built there"):
        list(prepare(source, tmp_path / "tfds", names=["fashion_mnist"]))


def test_second_prepare_at_the_same_time(source, tmp_path):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with pytest.raises(DataError, match=f"{tmp_path}: another .* is at work") as caught:
            list(prepare(source, tmp_path))
        assert len(str(caught.value).splitlines()) == 1
    finally:
        os.close(descriptor)


@pytest.fixture
def server(monkeypatch):
    """A local server in place of Fashion-MNIST's; `pages` is what it answers by path."""
    pages = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get(self.path)
            self.send_response(200 if body else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/"
        builder_cls = tfds.builder_cls("fashion_mnist")
        known = {address + info.filename: info for info in list(builder_cls.url_infos.values())}
        monkeypatch.setattr(builder_cls, "URL", address)
        monkeypatch.setattr(builder_cls, "url_infos", known)
        yield pages
        running.shutdown()


def test_download_that_brings_a_web_page(server, tmp_path):
    for file in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        server[f"/{file}-ubyte.gz"] = b"<html>Quota exceeded</html>"
    with pytest.raises(DataError, match=r"NonMatchingChecksumError.*Expected.*MiB.*Got.*27 bytes"):
        list(prepare(None, tmp_path, names=["fashion_mnist"]))
    assert list(tmp_path.iterdir()) == []


def test_address_that_is_gone(server, tmp_path):
    with pytest.raises(DataError, match=r"ubyte.gz cannot be reached \(HTTP Error 404.*--from DIR"):
        list(prepare(None, tmp_path, names=["fashion_mnist"]))


def test_no_network(monkeypatch, tmp_path):
    def refuse(*arguments, **options):
        raise OSError("Network is unreachable")

    monkeypatch.setattr("socket.create_connection", refuse)
    with pytest.raises(DataError) as caught:
        list(prepare(None, tmp_path))
    messages = str(caught.value).splitlines()
    assert [message.partition(":")[0] for message in messages] == list(FULL_SETS)
    assert all("cannot be reached (Network is unreachable)" in message for message in messages)
