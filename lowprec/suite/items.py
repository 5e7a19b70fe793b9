"""What the collected tests have to do with pairs: which of them train one, which judge one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lowprec.rows.matrix import MATRIX, Pair

__all__ = ["asked_for", "judges", "pair_of", "trains"]


def trains(item: Any) -> bool:
    """Whether a test trains a pair."""
    return "train_pair" in getattr(item, "fixturenames", ())


def judges(item: Any) -> bool:
    """Whether a test sets a pair against its history."""
    return "regression" in getattr(item, "fixturenames", ())


def pair_of(item: Any) -> Pair | None:
    """Return the pair that a test has for parameters, as the suite's own have; None without."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if not {"model", "scheme"} <= parameters.keys():
        return None
    return Pair(parameters["model"], parameters["scheme"])


def asked_for(training: Iterable[Any]) -> tuple[Pair, ...] | None:
    """Return the pairs of the tests that train; None where they are the matrix.

    A test that does not have its pair for parameters tells none.
    """
    pairs = tuple(pair for item in training if (pair := pair_of(item)))
    return None if set(pairs) == set(MATRIX) else pairs
