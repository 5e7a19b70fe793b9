"""The options of a session, under names that no other plugin has."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import pytest

from lowprec.choices import DEFAULT_SEED, MAX_SEED, MIN_SEEDS, integer, names_in
from lowprec.rows.models import MODELS, PAPER_MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEME_SETS, SCHEMES

__all__ = ["MATRIX_PLUGIN", "SUITE", "Options", "add_options", "option_name", "options_of"]

MATRIX_PLUGIN = "lowprec.suite.matrix_plugin"
"""By which this repository's own sessions have the short names."""

SUITE = "lowprec-suite"
"""Name of the suite among pytest's plugins, once a session trains anything."""

PREFIX = "lowprec_"
"""Of the names under which pytest keeps the options."""


@dataclass(frozen=True)
class Options:
    """What was chosen on the command line.

    Attributes:
        protocol: how pairs are trained.
        models: the paper's models to train.
        schemes: schemes to train; None where that is left to the tests.
        rounds: timed trainings of a pair; None for the protocol's.
        seed: of the first round.
        slowdown: "fail", "warn" or "off".
        require_gpu: whether to stop without one.
        devices: over how many devices each pair is trained; None for one, without any strategy.
        calibrate: over how many seeds expectations are measured; None where pairs are judged.
        doctor: "look" or "try" where pairs are examined; None where they are judged.
    """

    protocol: str = "quick"
    models: tuple[str, ...] = PAPER_MODELS
    schemes: tuple[str, ...] | None = None
    rounds: int | None = None
    seed: int = DEFAULT_SEED
    slowdown: str = "warn"
    require_gpu: bool = False
    devices: int | None = None
    calibrate: int | None = None
    doctor: str | None = None


@dataclass(frozen=True)
class _Row:
    """An option: the field that it sets, and what pytest is told of it."""

    field: str
    settings: dict[str, Any]


_ROWS = (
    _Row(
        "protocol",
        {
            "choices": tuple(PROTOCOLS),
            "help": "how often a pair is trained; the paper's models: also on which data (quick)",
        },
    ),
    _Row(
        "schemes",
        {
            "type": names_in(SCHEMES, SCHEME_SETS),
            "metavar": "a,b",
            "help": f"schemes to train, of {', '.join(SCHEMES)}, or sets of them, "
            f"{', '.join(SCHEME_SETS)}; default: the paper's four, or "
            "those that a test names",
        },
    ),
    _Row(
        "rounds",
        {
            "type": integer(1, 1000),
            "metavar": "N",
            "help": "timed trainings of each pair; default: the protocol's, 3",
        },
    ),
    _Row(
        "seed",
        {
            "type": integer(0, MAX_SEED),
            "metavar": "N",
            "help": f"seed of the first round, the next has N + 1; default: {DEFAULT_SEED}",
        },
    ),
    _Row(
        "slowdown",
        {
            "choices": ("fail", "warn", "off"),
            "help": "what to do where a pair got slower, or its accuracy fell, against its own "
            "history; fail: also where that could not be judged; default: warn",
        },
    ),
    _Row(
        "require_gpu",
        {"action": "store_true", "help": "fail at once where TensorFlow sees no GPU"},
    ),
    _Row(
        "devices",
        {
            "type": integer(1, 64),
            "metavar": "N",
            "help": "train each pair synchronously over N GPUs, without any over N logical CPU "
            "devices, by tf.distribute.MirroredStrategy; default: on one, without it",
        },
    ),
    _Row(
        "calibrate",
        {
            "type": integer(MIN_SEEDS, 1000),
            "metavar": "N",
            "help": "train each pair over N seeds, and write what came of it into the "
            "expectations.csv beside its test; nothing is timed or stored",
        },
    ),
    _Row(
        "doctor",
        {
            "choices": ("look", "try"),
            "help": "say why a pair does not learn as in float64, and what mends it; try: train "
            "with each remedy, too; nothing is timed or stored",
        },
    ),
)

NOT_OF_THE_MATRIX = ("calibrate", "doctor")
"""Options in whose place this repository has commands."""

MODELS_ROW = _Row(
    "models",
    {
        "type": names_in(MODELS),
        "metavar": "A,B",
        "help": f"models to train, of {', '.join(MODELS)}; default: the paper's four",
    },
)


def add_options(parser: pytest.Parser, short: bool = False) -> None:
    """Add the options by their long names, `--lowprec-seed`; or as short ones, `--seed`.

    The short ones are those of this repository's own suite, which also names the paper's models,
    and has `lowprec calibrate` for its expectations and `lowprec doctor` for its doctor.
    """
    group = parser.getgroup("lowprec", "low-precision training")
    of_the_matrix = [MODELS_ROW, *(row for row in _ROWS if row.field not in NOT_OF_THE_MATRIX)]
    for row in of_the_matrix if short else _ROWS:
        group.addoption(
            _name(row.field, short),
            dest=f"{PREFIX}{row.field}",
            default=getattr(Options, row.field),
            **row.settings,
        )


def options_of(config: pytest.Config) -> Options:
    """Return what was chosen."""
    chosen = vars(config.option)
    return Options(**{f.name: chosen.get(f"{PREFIX}{f.name}", f.default) for f in fields(Options)})


def option_name(config: pytest.Config, field: str) -> str:
    """Return the name of an option in this session: the short one where it has those."""
    return _name(field, config.pluginmanager.has_plugin(MATRIX_PLUGIN))


def _name(field: str, short: bool) -> str:
    name = field.replace("_", "-")
    return f"--{name}" if short else f"--lowprec-{name}"
