"""The batches of a training, in an order that is the same for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.data.inputs import Inputs
from lowprec.data.own import batches_of, length_of
from lowprec.doctor.probe import Batch
from lowprec.training.task import Task

__all__ = ["batches", "steps_of"]


def batches(task: Task, inputs: Inputs, seed: int) -> Iterator[Batch]:
    """Yield the batches of all epochs, in an order that is the same for each training.

    Arrays are shuffled here; data sets come in their own order, begun from the same seed.
    """
    framework.keras_module().utils.set_random_seed(seed)
    arguments = inputs.train.fit_arguments(task.batch_size)
    random = np.random.default_rng(seed)
    for _ in range(task.budget.epochs):
        if "y" in arguments:
            yield from _of_arrays(arguments, random)
        else:
            data = arguments["x"]
            for batch in batches_of(data):
                yield (*batch, None) if len(batch) == 2 else tuple(batch[:3])
            if hasattr(data, "on_epoch_end"):
                data.on_epoch_end()


def steps_of(task: Task, inputs: Inputs) -> int:
    """Return how many steps a training takes, or nearly so where the data comes in batches."""
    size = task.batch_size or length_of(inputs.train.example()[1])
    return task.budget.epochs * -(-length_of(inputs.train.labels) // size)


def _of_arrays(arguments: dict[str, Any], random: np.random.Generator) -> Iterator[Batch]:
    structure = framework.import_tensorflow().nest
    x, y, size = arguments["x"], arguments["y"], arguments["batch_size"] or 32
    order = random.permutation(length_of(y))
    for start in range(0, len(order), size):
        places = order[start : start + size]
        yield (*structure.map_structure(lambda array: array[places], (x, y)), None)  # noqa: B023
