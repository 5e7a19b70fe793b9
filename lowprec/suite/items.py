"""What the collected tests have to do with pairs: which of them train one, which judge one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lowprec.rows.matrix import MATRIX, Pair

__all__ = [
    "SCHEME",
    "SCHEMES_MARK",
    "asked_for",
    "collisions",
    "judges",
    "model_name",
    "pair_of",
    "takes_benchmark",
    "trains",
]

SCHEMES_MARK = "lowprec_schemes"
"""Marker of tests that are trained in several schemes."""

SCHEME = "scheme"
"""The argument of such a test."""


def trains(item: Any) -> bool:
    """Whether a test trains a pair."""
    names = getattr(item, "fixturenames", ())
    return "train_pair" in names or trains_its_own(item)


def trains_its_own(item: Any) -> bool:
    """Whether a test takes our `train`, and not one that its own project has."""
    info = getattr(item, "_fixtureinfo", None)
    found = info.name2fixturedefs.get("train", ()) if info else ()
    return any(f.func.__module__ == "lowprec.suite.plugin" for f in found[-1:])


def takes_benchmark(item: Any) -> bool:
    """Whether a test takes pytest-benchmark's fixture."""
    return "benchmark" in getattr(item, "fixturenames", ())


def judges(item: Any) -> bool:
    """Whether a test sets a pair against its history."""
    return "regression" in getattr(item, "fixturenames", ())


def pair_of(item: Any) -> Pair | None:
    """Return the pair that a test has for parameters, or is named by; None without."""
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if trains_its_own(item):
        return Pair(model_name(item), parameters[SCHEME]) if SCHEME in parameters else None
    if not {"model", SCHEME} <= parameters.keys():
        return None
    return Pair(parameters["model"], parameters[SCHEME])


def model_name(item: Any) -> str:
    """Return the name of the model that a test trains: the test's, without the scheme.

    With its class before it and its other parameters behind: `TestSmall.coder[width=8]`.
    """
    name = item.originalname.removeprefix("test_")
    if item.cls:
        name = f"{item.cls.__name__}.{name}"
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    others = [f"{key}={_text(v)}" for key, v in sorted(parameters.items()) if key != SCHEME]
    return f"{name}[{','.join(others)}]" if others else name


def _text(value: object) -> str:
    return str(getattr(value, "__name__", value))


def collisions(items: Iterable[Any]) -> list[str]:
    """Return a line for each two tests whose models would have one name."""
    tests: dict[Pair, str] = {}
    lines = []
    for item in filter(trains_its_own, items):
        pair = pair_of(item)
        if pair and (other := tests.setdefault(pair, item.nodeid)) != item.nodeid:
            lines.append(
                f"{other} and {item.nodeid} would both be {pair} in the history, expected names of "
                "their own; rename a test"
            )
    return lines


def asked_for(training: Iterable[Any]) -> tuple[Pair, ...] | None:
    """Return the pairs of the tests that train; None where they are the matrix.

    A test that does not have its pair for parameters tells none.
    """
    pairs = tuple(pair for item in training if (pair := pair_of(item)))
    return None if set(pairs) == set(MATRIX) else pairs
