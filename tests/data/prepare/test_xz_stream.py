"""An xz file that is unpacked with a limit on memory."""

import io
import lzma

import pytest

from lowprec.data.prepare.xz_stream import PIECE_BYTES, open_xz

CONTENT = bytes(range(256)) * 2000


def packed(*contents, between=b""):
    return io.BytesIO(between.join(map(lzma.compress, contents)))


@pytest.mark.parametrize("between", [b"", bytes(4), bytes(PIECE_BYTES)])
def test_streams_one_after_the_other(between):
    assert open_xz(packed(CONTENT, b"", CONTENT, between=between)).read() == CONTENT * 2


def test_read_on_further_along():
    stream = open_xz(packed(CONTENT))
    assert stream.read(3) == CONTENT[:3]
    assert stream.seek(400_001) == stream.tell() == 400_001
    assert stream.read(5) == CONTENT[400_001:400_006]
    stream.seek(400_005)  # the byte before
    assert stream.read(2) == CONTENT[400_005:400_007]
    assert stream.seek(1 << 20) == len(CONTENT)
    assert stream.read() == b""


def test_it_is_not_read_twice():
    stream = open_xz(packed(CONTENT))
    stream.seek(400_000)
    with pytest.raises(OSError, match="read forward"):
        stream.seek(0)


@pytest.mark.parametrize("missing_bytes", [1, 12, 30])
def test_one_that_ends_early(missing_bytes):
    content = packed(CONTENT).getvalue()[:-missing_bytes]
    with pytest.raises(EOFError, match="ends before"):
        open_xz(io.BytesIO(content)).read()


def test_one_that_is_damaged():
    content = bytearray(packed(CONTENT).getvalue())
    content[40] ^= 1
    with pytest.raises(lzma.LZMAError):
        open_xz(io.BytesIO(content)).read()
    with pytest.raises(lzma.LZMAError):
        open_xz(io.BytesIO(packed(CONTENT).getvalue() + b"more than that is in it")).read()


@pytest.mark.parametrize("before", [b"", CONTENT])
def test_one_that_asks_for_more_memory_than_it_may(before):
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 128 << 20}]
    asking = lzma.compress(CONTENT, filters=filters)
    with pytest.raises(lzma.LZMAError, match="Memory"):
        open_xz(io.BytesIO(lzma.compress(before) + asking)).read()


def test_what_xz_packs_at_its_best_is_read():
    assert open_xz(io.BytesIO(lzma.compress(CONTENT, preset=9))).read() == CONTENT
