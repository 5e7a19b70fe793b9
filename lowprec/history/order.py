"""In which order sessions were stored, whatever their clocks said. Pure: stamps in, places out.

pytest-benchmark gives a file the number after the highest in its folder, so the numbers of a folder
tell the order, and a time that contradicts them is not used. Each platform has a folder of its own,
which begins at 0001 again: folders are merged by time. Machines that share a history, each with a
copy of its own, may give one number twice: these sessions go by time, too.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

__all__ = ["Order", "Stamp", "in_order", "number_of"]

SLACK = timedelta(days=1)
"""Clocks of machines that share a history differ, and a session takes hours: less is not told."""

UNSET_UNTIL = datetime(1981, 1, 1, tzinfo=UTC)
"""Clocks that were never set begin with 1970, or with 1980."""

ADVICE = 'check the clock of the machine that stored it, and correct "datetime" in the file'

_NUMBER = re.compile(r"(\d{4}|10000)_")
"""pytest-benchmark looks for four digits, so all sessions after 9999 have the number 10000."""


class Stamp(NamedTuple):
    """What tells the place of a session; `number` is None where none does."""

    folder: str
    number: int | None
    name: str
    time: datetime


class Order(NamedTuple):
    """Places in the list of stamps, oldest first, and what contradicts the order, by place."""

    places: list[int]
    contradictions: Mapping[int, str]


class _Numbered(NamedTuple):
    """A stamp with a number, and its place in the list; they sort by number, then by time."""

    number: int
    time: datetime
    name: str
    place: int


def number_of(name: str) -> int | None:
    """Return the number that pytest-benchmark gave a file; None where it has none."""
    match = _NUMBER.match(name)
    return int(match[1]) if match else None


def in_order(stamps: Sequence[Stamp], now: datetime) -> Order:
    """Return the order in which sessions were stored, and what contradicts it.

    Args:
        stamps: of sessions, in any order.
        now: what the clock says. Where most sessions are later, it is this clock that is wrong.
    """
    times = [stamp.time for stamp in stamps]
    impossible = _impossible(times, now)
    contradictions = dict(impossible)
    for numbered in _folders(stamps):
        for place, time, contradiction in _settled(numbered, impossible.keys()):
            times[place] = time
            if contradiction:
                contradictions[place] = contradiction
    keys = [
        (time, stamp.folder, stamp.number or 0, stamp.time, stamp.name)
        for time, stamp in zip(times, stamps, strict=True)
    ]
    places = sorted(range(len(stamps)), key=keys.__getitem__)
    return Order(places, {p: f"{text}; {ADVICE}" for p, text in sorted(contradictions.items())})


def _impossible(times: Sequence[datetime], now: datetime) -> dict[int, str]:
    """Return what is wrong with times that are so whatever the order, by place."""
    unset = [place for place, time in enumerate(times) if time < UNSET_UNTIL]
    future = [place for place, time in enumerate(times) if time - now > SLACK]
    if 2 * len(future) > len(times):
        future = []
    said = {place: f"dated {_text(times[place])}, by a clock that was never set" for place in unset}
    return said | {place: f"dated {_text(times[place])}, in the future" for place in future}


def _folders(stamps: Iterable[Stamp]) -> Iterable[list[_Numbered]]:
    """Return the numbered sessions of each folder in their order."""
    folders: dict[str, list[_Numbered]] = defaultdict(list)
    for place, (folder, number, name, time) in enumerate(stamps):
        if number is not None:
            folders[folder].append(_Numbered(number, time, name, place))
    return map(sorted, folders.values())


def _settled(
    numbered: Sequence[_Numbered], impossible: Collection[int]
) -> Iterator[tuple[int, datetime, str | None]]:
    """Yield for each session of a folder: its place, the time it goes by, what contradicts it.

    Of several sessions with one number the first was stored before those with greater numbers. The
    others are of machines that did not know of these yet, and go by time.

    Args:
        numbered: all sessions of the folder in their order.
        impossible: places of those whose times cannot be.
    """
    possible = [stamp for stamp in numbered if stamp.place not in impossible]
    # Where a clock is never set there are none: the numbers tell the order all the same.
    believed = possible or numbered
    spine = _longest_rising([list(g) for _, g in groupby(believed, key=lambda s: s.number)])
    numbers = [stamp.number for stamp in spine]
    for stamp in numbered:
        start, end = bisect_left(numbers, stamp.number), bisect_right(numbers, stamp.number)
        before = spine[start - 1] if start else None
        after = spine[end] if end < len(spine) else None
        in_time = not before or stamp.time >= before.time
        if start < end and in_time and (not possible or stamp.place not in impossible):
            yield stamp.place, stamp.time, None
        else:
            yield stamp.place, (before or after or stamp).time, _contradiction(stamp, before, after)


def _longest_rising(groups: Sequence[Sequence[_Numbered]]) -> list[_Numbered]:
    """Return the longest part of a list, in its order, in which no time is before the last.

    Where several are as long, what was stored first is believed.

    Args:
        groups: the sessions of each number in order, of which the part has one at most.
    """
    follow: dict[int, int] = {}  # how many can come after the session at a place
    starts: list[float] = []  # the negated time of the latest start of a part of each length
    for group in reversed(groups):
        negated = [-stamp.time.timestamp() for stamp in group]
        lengths = [bisect_right(starts, time) for time in negated]
        for stamp, time, length in zip(group, negated, lengths, strict=True):
            follow[stamp.place] = length
            starts[length : length + 1] = [time]  # a later start than the one there
    part: list[_Numbered] = []
    for group in groups:
        for stamp in group:
            rises = not part or stamp.time >= part[-1].time
            if rises and follow[stamp.place] + len(part) + 1 == len(starts):
                part.append(stamp)
                break
    return part


def _contradiction(
    stamp: _Numbered, before: _Numbered | None, after: _Numbered | None
) -> str | None:
    """Return what contradicts a time that does not fit those before and after it."""
    dated = f"but dated {_text(stamp.time)}"
    if before and before.time - stamp.time > SLACK:
        return f"stored after {before.name}, {dated}, before it"
    if after and stamp.time - after.time > SLACK:
        return f"stored before {after.name}, {dated}, after it"
    return None


def _text(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
