"""Addresses without who logs in with which password, for messages and files. Pure."""

from __future__ import annotations

import re

__all__ = ["masked", "masked_address"]

MASK = "***"

# To the last "@" of a word: a password may hold each of the letters that end it elsewhere. One
# slash is what `Path` makes of two.
_USER = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*:/+)\S*@", re.IGNORECASE)
_USER_OF_ALL = re.compile(
    r"(?P<scheme>\A[a-z][a-z0-9+.-]*:/+|\A(?=[^/@]+:)).*@", re.IGNORECASE | re.DOTALL
)
_QUERY = re.compile(r"(?P<address>[a-z][a-z0-9+.-]*:/+[^\s?]*)\?[^\s'\"]+", re.IGNORECASE)
_USER_WITHOUT_SCHEME = re.compile(r"[^\s/@:'\"]+:[^\s/@]+@")


def masked(text: str, *addresses: str) -> str:
    """Return a text in which no address has its user part or query.

    Args:
        text: may quote addresses, as Git's errors do.
        addresses: that it may quote, known whole, since a password may hold blanks, too.
    """
    for address in filter(None, addresses):
        text = text.replace(address, masked_address(address))
    text = _USER.sub(rf"\g<scheme>{MASK}@", text)
    text = _USER_WITHOUT_SCHEME.sub(f"{MASK}@", text)
    return _QUERY.sub(rf"\g<address>?{MASK}", text)


def masked_address(address: str) -> str:
    """Return a text that is one address, and nothing else, without its user part and query."""
    without_user = _USER_OF_ALL.sub(rf"\g<scheme>{MASK}@", address)
    before, mark, _query = without_user.partition("?")
    return f"{before}?{MASK}" if mark and ":/" in before else masked(without_user)
