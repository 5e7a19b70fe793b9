"""What training over two devices does to each scheme: sums of gradients, skipped steps, accuracy.

    python -m lab.devices [MODEL] [--seeds 3] [--schemes a,b]

On a machine with two GPUs these are the devices, else two logical devices of the CPU, which share
its cores: no speed-up can be seen there. docs/scale.md has the tables.

Of each scheme is told: the dtype in which gradients are summed over the devices, whether a loss
scale is still in them, and, of a step in which the gradient of one device alone overflows, whether
it was taken; then the seconds and accuracies of MODEL (NN-I) on one device, on one under the
strategy and on two, over the seeds. With --seeds 0 nothing is trained.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

import numpy as np
from tabulate import tabulate

from lowprec import framework
from lowprec.choices import DEFAULT_SEED, names_in
from lowprec.record.record import Record
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES, Scheme
from lowprec.training.devices import over_devices
from lowprec.training.optimizers import optimizer_of
from lowprec.training.pair import PairTrainer, Plan
from lowprec.training.precision import precision
from lowprec.training.task import paper_task

DEVICES = 2
LARGE = 60_000.0
"""An input whose gradient overflows in float16 as soon as a loss scale multiplies it."""

PAPER_AND_SAFE = ("double", "single", "half", "mixed", "half-safe")


@dataclass
class Sums:
    """What was summed over the devices: dtypes, and the first value of the first device's part."""

    dtypes: list[str] = field(default_factory=list)
    first: list[float] = field(default_factory=list)


@contextmanager
def watched_sums() -> Iterator[Sums]:
    """Note each sum over the devices that is traced and computed meanwhile.

    Both generations of Keras come to `batch_reduce_to` with their gradients, by different ways.
    """
    tf = framework.import_tensorflow()
    sums, extended = Sums(), tf.distribute.StrategyExtended
    plain = extended.batch_reduce_to

    def noted(value: Any) -> None:
        sums.first.append(float(np.ravel(value)[0]))

    def batch_reduce_to(self: Any, op: Any, pairs: Any, *args: Any, **options: Any) -> Any:
        gradient = pairs[0][0].values[0]
        sums.dtypes.append(gradient.dtype.name)
        tf.numpy_function(noted, [gradient], [])
        return plain(self, op, pairs, *args, **options)

    extended.batch_reduce_to = batch_reduce_to
    try:
        yield sums
    finally:
        extended.batch_reduce_to = plain


def line(scheme: Scheme, inputs: Sequence[float]) -> tuple[Any, Sums]:
    """Train y = wx one step, w = 1, an example a device, and return the model and its sums.

    The loss is |y|, so that the gradient of a device is x, half of which is its part of the mean.
    """
    keras = framework.keras_module()
    with precision(scheme, DEFAULT_SEED), watched_sums() as sums:
        with over_devices(DEVICES):
            layers = [
                keras.Input((1,), dtype=scheme.variable_dtype),
                keras.layers.Dense(
                    1, use_bias=False, kernel_initializer="ones", dtype=scheme.layer_dtype
                ),
            ]
            net = keras.Sequential(layers)
            net.compile(optimizer=optimizer_of(scheme.optimizer), loss="mae")
        x = np.array(inputs)[:, np.newaxis]
        net.fit(x, 0 * x, batch_size=DEVICES, shuffle=False, verbose=0)
    return net, sums


def step_taken(scheme: Scheme, inputs: Sequence[float]) -> str:
    """Say what became of the weight in a step in which one device's gradient overflows."""
    net, _ = line(scheme, inputs)
    values = framework.replicas_of(net.trainable_weights[0])
    if not all(np.isfinite(value.astype(float)).all() for value in values):
        return "taken, NaN on all" if all(np.isnan(v).all() for v in values) else "NaN on one"
    moved = [bool((value != 1).any()) for value in values]
    return {0: "skipped on all", len(values): "taken"}.get(sum(moved), "skipped on one")


def gradient_row(scheme: Scheme) -> list[str]:
    """Return what is summed of a scheme, and what of an overflow on either device."""
    net, sums = line(scheme, [1.0] * DEVICES)
    if not hasattr(net.optimizer, "inner_optimizer"):
        return [scheme.name, sums.dtypes[0], "no loss scale", "", ""]
    unscaled = abs(sums.first[0]) <= 1
    return [
        scheme.name,
        sums.dtypes[0],
        "divided out before" if unscaled else "still in",
        step_taken(scheme, [LARGE, 1.0]),
        step_taken(scheme, [1.0, LARGE]),
    ]


def trained(model: str, scheme: Scheme, seeds: tuple[int, ...], devices: int | None) -> Record:
    """Train a pair by the quick protocol, a seed a round, after a warm-up."""
    protocol = PROTOCOLS["quick"]
    task = paper_task(MODELS[model], protocol)
    plan = Plan(task, scheme, protocol, (seeds[0], *seeds), 1, devices=devices)
    with PairTrainer(plan) as trainer:
        trainer.train_all()
    return trainer.record()


def training_row(model: str, scheme: Scheme, seeds: tuple[int, ...]) -> list[str]:
    """Return a pair's seconds on two devices relative to one, and its accuracies."""
    records = [trained(model, scheme, seeds, devices) for devices in (None, 1, DEVICES)]
    seconds = [median(t.train_s for t in record.timings) for record in records]
    return [
        scheme.name,
        *(f"{s:.2f}" for s in seconds),
        f"{seconds[-1] / seconds[0]:.1f}",
        *map(_accuracies, records),
    ]


def _accuracies(record: Record) -> str:
    outcomes = "|".join(sorted({r.outcome for r in record.rounds}))
    each = [r.test_accuracy for r in record.rounds]
    return f"{outcomes} {mean(each):.4f} ({min(each):.3f}-{max(each):.3f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", choices=MODELS, default="NN-I")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--schemes", type=names_in(SCHEMES), default=PAPER_AND_SAFE)
    chosen = parser.parse_args()
    framework.make_devices(DEVICES)
    schemes = [SCHEMES[name] for name in chosen.schemes]
    seeds = tuple(range(DEFAULT_SEED, DEFAULT_SEED + chosen.seeds))
    print(f"TensorFlow {framework.tensorflow_version()}, Keras {framework.keras_version()}")
    sums = ["scheme", "sum in", "loss scale", "overflow on the first", "overflow on the second"]
    print(tabulate([gradient_row(scheme) for scheme in schemes], sums))
    if seeds:
        rows = [training_row(chosen.model, scheme, seeds) for scheme in schemes]
        numbers = ["scheme", "one s", "strategy of one s", "two s", "ratio"]
        print(tabulate(rows, [*numbers, "one", "strategy of one", "two"], disable_numparse=True))


if __name__ == "__main__":
    main()
