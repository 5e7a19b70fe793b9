"""Does low precision regularise? Gaps between training and test, over ten seeds a scheme.

    python -m lab.regularisation [--models NN-I,CNN-I] [--schemes single,mixed]

For each model and scheme: accuracy on the test set and on as many training examples, their gap, and
how the gap differs from single's at equal seeds, with 95% intervals of Student's t. Where low
precision regularised, gaps would be smaller than single's, with test accuracies no lower. Writes
docs/regularisation.csv, from which docs/findings.md has its table.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from lowprec.choices import names_in
from lowprec.record.record import Record
from lowprec.rows.models import MODELS, PAPER_MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import REFERENCE_SCHEME, SCHEMES
from lowprec.training.pair import PairTrainer, Plan
from lowprec.training.task import paper_task

SEEDS = tuple(range(2000, 2010))
LEARNING = ("single", "double", "mixed", "half-safe", "bfloat16-safe", "fp8", "int4-fp8")
"""Schemes in which the models learn."""

OUT = Path("docs/regularisation.csv")


def record(model: str, scheme: str) -> Record:
    """Train a pair over the seeds."""
    protocol = PROTOCOLS["quick"]
    plan = Plan(paper_task(MODELS[model], protocol), SCHEMES[scheme], protocol, SEEDS)
    with PairTrainer(plan) as trainer:
        trainer.train_all()
    return trainer.record()


def rows(models: tuple[str, ...], schemes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Yield a row a model and scheme, single first."""
    for model in models:
        gaps: dict[str, np.ndarray] = {}
        for scheme in dict.fromkeys((REFERENCE_SCHEME, *schemes)):
            found = record(model, scheme)
            if not found.rounds:
                continue
            test = np.array([r.test_accuracy for r in found.rounds])
            train = np.array([r.train_accuracy for r in found.rounds], dtype=float)
            gaps[scheme] = train - test
            difference = gaps[scheme] - gaps[REFERENCE_SCHEME]
            yield {
                "model": model,
                "scheme": scheme,
                "test": test.mean(),
                "train": train.mean(),
                "gap": gaps[scheme].mean(),
                "gap_less_singles": difference.mean(),
                "interval": _half_width(difference) if scheme != REFERENCE_SCHEME else np.nan,
            }


def _half_width(values: np.ndarray) -> float:
    return float(stats.t.ppf(0.975, len(values) - 1) * stats.sem(values))


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=names_in(MODELS), default=PAPER_MODELS)
    parser.add_argument("--schemes", type=names_in(SCHEMES), default=LEARNING)
    options = parser.parse_args()
    table = pd.DataFrame(rows(options.models, options.schemes)).round(4)
    print(table.to_markdown(index=False))
    table.to_csv(OUT, index=False)


if __name__ == "__main__":
    main()
