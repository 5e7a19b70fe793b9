"""Blocks of a tar archive that tarfile itself would not write."""

from __future__ import annotations

import tarfile

__all__ = [
    "END",
    "MORE_HOLES",
    "ends_before_it_begins",
    "header",
    "map_of_holes",
    "member",
    "pax",
    "sealed",
]

END = bytes(1024)

MORE_HOLES = b"777777777777" * 42 + b"\1" * 8
"""A block of a map of holes, after which comes another."""


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    """Return a member without content; a link has a target."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


def header(
    name: str, kind: bytes = tarfile.REGTYPE, content: bytes = b"", at: int = 0, value: bytes = b""
) -> bytes:
    """Return a member as it stands in an archive, in whose header something stands elsewhere."""
    made = member(name, kind)
    made.size = len(content)
    block = bytearray(made.tobuf(format=tarfile.GNU_FORMAT))
    block[at : at + len(value)] = value
    return sealed(bytes(block)) + content + bytes(-len(content) % 512)


def sealed(block: bytes) -> bytes:
    """Return a header with the checksum that it should have."""
    blank = block[:148] + b" " * 8 + block[156:512]
    return block[:148] + b"%06o\0 " % sum(blank) + block[156:]


def pax(key: bytes, value: bytes) -> bytes:
    """Return a record of a pax header, which begins with its own length."""
    size = len(key) + len(value) + 3
    size += len(str(size + len(str(size))))
    return b"%d %s=%s\n" % (size, key, value)


def map_of_holes() -> bytes:
    """Return a member of holes, whose map goes on in blocks of `MORE_HOLES`."""
    return header("aclImdb/holes", tarfile.GNUTYPE_SPARSE, at=482, value=b"\1")


def ends_before_it_begins() -> bytes:
    """Return a member of less than nothing: after it comes the one before."""
    size = tarfile.itn(-1024, 12, tarfile.GNU_FORMAT)  # type: ignore[attr-defined]
    return header("aclImdb/back", at=124, value=size)
