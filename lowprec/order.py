"""The order in which pairs are listed: as the tables of models and schemes are."""

from __future__ import annotations

from lowprec.models import MODELS
from lowprec.schemes import SCHEMES

__all__ = ["place"]

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
