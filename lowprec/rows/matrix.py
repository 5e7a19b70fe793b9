"""Pairs of a model and a scheme: the matrix, and the order in which pairs are listed."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

from lowprec.rows.models import MODELS, PAPER_MODELS
from lowprec.rows.schemes import PAPER_SCHEMES, SCHEMES

__all__ = ["MATRIX", "Pair", "scheme_rank"]

_MODEL_RANKS = {name: rank for rank, name in enumerate(MODELS)}
_SCHEME_RANKS = {name: rank for rank, name in enumerate(SCHEMES)}


class Pair(NamedTuple):
    """A model and a scheme by name; its text is the one for messages, such as "CNN-I half"."""

    model: str
    scheme: str

    def __str__(self) -> str:
        return f"{self.model} {self.scheme}"

    @property
    def test_id(self) -> str:
        """The pair as pytest names it, such as "CNN-I-half"."""
        return f"{self.model}-{self.scheme}"

    def sort_key(self) -> tuple[int, str, int, str]:
        """Return the order of the tables of rows; names that they have no more come last."""
        rank = _MODEL_RANKS.get(self.model, len(_MODEL_RANKS))
        return (rank, self.model, *scheme_rank(self.scheme))


def scheme_rank(scheme: str) -> tuple[int, str]:
    """Return a sort key for schemes: as in their table, those that it has no more at the end."""
    return _SCHEME_RANKS.get(scheme, len(_SCHEME_RANKS)), scheme


MATRIX: tuple[Pair, ...] = tuple(Pair(*names) for names in product(PAPER_MODELS, PAPER_SCHEMES))
"""What a session trains unless it is asked for other pairs."""
