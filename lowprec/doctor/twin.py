"""The twin: the same model in float64, whatever the scheme in question is."""

from __future__ import annotations

from typing import Any

from lowprec import framework
from lowprec.rows.schemes import SCHEMES, Scheme
from lowprec.training.task import Task

__all__ = ["TWIN", "twin_net"]

TWIN = Scheme("float64", global_policy="float64", floatx="float64")
"""What the twin is built and trained under: everything in float64 that does not ask for another."""


def twin_net(task: Task) -> Any:
    """Return the compiled twin with its optimizer's variables; call it inside `precision(TWIN)`.

    A builder is told to give each layer float64; one that gives none has the global policy.
    """
    net = task.build(SCHEMES["double"])
    framework.build_optimizer(net)
    return net
