"""A consultation: the examination, the diagnosis, and its remedies where they are to be tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import Progress

from lowprec import framework
from lowprec.diagnosis.diagnosis import Consultation, diagnose
from lowprec.doctor.batches import steps_of
from lowprec.doctor.examination import examine
from lowprec.doctor.training import OnStep
from lowprec.doctor.tries import try_remedies
from lowprec.rows.schemes import Scheme
from lowprec.training.task import Task

__all__ = ["consult"]


def consult(
    task: Task, scheme: Scheme, seed: int, tries: bool, terminal: TextIO | None = None
) -> Consultation:
    """Say what is wrong with the training of a task in a scheme, and why.

    Args:
        task: what is trained.
        scheme: that is in question.
        seed: of weights and order of examples.
        tries: whether remedies are trained, too.
        terminal: where progress is shown; None for nowhere.

    Raises:
        UnsupportedError: TensorFlow has no kernel that the scheme needs.
        UsageError: a step of the training raises something else.
    """
    steps, name = steps_of(task, task.load()), f"{task.name} {scheme.name}"
    with framework.without_retracing_warnings():
        with _progress(terminal, f"{name}: in float64 and as it is", 2 * steps) as on_step:
            diagnosis = diagnose(examine(task, scheme, seed, on_step))
        cause = diagnosis.cause
        if not tries or cause is None:
            return Consultation(diagnosis)
        total = steps * sum(remedy.mend is not None for remedy in cause.rule.remedies)
        with _progress(terminal, f"{name}: with its remedies", total) as on_step:
            tried = tuple(try_remedies(task, scheme, seed, cause, on_step))
    return Consultation(diagnosis, tried)


@contextmanager
def _progress(terminal: TextIO | None, text: str, steps: int) -> Iterator[OnStep | None]:
    if terminal is None:
        yield None
        return
    with Progress(console=Console(file=terminal), transient=True) as progress:
        line = progress.add_task(text, total=steps)
        yield lambda step: progress.advance(line)
