"""Why NN-T in half precision took the paper 271 seconds: the sums of its embedding gradient.

Most word ids of a batch are padding, so most of its gradients are added to one row. A GPU adds in
float32 with one instruction, but in float16 TensorFlow reads, adds, compares and swaps until no
other thread came between (`GpuAtomicAdd` in its gpu_device_functions.h), which collisions make
slow. So half is slow only where gradients are float16, collide and are not zero: docs/gpu.md has
what a GPU showed.

    python -m lab.embedding_gradient [--protocol paper]

Prints the milliseconds of that sum by dtype, ids and values, and of a training step of NN-T as
published and with its padding masked or its embedding in float32.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from tabulate import tabulate

from lowprec import framework
from lowprec.data.inputs import Inputs, load_inputs
from lowprec.rows.models import EMBEDDING_SIZE, MODELS, VOCABULARY_SIZE, Model
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES, Scheme
from lowprec.training.precision import precision
from lowprec.training.round import Training
from lowprec.training.task import paper_task

PUBLISHED = MODELS["NN-T"]
BATCH = PUBLISHED.batch_size
STEPS = 10
SEED = 12


def with_embedding(**changes: Any) -> Callable[[Any, Scheme], list[Any]]:
    """Return what makes NN-T's layers, its embedding with other arguments."""

    def layers(keras: Any, scheme: Scheme) -> list[Any]:
        ids, _, *rest = PUBLISHED.layers(keras, scheme)
        arguments = {"dtype": scheme.layer_dtype, **changes}
        return [ids, keras.layers.Embedding(VOCABULARY_SIZE, EMBEDDING_SIZE, **arguments), *rest]

    return layers


MASKED = replace(PUBLISHED, layers=with_embedding(mask_zero=True))
FLOAT32_EMBEDDING = replace(
    PUBLISHED, layers=with_embedding(dtype="float32"), float32_layers=("Embedding",)
)
TRAININGS: tuple[tuple[str, Model, str], ...] = (
    ("half", PUBLISHED, "half"),
    ("single", PUBLISHED, "single"),
    ("half, padding masked", MASKED, "half"),
    ("half, embedding in float32", FLOAT32_EMBEDDING, "half"),
    ("single, padding masked", MASKED, "single"),
)


def milliseconds(call: Callable[[], Any], repeats: int = 20) -> float:
    """Return the median milliseconds of `call`, until every device is idle, after two calls."""
    times = []
    for _ in range(repeats + 2):
        start_s = time.perf_counter()
        call()
        framework.synchronize()
        times.append((time.perf_counter() - start_s) * 1e3)
    return statistics.median(times[2:])


def sums(ids: npt.NDArray[np.int32]) -> Iterator[dict[str, object]]:
    """Yield a row for each way to sum the gradient rows of one batch.

    Args:
        ids: word ids of a batch, int32 of shape (reviews, words).
    """
    tf = framework.import_tensorflow()
    padding = float((ids == 0).mean())
    real = tf.constant(ids.ravel())
    spread = tf.range(ids.size, dtype=tf.int32) % VOCABULARY_SIZE
    for dtype in ("float64", "float32", "float16"):
        shape = (ids.size, EMBEDDING_SIZE)
        ones, zeros = tf.fill(shape, tf.constant(1e-3, dtype)), tf.zeros(shape, dtype)
        masked = tf.where((real != 0)[:, tf.newaxis], ones, zeros)
        for name, where, values in (
            (f"batch, {padding:.1%} padding", real, ones),
            ("batch, padding's values zero", real, masked),
            ("spread evenly", spread, ones),
        ):
            add = tf.function(
                lambda v, i: tf.math.unsorted_segment_sum(v, i, VOCABULARY_SIZE),
                jit_compile=False,
            )
            yield {
                "dtype": dtype,
                "ids": name,
                "ms": milliseconds(partial(add, values, where)),
            }


def steps(inputs: Inputs) -> Iterator[dict[str, object]]:
    """Yield a row for each training, with the milliseconds of a step after the first epoch.

    They include a tenth of what an epoch costs besides its steps, the same for every training.
    """
    for name, model, scheme in TRAININGS:
        with precision(SCHEMES[scheme], SEED):
            task = paper_task(model, PROTOCOLS["quick"])
            net = task.build(SCHEMES[scheme])
            training = Training(net, task, SCHEMES[scheme], inputs, epochs=3)
            training.fit()
            assert training.timing is not None
            yield {"NN-T": name, "ms a step": min(training.timing.epoch_s[1:]) / STEPS * 1e3}


def main() -> None:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--protocol", choices=tuple(PROTOCOLS), default="quick")
    inputs = load_inputs(PUBLISHED, PROTOCOLS[parser.parse_args().protocol])
    front = inputs.train.front(BATCH * STEPS)
    assert front is not None
    inputs = replace(inputs, train=front)
    ids = next(iter(inputs.train.fit_arguments(BATCH)["x"]))[0].numpy()
    device = framework.device()
    print(
        f"TensorFlow {framework.tensorflow_version()}, Keras {framework.keras_version()}, "
        f"{device.gpu or 'CPU'}; batch of {ids.shape[0]} reviews, {ids.shape[1]} words\n"
    )
    print(tabulate(list(sums(ids)), headers="keys", floatfmt=".3f"), "\n")
    print(tabulate(list(steps(inputs)), headers="keys", floatfmt=".1f"))


if __name__ == "__main__":
    main()
