"""The object stores that can hold a history, a row each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["EXPECTED", "STORES", "Store", "store_of"]


@dataclass(frozen=True)
class Store:
    """An object store.

    Attributes:
        scheme: what its addresses begin with.
        extra: of lowprec, which installs its client; None where fsspec has it.
    """

    scheme: str
    extra: str | None


STORES: Mapping[str, Store] = MappingProxyType(
    {
        row.scheme: row
        for row in (
            Store("s3", "s3"),
            Store("gs", "gs"),
            Store("az", "az"),
            Store("memory", None),
        )
    }
)
"""Those whose clients can write an object only where there is none of its name, so that of two
machines that store at once neither replaces the other's session. `memory` is for tests."""

EXPECTED = "a folder, file://FOLDER or an object store: s3://, gs:// or az://BUCKET/FOLDER"


def store_of(address: str) -> Store | None:
    """Return the store that an address is of; None where it is of none."""
    scheme, mark, _path = address.partition("://")
    return STORES.get(scheme) if mark else None
