"""What the suite adds to the timed region: its `fit` against a hand-written Keras script's.

Both train the same model on the same images, by turns, so that the machine's drift hits both.
`pytest lab/test_overhead.py -m slow` prints the ratio and keeps it in `extra_info`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import pytest

from lowprec.data.inputs import Arrays
from lowprec.framework import keras_module
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.pair import PairTrainer, Plan
from lowprec.training.task import paper_task

ROUNDS = 11
MOST = 1.02
"""Times the hand-written script: more than 2% would be the suite's own."""

pytestmark = pytest.mark.slow


def dense(keras: Any) -> list[Any]:
    return [
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]


def convolutional(keras: Any) -> list[Any]:
    return [
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]


def by_hand_s(layers: Callable[[Any], list[Any]], images: Arrays, epochs: int, seed: int) -> float:
    """Return the seconds of `fit` in a script as anybody would write it."""
    keras = keras_module()
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    net = keras.Sequential([keras.Input((28, 28, 1)), *layers(keras)])
    net.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    start_s = time.perf_counter()
    net.fit(images.x, images.labels, batch_size=32, epochs=epochs, verbose=0)
    return time.perf_counter() - start_s


@pytest.mark.parametrize(("model", "layers"), [("NN-I", dense), ("CNN-I", convolutional)])
def test_overhead(
    model: str,
    layers: Callable[[Any], list[Any]],
    benchmark: Any,  # pytest-benchmark's methods are not annotated
) -> None:
    quick, seeds = PROTOCOLS["quick"], tuple(range(ROUNDS + 1))
    task = paper_task(MODELS[model], quick)
    plan = Plan(task, SCHEMES["single"], quick, seeds, warmups=1)
    images = task.load().train
    assert isinstance(images, Arrays)
    by_hand: list[float] = []

    with PairTrainer(plan) as trainer:

        def setup() -> None:
            by_hand.append(by_hand_s(layers, images, plan.epochs[-1], seed=0))
            trainer.start()

        trainer.warm_up()
        benchmark.pedantic(trainer.fit, setup=setup, teardown=trainer.finish, rounds=ROUNDS)
    ours = [r.fit_s for r in trainer.record().rounds]
    ratios = [own_s / hand_s for own_s, hand_s in zip(ours, by_hand, strict=True)]
    ratio = median(ratios)
    benchmark.extra_info["ratio"] = ratio
    print(f"\n{model} single: {ratio:.3f} times the hand-written script")
    assert ratio <= MOST, f"{model}: {ratio:.3f} times a hand-written script, at most {MOST}"
