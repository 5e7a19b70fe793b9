"""The IMDB archive as the user has it: found, read, and refused where it is wrong."""

import pytest

from lowprec.data.prepare.review_archive import find_archive, iter_reviews, lay_out
from lowprec.errors import DataError
from tests.tiny_data import review_members, shrink_tables, write_archive


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    shrink_tables(monkeypatch)


@pytest.mark.parametrize(
    "name", ["aclImdb_v1.tar.gz", "aclImdb.tgz", "aclImdb.tar.xz", "imdb/aclImdb_v1.tar.gz"]
)
def test_found_whatever_its_name_and_compression(tmp_path, name):
    path = write_archive(tmp_path / name)
    assert find_archive(tmp_path) == path


def test_compression_that_the_name_does_not_say(tmp_path):
    path = write_archive(tmp_path / "aclImdb.tar.xz").rename(tmp_path / "aclImdb.tar.gz")
    assert find_archive(tmp_path) == path


def test_reviews(tmp_path):
    members = {
        "aclImdb/README": b"not a review",
        "aclImdb/train/unsup/0_0.txt": b"not labelled",
        "aclImdb/train/pos/.DS_Store": b"hidden",
        "./aclImdb/train/neg/7_1.txt": "  Caf\u00e9 noir.\n".encode(),
    }
    (review,) = iter_reviews(write_archive(tmp_path / "aclImdb.tar.gz", members))
    assert (review.split, review.label, review.text) == ("train", 0, "Caf\u00e9 noir.")


def test_none_found(tmp_path):
    with pytest.raises(DataError, match=rf"{tmp_path}: holds no aclImdb\*\.tar\.gz.* put"):
        find_archive(tmp_path)


@pytest.mark.parametrize("suffix", ["gz", "xz"])
@pytest.mark.parametrize("missing_bytes", [4, 200])
def test_truncated_archive(tmp_path, suffix, missing_bytes):
    path = write_archive(tmp_path / f"aclImdb.tar.{suffix}")
    path.write_bytes(path.read_bytes()[:-missing_bytes])
    with pytest.raises(DataError, match=rf"{path}: cannot be read to its end .* again"):
        find_archive(tmp_path)


def test_archive_with_a_wrong_checksum(tmp_path):
    path = write_archive(tmp_path / "aclImdb.tar.gz")
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    with pytest.raises(DataError, match=rf"{path}: cannot be read to its end"):
        find_archive(tmp_path)


def test_web_page_in_place_of_the_archive(tmp_path):
    path = tmp_path / "aclImdb_v1.tar.gz"
    path.write_bytes(b"<!DOCTYPE html><html>Quota exceeded</html>")
    with pytest.raises(DataError, match=rf"{path}: starts with b'<!DOCT', expected a gzip or xz"):
        find_archive(tmp_path)


def test_missing_and_surplus_reviews(tmp_path):
    members = review_members()
    del members["aclImdb/test/pos/2_9.txt"]
    path = write_archive(tmp_path / "aclImdb.tar.gz", members)
    with pytest.raises(DataError, match="holds 3 reviews in aclImdb/test/pos, expected 4"):
        find_archive(tmp_path)
    write_archive(path, review_members() | {"aclImdb/train/neg/more/1_1.txt": b"surplus"})
    with pytest.raises(DataError, match="holds 5 reviews in aclImdb/train/neg, expected 4"):
        find_archive(tmp_path)


def test_laid_out_under_the_official_name(tmp_path):
    path = write_archive(tmp_path / "from" / "aclImdb.tar.xz")
    lay_out(path.parent, tmp_path)
    assert (tmp_path / "aclImdb_v1.tar.gz").read_bytes() == path.read_bytes()
