"""The twin: the same model in float64, whatever the scheme in question is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lowprec.doctor.nets import built
from lowprec.rows.schemes import Scheme
from lowprec.training.task import Task

__all__ = ["TWIN", "twin_net", "twin_scheme"]

TWIN = Scheme("float64", global_policy="float64", floatx="float64")
"""What the twin is built and trained under: everything in float64 that does not ask for another."""


def twin_scheme(scheme: Scheme) -> Scheme:
    """Return a scheme that gives each layer float64, and is else as it was.

    The global policy is for builders that give their layers no dtype.
    """
    return replace(
        scheme,
        name=TWIN.name,
        layer_dtype="float64",
        global_policy=None,
        floatx=None,
        rounding=None,
        quantize=None,
    )


def twin_net(task: Task, scheme: Scheme) -> Any:
    """Return the compiled twin with its optimizer's variables; call it inside `precision(TWIN)`."""
    return built(task, twin_scheme(scheme))
