"""A decompressed stream that is read so far and no further."""

from __future__ import annotations

from typing import IO, Any

__all__ = ["Limited"]


class Limited:
    """A stream to read from; what little takes little to pack may take any amount to unpack.

    Raises:
        OSError: more is read of one part, or gone through in all, than the limits allow, or the
            stream would be read a second time.
    """

    def __init__(self, stream: IO[bytes], most_bytes: int, most_of_a_part: int) -> None:
        """Take a stream, how much there may be in all, and how much is read of one part."""
        self._stream, self._most_bytes, self._most_of_a_part = stream, most_bytes, most_of_a_part
        self._read_bytes = 0

    def begin_part(self) -> None:
        """Begin the next part: whoever reads has done with what was read, and keeps none of it."""
        self._read_bytes = 0

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes."""
        self._read_bytes += size
        if self._read_bytes > self._most_of_a_part:
            raise OSError(
                f"a part of it has {self._read_bytes:,} bytes or more, expected "
                f"{self._most_of_a_part:,} at most"
            )
        content = self._stream.read(size)
        self._check(self._stream.tell())
        return content

    def seek(self, position: int, *whence: Any) -> int:
        """Go on reading elsewhere: further on, or at the byte before, of which tarfile is fond."""
        if position < self._stream.tell() - 1:
            raise OSError("a part of it ends before it begins")
        self._check(position)
        return self._stream.seek(position, *whence)

    def tell(self) -> int:
        """Return where the next byte is from."""
        return self._stream.tell()

    def _check(self, position: int) -> None:
        if position > self._most_bytes:
            raise OSError(f"it unpacks to more than {self._most_bytes:,} bytes")
