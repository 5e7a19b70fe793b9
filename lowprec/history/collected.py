"""What is read of a storage: each session once, in the order in which they were stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from lowprec.errors import HistoryError
from lowprec.history.copies import AnySession, Located, each_once
from lowprec.history.order import Stamp, in_order, number_of
from lowprec.wording import printable

__all__ = ["History", "collected"]

Item = TypeVar("Item")


@dataclass(frozen=True)
class History(Generic[AnySession]):
    """The sessions of a storage, and what there is to say of it.

    A damaged file does not hide the others; whoever judges tells it.

    Attributes:
        sessions: oldest first.
        faults: what is wrong with files that should be sessions, and with their times. What is
            judged by such a history is no pass.
        remarks: what else was found; nothing is wrong with it.
    """

    sessions: tuple[AnySession, ...]
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def collected(
    items: Iterable[tuple[str, Item]],
    read: Callable[[Item], AnySession | None],
    faults: Iterable[str] = (),
) -> History[AnySession]:
    """Return the history of what `read` makes of the items: a session, nothing, or an error.

    Args:
        items: each with its place, for messages.
        read: reads one.
        faults: what is wrong with the storage already.
    """
    stored, told = [], list(faults)
    for place, item in items:
        try:
            session = read(item)
        except HistoryError as error:
            told.append(str(error))
        else:
            stored += [Located(place, session)] if session else []
    kept, remarks = each_once(stored)
    stamps = [Stamp(s.folder, number_of(s.name), s.name, s.time) for _, s in kept]
    order = in_order(stamps, _now())
    told += [f"{kept[place].place}: {text}" for place, text in order.contradictions.items()]
    sessions = tuple(kept[place].session for place in order.places)
    # A file's name and what a message quotes of its content may be anything, on a terminal, too.
    return History(sessions, tuple(map(printable, told)), tuple(map(printable, remarks)))


def _now() -> datetime:
    return datetime.now(UTC)
