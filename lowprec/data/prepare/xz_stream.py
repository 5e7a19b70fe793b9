"""An xz file that is unpacked with a limit on memory, which Python's own LZMAFile has not."""

from __future__ import annotations

import io
import lzma
from typing import IO, Any

__all__ = ["open_xz"]

MOST_MEMORY_BYTES = 100 << 20
"""What xz asks for to unpack is in the file: `xz -9` needs 65 MiB, and one may claim 4 GiB."""

PIECE_BYTES = 1 << 16
"""So much of the packed file is read at once."""


def open_xz(packed: IO[bytes]) -> io.BufferedReader:
    """Return a file's content, unpacked; it is read forward.

    Reading raises:
        lzma.LZMAError: it is damaged, or asks for too much memory.
        EOFError: it ends early.
    """
    return io.BufferedReader(_XzStream(packed))


class _XzStream(io.RawIOBase):
    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._position = 0
        self._begin(b"")

    def _begin(self, first: bytes) -> None:
        """Begin one of the streams that a file is made of."""
        self._decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_MEMORY_BYTES)
        self._first = first

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self._unpacked(len(buffer))
        buffer[: len(content)] = content
        self._position += len(content)
        return len(content)

    def seek(self, position: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET or position < self._position:
            raise io.UnsupportedOperation("an xz file is read forward")
        buffer = memoryview(bytearray(PIECE_BYTES))
        while self._position < position and self.readinto(buffer[: position - self._position]):
            pass
        return self._position

    def tell(self) -> int:
        return self._position

    def _unpacked(self, most_bytes: int) -> bytes:
        """Return the next bytes, none at the end only."""
        content = b""
        while not content and (not self._decompressor.eof or self._begins_next()):
            content = self._decompressor.decompress(self._needed(), most_bytes)
        return content

    def _begins_next(self) -> bool:
        """Begin the next stream, after zeros that may stand between two; False at the end."""
        piece = self._decompressor.unused_data
        while not (first := piece.lstrip(b"\0")):
            piece = self._packed.read(PIECE_BYTES)
            if not piece:
                return False
        self._begin(first)
        return True

    def _needed(self) -> bytes:
        """Return what the decompressor has to be given."""
        piece, self._first = self._first, b""
        if not piece and self._decompressor.needs_input:
            piece = self._packed.read(PIECE_BYTES)
            if not piece:
                raise EOFError("it ends before its last block does")
        return piece
