"""The pairs of the matrix, and the order in which pairs are listed: as in the tables of rows."""

from __future__ import annotations

from itertools import product

from lowprec.models import MODELS, PAPER_MODELS
from lowprec.schemes import PAPER_SCHEMES, SCHEMES

__all__ = ["MATRIX", "place"]

MATRIX: tuple[tuple[str, str], ...] = tuple(product(PAPER_MODELS, PAPER_SCHEMES))
"""What a session trains unless it is asked for other pairs."""

_PLACES = [{name: number for number, name in enumerate(table)} for table in (MODELS, SCHEMES)]


def place(model: str, scheme: str) -> tuple[int, int, str, str]:
    """Return a sort key for a pair; names that the tables have no more come last."""
    models, schemes = _PLACES
    return (
        models.get(model, len(models)),
        schemes.get(scheme, len(schemes)),
        model,
        scheme,
    )
