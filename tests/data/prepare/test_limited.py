"""A stream that is read so far and no further."""

import io

import pytest

from lowprec.data.prepare.limited import Limited


def limited():
    return Limited(io.BytesIO(b"0123456789"), most_bytes=8, most_of_a_part=4)


def test_each_part_has_its_limit():
    stream = limited()
    assert stream.read(4) == b"0123"
    stream.begin_part()
    assert stream.read(3) == b"456"
    with pytest.raises(OSError, match="a part of it has 5 bytes or more, expected 4 at most"):
        stream.read(2)


def test_what_is_passed_over_is_of_no_part_but_counts_in_all():
    stream = limited()
    assert stream.seek(6) == stream.tell() == 6
    assert stream.read(2) == b"67"
    with pytest.raises(OSError, match="unpacks to more than 8 bytes"):
        stream.read(1)
    with pytest.raises(OSError, match="unpacks to more than 8 bytes"):
        stream.seek(9)


def test_it_goes_back_by_a_byte_at_most():
    stream = limited()
    stream.seek(6)
    assert stream.seek(5) == 5
    with pytest.raises(OSError, match="ends before it begins"):
        stream.seek(3)
