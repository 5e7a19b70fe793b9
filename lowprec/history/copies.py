"""Which stored sessions are copies of others, so that each counts once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Generic, NamedTuple, TypeVar

from lowprec.history.order import number_of
from lowprec.record.session import Session
from lowprec.record.summary import SessionSummary

__all__ = ["AnySession", "Located", "are_the_same", "each_once"]

AnySession = TypeVar("AnySession", Session, SessionSummary)

TOGETHER = timedelta(minutes=1)
"""How far apart the times of copies are at most: pytest-benchmark takes the time anew for each file
that it writes of a session, as with --benchmark-json beside --benchmark-autosave."""


class Located(NamedTuple, Generic[AnySession]):
    """A session, and where it is stored, for messages."""

    place: str
    session: AnySession


def each_once(
    stored: Iterable[Located[AnySession]],
) -> tuple[list[Located[AnySession]], list[str]]:
    """Return the sessions without copies, and a line on each copy.

    Sessions are the same where environment and pairs are, of which each has seconds to many digits.
    The one that pytest-benchmark numbered stays, or else the one that lies nearest to the top.
    """
    groups: list[list[Located[AnySession]]] = []
    first = 0
    for located in sorted(stored, key=lambda located: located.session.time):
        time = located.session.time
        while first < len(groups) and time - groups[first][0].session.time > TOGETHER:
            first += 1
        twins = [
            group for group in groups[first:] if are_the_same(group[0].session, located.session)
        ]
        if twins:
            twins[0].append(located)
        else:
            groups.append([located])
    kept, remarks = [], []
    for group in groups:
        original, *copies = sorted(group, key=_preference)
        kept.append(original)
        remarks += [f"{c.place}: a copy of {original.place}, not counted again" for c in copies]
    return kept, remarks


def are_the_same(one: AnySession, other: AnySession) -> bool:
    """Whether two are copies of one session, whatever their names and times."""
    return (
        one.protocol == other.protocol
        and one.pairs == other.pairs
        and one.environment == other.environment
    )


def _preference(located: Located[AnySession]) -> tuple[bool, int, str, str]:
    """Return what sorts copies of one session: the best named one comes first."""
    name, folder = located.session.name, located.session.folder
    depth = folder.count("/") + 1 if folder else 0
    return (number_of(name) is None, depth, name, folder)
