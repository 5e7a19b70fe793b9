"""A decompressed stream that is read so far and no further."""

from __future__ import annotations

from typing import IO, Any

__all__ = ["Limited"]


class Limited:
    """A stream to read from; what little takes little to pack may take any amount to unpack.

    Raises:
        OSError: more is asked for at once, or in all, than the limits allow.
    """

    def __init__(self, stream: IO[bytes], most_bytes: int, most_at_once: int) -> None:
        """Take a stream, and how much of it is read in all and with one call."""
        self._stream, self._most_bytes, self._most_at_once = stream, most_bytes, most_at_once

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes."""
        if size > self._most_at_once:
            raise OSError(f"a part of it has {size:,} bytes, expected {self._most_at_once:,}")
        content = self._stream.read(size)
        self._check(self._stream.tell())
        return content

    def seek(self, position: int, *whence: Any) -> int:
        """Go on reading elsewhere."""
        self._check(position)
        return self._stream.seek(position, *whence)

    def tell(self) -> int:
        """Return where the next byte is from."""
        return self._stream.tell()

    def _check(self, position: int) -> None:
        if position > self._most_bytes:
            raise OSError(f"it unpacks to more than {self._most_bytes:,} bytes")
