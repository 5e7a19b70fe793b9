"""python -m lab.hostile.archive_mutations [--count N] [--seed S]: archives damaged at random.

Of a small archive of reviews bytes are changed as it is packed, or in the headers of its members,
whose checksums are then made to fit. Counted is what comes of reading it: it is taken or refused,
or something else, which should not be.
"""

from __future__ import annotations

import argparse
import gzip
import random
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from lab.hostile.small_sets import shrink_tables, write_archive
from lab.hostile.tar_blocks import pax, sealed
from lowprec.data.prepare.review_archive import check_archive
from lowprec.errors import DataError

__all__ = ["tried"]

LONGEST_S = 20.0
"""An archive that takes longer hangs."""

Change = Callable[[bytearray, random.Random], None]
"""Of a member: its header, and the block behind it."""

NUMBERS = (-1, -512, -1024, -1536, 0, 511, 513, 70_000, 1 << 40, 1 << 80)
RECORDS = (
    *(pax(b"GNU.sparse.size", b"x"), pax(b"GNU.sparse.map", b"1,2,3,4"), pax(b"size", b"-100000")),
    *(
        pax(b"path", b"\xff/../x"),
        pax(b"GNU.sparse.major", b"1"),
        b"0 a=b\n",
        b"5 a\n",
        b"99 a=b\n",
    ),
)


def _any_byte(member: bytearray, chance: random.Random) -> None:
    member[chance.randrange(len(member))] = chance.randrange(256)


def _kind(member: bytearray, chance: random.Random) -> None:
    member[156] = chance.choice(b"0123456789xgXLKSVDNMA\0")


def _size(member: bytearray, chance: random.Random) -> None:
    number = tarfile.itn(chance.choice(NUMBERS), 12, tarfile.GNU_FORMAT)  # type: ignore[attr-defined]
    member[124:136] = number


def _pax(member: bytearray, chance: random.Random) -> None:
    record = chance.choice(RECORDS)
    member[124:136] = b"%011o\0" % len(record)
    member[156] = chance.choice(b"xgX")
    member[512 : 512 + len(record)] = record


CHANGES: Mapping[str, Change] = MappingProxyType(
    {"any byte": _any_byte, "its kind": _kind, "its size": _size, "a pax header": _pax}
)


def _as_packed(packed: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(packed)
    for _ in range(chance.randint(1, 6)):
        _any_byte(damaged, chance)
    return bytes(damaged)


def _in_headers(packed: bytes, chance: random.Random) -> bytes:
    content = bytearray(gzip.decompress(packed))
    starts = [i for i in range(0, len(content), 512) if content[i : i + 7] == b"aclImdb"]
    for start in chance.choices(starts, k=chance.randint(1, 3)):
        member = content[start : start + 1024]
        CHANGES[chance.choice(list(CHANGES))](member, chance)
        content[start : start + 1024] = sealed(bytes(member))
    return gzip.compress(bytes(content), compresslevel=1)


def tried(count: int, seed: int) -> Counter[str]:
    """Read so many damaged archives, and count what came of them."""
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    with pytest.MonkeyPatch.context() as monkeypatch, tempfile.TemporaryDirectory() as scratch:
        shrink_tables(monkeypatch)
        good = [write_archive(Path(scratch) / f"good.tar.{ext}") for ext in ("gz", "xz")]
        packed, packed_xz = (path.read_bytes() for path in good)
        path = Path(scratch) / "aclImdb.tar.gz"
        for _ in range(count):
            damage, content = chance.choice(
                [(_as_packed, packed), (_as_packed, packed_xz), (_in_headers, packed)]
            )
            path.write_bytes(damage(content, chance))
            counts[_outcome(path)] += 1
    return counts


def _outcome(path: Path) -> str:
    begun = time.monotonic()
    try:
        check_archive(path)
        outcome = "taken"
    except DataError:
        outcome = "refused"
    except Exception as error:
        outcome = f"traceback: {error!r}"
    return "hangs" if time.monotonic() - begun > LONGEST_S else outcome


def main() -> None:
    """Print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for outcome, number in tried(options.count, options.seed).most_common():
        print(f"{number:6} {outcome}")


if __name__ == "__main__":
    main()
