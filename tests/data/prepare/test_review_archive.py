"""The IMDB archive as the user has it: found, read, and refused where it is wrong."""

import gzip
import lzma
import tarfile
import tracemalloc

import pytest

from lab.hostile.tar_blocks import (
    END,
    MORE_HOLES,
    ends_before_it_begins,
    header,
    map_of_holes,
    member,
    pax,
)
from lowprec.data.prepare import review_archive
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


def test_a_review_that_was_changed(tmp_path):
    members = review_members() | {"aclImdb/test/pos/2_9.txt": b"Another text."}
    path = write_archive(tmp_path / "aclImdb.tar.gz", members)
    with pytest.raises(DataError, match=rf"{path}: its reviews have sha256 [0-9a-f]{{64}}, exp"):
        find_archive(tmp_path)


def test_reviews_in_another_order_are_the_same(tmp_path):
    members = dict(reversed(review_members().items()))
    path = write_archive(tmp_path / "aclImdb.tar.gz", members)
    assert find_archive(tmp_path) == path


@pytest.mark.parametrize(
    ("strange", "said"),
    [
        (member("../../home/.bashrc"), r"../../home/.bashrc (lies outside)"),
        (member("aclImdb/../../x"), r"aclImdb/../../x (lies outside)"),
        (member("/etc/passwd"), r"/etc/passwd (lies outside)"),
        (member("aclImdb/l", tarfile.SYMTYPE, "/etc"), "aclImdb/l (no file and no folder)"),
        (
            member("aclImdb/train/neg/h", tarfile.LNKTYPE, "aclImdb/train/neg/0_2.txt"),
            "aclImdb/train/neg/h (no file and no folder)",
        ),
        (member("aclImdb/null", tarfile.CHRTYPE), "aclImdb/null (no file and no folder)"),
        (member("aclImdb/pipe", tarfile.FIFOTYPE), "aclImdb/pipe (no file and no folder)"),
        (member("../\x1b[2J"), r"../\x1b[2J (lies outside)"),
    ],
)
def test_members_that_the_set_has_not_are_named(tmp_path, strange, said):
    path = write_archive(tmp_path / "aclImdb.tar.gz", strange=[strange])
    with pytest.raises(DataError) as caught:
        find_archive(tmp_path)
    assert str(caught.value) == (
        f"{path}: has 1 member that the set has not: {said}; get the archive again"
    )


def test_of_many_strange_members_a_few_are_named(tmp_path):
    strange = [member(f"/{i}") for i in range(9)]
    write_archive(tmp_path / "aclImdb.tar.gz", strange=strange)
    with pytest.raises(DataError, match=r"has 9 members .*: /0 \(.*, /4 \(lies outside\), \.\.\.;"):
        find_archive(tmp_path)


@pytest.mark.parametrize("name", ["aclImdb/train/neg/0_2.txt", "aclImdb/README"])
def test_a_member_of_gigabytes_takes_no_memory(tmp_path, monkeypatch, name):
    monkeypatch.setattr(review_archive, "MOST_BYTES", 1 << 26)
    path = tmp_path / "aclImdb.tar.gz"
    write_archive(path, review_members() | {name: bytes(1 << 27)})
    tracemalloc.start()
    with pytest.raises(DataError, match=r"unpacks to more than 67,108,864 bytes"):
        find_archive(tmp_path)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 1 << 23


def test_a_review_that_is_far_too_long_is_named(tmp_path):
    write_archive(tmp_path / "aclImdb.tar.gz", {"aclImdb/train/neg/0_2.txt": bytes(1 << 17)})
    with pytest.raises(DataError, match=r"0_2\.txt \(131,072 bytes, expected 65,536 at most\)"):
        find_archive(tmp_path)


def packed(*blocks):
    return gzip.compress(b"".join(blocks) + END)


@pytest.mark.parametrize(
    "blocks",
    [
        [header("long", tarfile.GNUTYPE_LONGNAME, b"a" * (1 << 22))],
        [header("long", tarfile.GNUTYPE_LONGNAME)] * 3000,
        [header("pax", tarfile.XGLTYPE, pax(b"a", b"b"))] * 3000,
        [map_of_holes(), MORE_HOLES * 300],
    ],
    ids=["long name", "many names", "many pax headers", "map of holes"],
)
def test_a_member_of_endless_headers_takes_no_memory(tmp_path, blocks):
    """All of them are kept until the member is there to which they belong."""
    path = tmp_path / "aclImdb.tar.gz"
    path.write_bytes(packed(*blocks))
    with pytest.raises(DataError, match=r"cannot be read to its end \(a part of it has .* 131,072"):
        find_archive(tmp_path)


def test_pax_headers_for_all_that_follows_are_not_kept(tmp_path):
    path = tmp_path / "aclImdb.tar.gz"
    blocks = [
        block
        for i in range(200)
        for block in (
            header("pax", tarfile.XGLTYPE, pax(b"k%d" % i, b"a" * 65_000)),
            header("aclImdb/README"),
        )
    ]
    path.write_bytes(packed(*blocks))
    del blocks
    tracemalloc.start()
    with pytest.raises(DataError, match="holds 0 reviews"):
        find_archive(tmp_path)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes < 1 << 21


@pytest.mark.parametrize("key", [b"GNU.sparse.size", b"GNU.sparse.map"])
def test_a_number_that_is_none(tmp_path, key):
    path = tmp_path / "aclImdb.tar.gz"
    path.write_bytes(packed(header("x", tarfile.XHDTYPE, pax(key, b"x")), header("f")))
    with pytest.raises(DataError, match=r"cannot be read to its end \(invalid literal for int"):
        find_archive(tmp_path)


def test_a_member_that_ends_where_it_began_is_not_read_for_ever(tmp_path):
    path = tmp_path / "aclImdb.tar.gz"
    path.write_bytes(packed(header("a"), header("b"), ends_before_it_begins()))
    with pytest.raises(DataError, match=r"\(a part of it ends before it begins\)"):
        find_archive(tmp_path)


def test_a_name_that_is_no_text(tmp_path):
    members = review_members()
    content = members.pop("aclImdb/test/pos/2_9.txt")
    path = write_archive(
        tmp_path / "aclImdb.tar.gz", members | {"aclImdb/test/pos/\udcff.txt": content}
    )
    with pytest.raises(DataError, match=rf"{path}: its reviews have sha256"):
        find_archive(tmp_path)


def test_an_xz_archive_that_asks_for_gigabytes(tmp_path):
    path = tmp_path / "aclImdb.tar.xz"
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}]
    path.write_bytes(lzma.compress(b"", filters=filters) + lzma.compress(bytes(9), filters=filters))
    with pytest.raises(DataError, match=r"cannot be read to its end \(Memory usage limit exceeded"):
        find_archive(tmp_path)
