"""Days that the keeper of a nightly job may have, as histories made from a stored session.

Seconds are those of one session of the committed history, times noise of 3% and what the day is
about; nothing else in them is invented.
"""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from lowprec.record.environment import FIELDS, Environment

__all__ = ["DAYS", "Day", "write"]

SOURCE = ".benchmarks/Linux-CPython-3.11-64bit"
NUMBER = "0038"
NOISE = 0.03
FIRST = datetime(2026, 11, 1, 2, 17)

Factors = Mapping[str, float]
"""How many times as long pairs take, by "MODEL-SCHEME"; "" is all others."""


@dataclass(frozen=True)
class Night:
    """What is other in a night than in the source.

    Attributes:
        factors: on seconds.
        environment: fields of the environment.
        commit: of the project, repeated to forty digits.
        accuracy: of every round of some pairs, by "MODEL-SCHEME".
    """

    factors: Factors = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    commit: str = "1a"
    accuracy: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """A day: its name, and the nights up to it."""

    name: str
    nights: tuple[Night, ...]


QUIET = Night()
HALF = Night({"CNN-I-half": 1.36}, {"numpy": "2.5.0"}, commit="2b")
NEWER = Night({"": 1.3}, {"tensorflow": "2.22.0"}, commit="3c")
LOST = Night(accuracy={"NN-I-single": 0.702}, commit="4d")
OTHER = Night({"": 2.4}, {"cpu": "Intel Xeon, family 6 model 85 stepping 7"})

DAYS = (
    Day("all-ok", (QUIET,) * 14),
    Day("one-pair-four-nights", (QUIET,) * 12 + (HALF,) * 4),
    Day("slower-since-a-version", (QUIET,) * 12 + (NEWER,)),
    Day("accuracy-outside-its-band", (QUIET,) * 12 + (LOST,)),
    Day("first-run-on-a-machine", (QUIET,) * 12 + (OTHER,)),
)


def write(day: Day, storage: Path) -> None:
    """Write the history of a day as pytest-benchmark does."""
    [path] = Path(SOURCE).glob(f"{NUMBER}_*.json")
    source = json.loads(path.read_text(encoding="utf-8"))
    folder, rng = storage / path.parent.name, np.random.default_rng(7)
    folder.mkdir(parents=True, exist_ok=True)
    for number, night in enumerate(day.nights, start=1):
        content = _session(source, night, number, rng)
        name = f"{number:04}_tf221k3-cpu_{content['commit_info']['id']}.json"
        (folder / name).write_text(json.dumps(content), encoding="utf-8")


def _session(
    source: Mapping[str, Any], night: Night, number: int, rng: np.random.Generator
) -> dict[str, Any]:
    content: dict[str, Any] = copy.deepcopy(dict(source))
    content["datetime"] = f"{(FIRST + timedelta(days=number)).isoformat()}+00:00"
    content["commit_info"]["id"] = night.commit * 20
    fields = {name: content["machine_info"]["lowprec"].get(name) for name in FIELDS}
    named = Environment.named(**{**fields, **night.environment})
    content["machine_info"]["lowprec"] = msgspec.to_builtins(named)
    for benchmark in content["benchmarks"]:
        pair = benchmark["extra_info"]["lowprec"]
        name = f"{pair['model']}-{pair['scheme']}"
        factor = night.factors.get(name, night.factors.get("", 1.0))
        factor *= math.exp(rng.normal(0, NOISE))
        _multiply(pair, factor)
        if name in night.accuracy:
            _set_accuracy(pair, night.accuracy[name])
    return content


def _multiply(node: Any, factor: float) -> None:
    """Multiply every number of seconds below a node."""
    if isinstance(node, list):
        for part in node:
            _multiply(part, factor)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key.endswith("_s") and isinstance(value, float):
                node[key] = value * factor
            elif key.endswith("_s") and isinstance(value, list):
                node[key] = [seconds * factor for seconds in value]
            else:
                _multiply(value, factor)


def _set_accuracy(pair: dict[str, Any], accuracy: float) -> None:
    for one in pair["rounds"]:
        one["test_hits"] = round(accuracy * one["test_total"])
        one["test_accuracy"] = one["test_hits"] / one["test_total"]
    pair["accuracy"] = accuracy
    pair["verdict"] = "worse"
