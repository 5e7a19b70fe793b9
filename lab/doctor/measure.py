"""What the doctor says of every training whose cause is known, and whether its remedy works."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from functools import partial

import pandas as pd

from lab.doctor.case import HEALTHY, NOT_KNOWN, Case
from lab.doctor.held_out import HELD_OUT
from lab.doctor.held_out_again import HELD_OUT_AGAIN
from lab.doctor.others import OWN, PRECISION, SOUND
from lab.doctor.reports import LEAP, REPORTS
from lowprec import framework
from lowprec.choices import DEFAULT_SEED
from lowprec.diagnosis.diagnosis import Consultation, Diagnosis
from lowprec.diagnosis.rules import Remedy
from lowprec.diagnosis.signs import SHORT
from lowprec.doctor.consultation import consult
from lowprec.doctor.mends import Mended
from lowprec.doctor.tries import trained
from lowprec.rows.models import MODELS, PAPER_MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.task import Task, paper_task

__all__ = ["GROUPS", "IN_ITS_CODE", "Measured", "frame", "generation", "measure", "measure_case"]

GROUPS = {
    "report": REPORTS,
    "precision": PRECISION,
    "own fault": OWN,
    "sound": SOUND,
    "held out": HELD_OUT,
    "held out again": HELD_OUT_AGAIN,
}
"""The trainings of the laboratory."""

IN_ITS_CODE = "in its code"
"""A remedy that the author of a training writes."""


@dataclass(frozen=True)
class Measured:
    """A row of the table.

    Attributes:
        keras: first number of its version.
        group: of trainings.
        case, scheme: names.
        float64, as_it_is: scores.
        right, said: names of rules, "healthy" or "not known".
        remedy: the first that works; "none" where none did, "" where there is nothing to mend.
        mended: score with it.
    """

    keras: str
    group: str
    case: str
    scheme: str
    float64: float
    as_it_is: float
    right: str
    said: str
    remedy: str = ""
    mended: float | None = None


def said(diagnosis: Diagnosis) -> str:
    """Return the name of what is said of a training."""
    if diagnosis.cause:
        return diagnosis.cause.rule.name
    return HEALTHY if diagnosis.state == "healthy" else NOT_KNOWN


def measure(keras: str, names: Collection[str] = ()) -> Iterator[Measured]:
    """Examine the paper's pairs and every case of the laboratory, or those that are named.

    Args:
        keras: first number of its version.
        names: of cases and, such as "NN-I half", of pairs; all where there are none.
    """
    for model in PAPER_MODELS:
        for scheme in ("double", "single", "half", "mixed", "bfloat16", "half-safe", "half-eps"):
            if (model, scheme) == ("RNN-T", "bfloat16"):  # TensorFlow cannot build it
                continue
            if not names or f"{model} {scheme}" in names:
                task = paper_task(MODELS[model], PROTOCOLS["quick"])
                right = _right_of_paper(model, scheme, keras)
                yield _row(keras, "paper", model, scheme, task, right)
    for group, cases in GROUPS.items():
        for case in cases:
            if not names or case.name in names:
                yield measure_case(keras, group, case)


def _right_of_paper(model: str, scheme: str, keras: str) -> str:
    if scheme == "bfloat16":
        return "beta_2 is 1"
    # NN-T learns on Keras 2, though its weights leap, and with a larger epsilon in float16 as well.
    if (model, keras) == ("NN-T", "2"):
        return HEALTHY
    if scheme == "half-eps" and model.endswith("T"):
        return "epsilon is too large"
    if scheme == "half":
        return LEAP
    return HEALTHY


def measure_case(keras: str, group: str, case: Case) -> Measured:
    """Examine a training of the laboratory."""
    by_author = partial(_in_its_code, case) if case.mended else None
    right = case.cause_on(keras)
    return _row(keras, group, case.name, case.scheme, case.task(), right, by_author)


def _row(
    keras: str,
    group: str,
    name: str,
    scheme: str,
    task: Task,
    right: str,
    by_author: Callable[[], float] | None = None,
) -> Measured:
    found = consult(task, SCHEMES[scheme], DEFAULT_SEED, tries=True)
    observed = found.diagnosis.observed
    remedy, mended = _works(found)
    if remedy == "none" and by_author:
        mended = by_author()
        remedy = IN_ITS_CODE if mended >= observed.twin.score - SHORT else "none"
    return Measured(
        keras,
        group,
        name,
        scheme,
        round(observed.twin.score, 4),
        round(observed.low.score, 4),
        right,
        said(found.diagnosis),
        remedy,
        mended if mended is None else round(mended, 4),
    )


def _works(found: Consultation) -> tuple[str, float | None]:
    """Return the first remedy with which a training learns as in float64, and its score."""
    observed = found.diagnosis.observed
    if found.diagnosis.cause is None or (observed.twin.outcome != "learns" and not found.tried):
        return "", None
    wanted = observed.twin.score - SHORT if observed.twin.outcome == "learns" else 0.0
    for tried in found.tried:
        run = tried.run
        if run and run.outcome == "learns" and run.score >= wanted:
            return _name(tried.remedy), run.score
    return "none", None


def _name(remedy: Remedy) -> str:
    return str(remedy.mend)


def _in_its_code(case: Case) -> float:
    task = case.task(mended=True)
    return trained(Mended(task, SCHEMES[case.scheme]), DEFAULT_SEED).score


def frame(rows: Iterator[Measured]) -> pd.DataFrame:
    """Return rows as a table of their fields."""
    return pd.DataFrame([asdict(row) for row in rows])


def generation() -> str:
    """Return the generation of Keras that is measured."""
    return framework.keras_generation()
