"""An examination: the twin trains, the training trains, and steps are looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec import structs

from lowprec import framework
from lowprec.diagnosis.observed import Numbers, Observed, Step
from lowprec.diagnosis.signs_own import epsilon_dominates
from lowprec.doctor.nets import built, constants, learning_rate, put, taken
from lowprec.doctor.trace import all_finite, numbers
from lowprec.doctor.training import OnStep, run
from lowprec.doctor.tries import smaller_epsilon, tell_apart
from lowprec.doctor.twin import TWIN, twin_net
from lowprec.doctor.twin_step import Taken, step_beside_twin
from lowprec.rows.schemes import Scheme
from lowprec.training.precision import precision
from lowprec.training.task import Task

__all__ = ["examine"]

LOOKED_AT = frozenset((1, 2, 3, 10, 30, 100, 300, 1000))
"""Numbers of the steps that are looked at, whatever happens."""


def examine(task: Task, scheme: Scheme, seed: int, on_step: OnStep | None = None) -> Observed:
    """Train a task in a scheme and in float64, and look at steps of it beside the same in float64.

    Args:
        task: what is trained.
        scheme: that is in question.
        seed: of weights and order of examples.
        on_step: called after each step of each training.

    Raises:
        UnsupportedError: TensorFlow has no kernel that the scheme needs.
        UsageError: a step of the training raises something else.
    """
    inputs = task.load()
    with precision(scheme, seed):
        net = built(task, scheme)
        begun = taken(net.weights)
    with precision(TWIN, seed):
        twin = twin_net(task, scheme)
        put(twin.weights, begun)
        twin_run = run(twin, task, TWIN.name, inputs, seed, on_step)
    tries = {} if twin_run.learns else tell_apart(task, scheme, inputs, seed, on_step)
    with precision(scheme, seed):
        known = constants(net, scheme.variable_dtype)
        rate = learning_rate(net)
        steps = _Steps(net, twin, on_step)
        low_run = run(net, task, scheme.name, inputs, seed, steps.see)
    observed = Observed(
        model=task.name,
        scheme=scheme.name,
        keras=framework.keras_version(),
        variable_dtype=scheme.variable_dtype,
        compute_dtype=scheme.compute_dtype,
        metric=task.metric.name,
        guess=task.metric.guess(inputs.test.labels),
        optimizer=type(framework.inner_optimizer(net)).__name__,
        learning_rate=rate,
        constants=known,
        inputs=_numbers_of(getattr(inputs.train, "x", inputs.train.example()[0])),
        labels=_numbers_of(inputs.train.labels),
        low=low_run,
        twin=twin_run,
        steps=tuple(steps.seen),
        tries=tries,
    )
    if epsilon_dominates(observed):
        tries |= smaller_epsilon(task, scheme, inputs, seed, on_step)
    return structs.replace(observed, tries=tries)


def _numbers_of(arrays: Any) -> Numbers | None:
    """Return what the floating-point values of arrays are; None where there are none."""
    parts = [np.asarray(a) for a in framework.import_tensorflow().nest.flatten(arrays)]
    floats = [part.ravel() for part in parts if np.issubdtype(part.dtype, np.floating)]
    return numbers(np.concatenate(floats)) if floats else None


class _Steps:
    """Looks at some of the steps: at numbers fixed before, and where something first happens."""

    def __init__(self, net: Any, twin: Any, on_step: OnStep | None) -> None:
        self.seen: list[Step] = []
        self._net, self._twin, self._on_step = net, twin, on_step
        self._happened: set[str] = set()
        self._is_sound = True  # before the next step

    def see(self, taken_step: Taken) -> None:
        """Look at a step that was taken, if it is one to be looked at."""
        sound, self._is_sound = self._is_sound, all_finite(taken_step.after)
        happens = {name for name, is_so in self._events(taken_step) if is_so}
        new = happens - self._happened
        self._happened |= happens
        if new or (sound and taken_step.number in LOOKED_AT):
            self.seen.append(step_beside_twin(self._net, self._twin, taken_step))
        if self._on_step:
            self._on_step(taken_step)

    def _events(self, step: Taken) -> Iterator[tuple[str, bool]]:
        small = step.scale is not None and step.scale <= 1
        yield "loss not finite", not np.isfinite(step.loss)
        yield "skipped", not step.applied
        yield "skipped without a scale", not step.applied and small
        yield "state not finite", not self._is_sound
