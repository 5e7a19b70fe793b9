"""Fashion-MNIST's files as the user has them: found, and refused where they are wrong."""

import gzip
import tracemalloc

import pytest

from lowprec.data.prepare import idx_files
from lowprec.errors import DataError
from tests.tiny_data import idx_payloads, shrink_tables, write_idx_files

TRAIN_IMAGES = "train-images-idx3-ubyte"


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    shrink_tables(monkeypatch)


def find(folder):
    return idx_files.find_idx(folder, idx_files.IDX_FILES[0])


def test_table_is_that_of_the_official_files(monkeypatch):
    monkeypatch.undo()
    assert [file.size_bytes for file in idx_files.IDX_FILES] == [47040016, 60008, 7840016, 10008]
    assert idx_files.IDX_FILES[0].header_bytes.hex() == "000008030000ea600000001c0000001c"


@pytest.mark.parametrize("below", ["", "fashion-mnist"])
def test_found_at_the_top_or_one_folder_below(tmp_path, below):
    write_idx_files(tmp_path / below)
    assert find(tmp_path) == idx_payloads()[TRAIN_IMAGES]


def test_unpacked_file(tmp_path):
    (tmp_path / TRAIN_IMAGES).write_bytes(idx_payloads()[TRAIN_IMAGES])
    assert find(tmp_path) == idx_payloads()[TRAIN_IMAGES]


def test_files_of_mnist_are_passed_over(tmp_path):
    other = {name: payload[:-1] + b"\0" for name, payload in idx_payloads().items()}
    write_idx_files(tmp_path / "a-mnist", other)
    write_idx_files(tmp_path / "fashion-mnist")
    assert find(tmp_path) == idx_payloads()[TRAIN_IMAGES]


def test_none_found(tmp_path):
    with pytest.raises(DataError, match=rf"{tmp_path}: holds no {TRAIN_IMAGES}.gz.* put"):
        find(tmp_path)


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda packed, payload: packed[: len(packed) // 2], "cannot be read to its end"),
        (lambda packed, payload: packed[:-8] + bytes(8), "cannot be read to its end"),
        (lambda packed, payload: b"<!DOCTYPE html><html>", "starts with b'<!DOCTYPE html>"),
        (lambda packed, payload: b"", "starts with b''"),
        (lambda packed, payload: gzip.compress(payload[:-1]), "holds 23,535 bytes"),
        (lambda packed, payload: gzip.compress(payload + b"0"), "holds more than the 23,536 bytes"),
        (lambda packed, payload: payload + b"0", "holds more than the 23,536 bytes"),
        (lambda packed, payload: gzip.compress(payload[:-1] + b"\0"), "payload has sha256"),
        (
            lambda packed, payload: gzip.compress(idx_payloads()["train-labels-idx1-ubyte"]),
            "starts with",
        ),
    ],
    ids=[
        "cut",
        "checksum",
        "web page",
        "empty",
        "short",
        "long",
        "long-unpacked",
        "altered",
        "labels",
    ],
)
def test_wrong_file(tmp_path, damage, fault):
    payload = idx_payloads()[TRAIN_IMAGES]
    path = tmp_path / f"{TRAIN_IMAGES}.gz"
    path.write_bytes(damage(gzip.compress(payload), payload))
    with pytest.raises(DataError) as caught:
        find(tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{path}: {fault}")
    assert "expected" in message
    assert message.endswith("again")


def test_laid_out_files_have_their_official_names_and_payloads(tmp_path):
    source, target = tmp_path / "from", tmp_path / "manual"
    write_idx_files(source)
    target.mkdir()
    idx_files.lay_out(source, target)
    laid_out = {path.name: gzip.decompress(path.read_bytes()) for path in target.iterdir()}
    assert laid_out == {f"{name}.gz": payload for name, payload in idx_payloads().items()}


@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_a_file_of_gigabytes_takes_no_memory(tmp_path, pack):
    payload = idx_payloads()[TRAIN_IMAGES] + bytes(1 << 26)
    (tmp_path / f"{TRAIN_IMAGES}.gz").write_bytes(pack(payload))
    del payload
    tracemalloc.start()
    with pytest.raises(DataError, match=r"holds more than the 23,536 bytes that are expected"):
        find(tmp_path)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 1 << 21
