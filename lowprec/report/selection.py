"""What a report is about: the newest record of each pair, by environment and protocol. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lowprec.record.environment import Environment
from lowprec.record.session import Session
from lowprec.record.stored_pair import StoredPair
from lowprec.record.summary import SessionSummary
from lowprec.rows.matrix import Pair

__all__ = ["MOST_DRAWN", "Selection", "newest_of_pairs", "selection_of"]

MOST_DRAWN = 40
"""Pairs, and places for them, that figures have: each costs a second. Tables have all."""


@dataclass(frozen=True)
class Selection:
    """The newest record of each pair of one environment and protocol.

    Sessions of the paper protocol often train a part of the matrix only, so the records may come
    from several.

    Attributes:
        environment: of the newest session.
        protocol: of all records.
        sessions: names of the sessions that the records come from, oldest first.
        pairs: the records, in the order of models and schemes.
        left_out: how many others there are, of a part that is drawn.
    """

    environment: Environment
    protocol: str
    sessions: tuple[str, ...]
    pairs: Mapping[Pair, StoredPair]
    left_out: int = 0

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models of its records, in their order."""
        return tuple(dict.fromkeys(pair.model for pair in self.pairs))

    def of_model(self, model: str) -> Selection:
        """Return the part that is of one model."""
        pairs = {pair: stored for pair, stored in self.pairs.items() if pair.model == model}
        return replace(self, pairs=pairs)

    def drawn(self) -> Selection:
        """Return the part that figures have: the first pairs that fit a grid of `MOST_DRAWN`."""
        pairs: dict[Pair, StoredPair] = {}
        models: set[str] = set()
        schemes: set[str] = set()
        for pair, stored in self.pairs.items():
            if len(models | {pair.model}) * len(schemes | {pair.scheme}) <= MOST_DRAWN:
                pairs[pair] = stored
                models.add(pair.model)
                schemes.add(pair.scheme)
        return replace(self, pairs=pairs, left_out=len(self.pairs) - len(pairs) + self.left_out)


def newest_of_pairs(sessions: Sequence[SessionSummary]) -> list[SessionSummary]:
    """Return the sessions that have the newest record of a pair, of the series of the last one.

    Args:
        sessions: oldest first, and so is what is returned.
    """
    series = [session for session in sessions if session.series == sessions[-1].series]
    newest = {pair.pair: session.full_name for session in series for pair in session.pairs}
    used = set(newest.values())
    return [session for session in series if session.full_name in used]


def selection_of(sessions: Sequence[Session]) -> Selection:
    """Return what the sessions of one environment and protocol have, oldest first."""
    newest = {pair: session for session in sessions for pair in session.pairs}
    used = {session.name for session in newest.values()}
    ordered = sorted(newest, key=Pair.sort_key)
    return Selection(
        environment=sessions[-1].environment,
        protocol=sessions[-1].protocol,
        sessions=tuple(session.name for session in sessions if session.name in used),
        pairs={pair: newest[pair].pairs[pair] for pair in ordered},
    )
