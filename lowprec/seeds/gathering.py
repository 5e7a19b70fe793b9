"""Rounds put together by pair, whoever trained them and in whatever order they come."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from lowprec.record.data_info import DataInfo
from lowprec.record.seed_round import Maker, SeedRound, Work

__all__ = ["Keep", "Place", "gathered", "known_rounds", "missing"]

Keep = Callable[[SeedRound], None]
"""Called with each round as soon as it is there."""


class Place(Protocol):
    """Where rounds are trained."""

    @property
    def maker(self) -> Maker:
        """Who trains them, as far as that decides what comes of them."""

    def data(self, model: str) -> DataInfo:
        """Return what a model is trained on there; raises DataError where it is not there."""

    def train(self, works: Sequence[Work], keep: Keep) -> Iterator[SeedRound]:
        """Train rounds, which come in any order; once a pair has no kernel, not all of its."""


def known_rounds(
    works: Iterable[Work], finished: Iterable[SeedRound], place: Place
) -> dict[Work, SeedRound]:
    """Return of the work what was finished earlier, as this place would train it now."""
    wanted = set(works)
    asked_for = [each for each in finished if each.work in wanted]
    data = {each.work.model: place.data(each.work.model) for each in asked_for}
    return {
        each.work: each for each in asked_for if each.would_be(place.maker, data[each.work.model])
    }


def missing(pairs: Iterable[Sequence[Work]], known: Mapping[Work, SeedRound]) -> list[Work]:
    """Return the work of pairs that is yet to be done."""
    return [
        work
        for works in pairs
        if not _is_whole(works, _of(works, known))
        for work in works
        if work not in known
    ]


def gathered(
    pairs: Iterable[Sequence[Work]], known: Mapping[Work, SeedRound], trained: Iterable[SeedRound]
) -> Iterator[list[SeedRound]]:
    """Yield the rounds of each pair in the order of the pairs, as soon as they are there.

    Args:
        pairs: the work of each.
        known: rounds that were finished earlier.
        trained: rounds that are yet to come. Where it raises, the pairs that are whole by then
            are yielded first.
    """
    waiting, found, coming = deque(pairs), dict(known), iter(trained)
    while waiting:
        rounds = _of(waiting[0], found)
        if _is_whole(waiting[0], rounds):
            waiting.popleft()
            yield rounds
            continue
        try:
            one = next(coming)
        except Exception:
            whole = (rounds for works in waiting if _is_whole(works, rounds := _of(works, found)))
            yield from whole
            raise
        found[one.work] = one


def _of(works: Sequence[Work], found: Mapping[Work, SeedRound]) -> list[SeedRound]:
    return [found[work] for work in works if work in found]


def _is_whole(works: Sequence[Work], rounds: Sequence[SeedRound]) -> bool:
    """Whether nothing is missing: a missing kernel is the same for every seed."""
    return len(rounds) == len(works) or any(each.unsupported for each in rounds)
