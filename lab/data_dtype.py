"""What training data stored in low precision changes: memory, time, accuracy.

    python -m lab.data_dtype [--models NN-I,CNN-I] [--schemes single,mixed]

The paper's images are float64, as dividing by 255.0 leaves them, and the paper asks what storing
them in less would do. Here they are stored as float64, float32, float16, or as the bytes that they
were, which a first layer divides. Eight seeds each, on the packaged sample; writes
docs/data_dtype.csv, from which docs/findings.md has its table.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from lowprec import framework
from lowprec.choices import names_in
from lowprec.data.inputs import Arrays, Feed, Inputs
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES, Scheme
from lowprec.training.pair import PairTrainer, Plan
from lowprec.training.task import Task, paper_task

SEEDS = tuple(range(3000, 3008))
STORED = ("float64", "float32", "float16", "uint8")
OUT = Path("docs/data_dtype.csv")


def stored_as(task: Task, dtype: str) -> Task:
    """Return a task of images whose data is stored in a dtype."""
    inputs = task.load()
    made = replace(inputs, train=_part(inputs.train, dtype), test=_part(inputs.test, dtype))

    def build(scheme: Scheme) -> Any:
        net = task.build(scheme)
        if dtype != "uint8":
            return net
        keras = framework.keras_module()
        whole = keras.Sequential(
            [
                keras.Input(net.input_shape[1:], dtype="uint8"),
                keras.layers.Rescaling(1 / 255, dtype=scheme.layer_dtype),
                *net.layers,
            ]
        )
        whole.compile(net.optimizer, loss=net.loss)
        return whole

    return replace(task, build=build, load=lambda: made)


def _part(feed: Feed, dtype: str) -> Arrays:
    assert isinstance(feed, Arrays), "only images are stored as numbers"
    values = np.round(feed.x * 255) if dtype == "uint8" else feed.x
    return Arrays(values.astype(dtype), feed.labels)


def rows(models: tuple[str, ...], schemes: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Train each model in each scheme on each kind of data; yield a row each."""
    protocol = PROTOCOLS["quick"]
    for model in models:
        for scheme in schemes:
            for dtype in STORED:
                task = stored_as(paper_task(MODELS[model], protocol), dtype)
                with PairTrainer(Plan(task, SCHEMES[scheme], protocol, SEEDS)) as trainer:
                    trainer.train_all()
                yield _row(model, scheme, dtype, task.load(), trainer)


def _row(
    model: str, scheme: str, dtype: str, inputs: Inputs, trainer: PairTrainer
) -> dict[str, Any]:
    record = trainer.record()
    accuracies = np.array([r.test_accuracy for r in record.rounds])
    assert isinstance(inputs.train, Arrays)
    return {
        "model": model,
        "scheme": scheme,
        "stored": dtype,
        "MB": inputs.train.x.nbytes / 1e6,
        "seconds": median(timing.train_s for timing in record.timings),
        "accuracy": accuracies.mean(),
        "sd": accuracies.std(ddof=1),
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=names_in(MODELS), default=("NN-I", "CNN-I"))
    parser.add_argument("--schemes", type=names_in(SCHEMES), default=("single", "mixed"))
    options = parser.parse_args()
    table = pd.DataFrame(rows(options.models, options.schemes)).round(4)
    print(table.to_markdown(index=False))
    table.to_csv(OUT, index=False)


if __name__ == "__main__":
    main()
