"""Ways to damage a stored session, a row each. Pure: bytes in, bytes out."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

__all__ = ["DAMAGES", "Damage"]

Damage = Callable[[bytes, random.Random], bytes]

STRANGE: tuple[Any, ...] = (
    *(None, True, -1, 0, 1, 2**63, 10**400, 1e308, -1e308, 5e-324, 1e9),
    *("", "x" * 5000, "=1+1", "<b>", "\x1b[2J", "a\nb", "\ud800", "$\\frac$", "| `"),
    *([], {}, [[]], [1.0] * 50),
)
"""Values that a field is given."""

DEEPEST = 100_000


def _flipped(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _doubled(content: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(content)) for _ in range(2))
    return content[:end] + content[start:]


def _dropped(content: bytes, chance: random.Random) -> bytes:
    return _with_one(content, chance, lambda holder, key: holder.pop(key))


def _strange(content: bytes, chance: random.Random) -> bytes:
    value = chance.choice(STRANGE)
    return _with_one(content, chance, lambda holder, key: holder.__setitem__(key, value))


def _scaled(content: bytes, chance: random.Random) -> bytes:
    """Change a number, by little or by much."""
    factor = chance.choice([-1, 0.5, 3, 1e3, 1e12, 1e-12, 1e300])

    def scale(holder: Any, key: Any) -> None:
        holder[key] *= factor

    return _with_one(content, chance, scale, (int, float))


def _deep(content: bytes, chance: random.Random) -> bytes:
    """Add a field that no version knows, or change an item, to something nested."""
    depth = chance.choice([10, 900, 1_100, DEEPEST])
    opened, closed = chance.choice([('{"a":', "}"), ("[", "]")])
    nested = opened * depth + "1" + closed * depth

    def add(holder: Any, key: Any) -> None:
        holder["later" if isinstance(holder, dict) else key] = "@@"

    marked = _with_one(content, chance, add)
    return marked.replace(b'"@@"', nested.encode(), 1)


def _keys_twice(content: bytes, chance: random.Random) -> bytes:
    """Give an object one of its keys a second time, with a value of another."""

    def twice(holder: Any, key: Any) -> None:
        if isinstance(holder, dict):
            holder[f"{key}@@"] = chance.choice(list(holder.values()))

    return _with_one(content, chance, twice).replace(b'@@"', b'"')


def _with_one(
    content: bytes,
    chance: random.Random,
    change: Callable[[Any, Any], Any],
    kinds: type | tuple[type, ...] = object,
) -> bytes:
    """Change one value of a document, any of these kinds with the same chance."""
    document = json.loads(content)
    places: list[tuple[Any, Any]] = []
    holders = [document]
    while holders:
        holder = holders.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        places += [(holder, key) for key in keys if isinstance(holder[key], kinds)]
        holders += [holder[key] for key in keys if isinstance(holder[key], dict | list)]
    change(*chance.choice(places))
    return json.dumps(document).encode()


DAMAGES: Mapping[str, Damage] = MappingProxyType(
    {
        "bytes flipped": _flipped,
        "cut": _cut,
        "a part twice": _doubled,
        "a field dropped": _dropped,
        "a strange value": _strange,
        "a number scaled": _scaled,
        "nested deep": _deep,
        "a key twice": _keys_twice,
    }
)
