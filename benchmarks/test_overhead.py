"""What the suite adds to the timed region: its `fit` against a hand-written Keras script's.

Both train the same model on the same images, by turns, so that the machine's drift hits both.
`pytest benchmarks/test_overhead.py -m slow` prints the ratio and keeps it in `extra_info`.
"""

import time
from statistics import median

import pytest

from lowprec.framework import keras_module
from lowprec.inputs import load_inputs
from lowprec.pairs import PairTrainer, Plan

ROUNDS = 11
MOST = 1.02

pytestmark = pytest.mark.slow


def dense(keras):
    return [
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]


def convolutional(keras):
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


def by_hand_s(layers, images, epochs, seed):
    """Seconds of `fit` in a script as anybody would write it."""
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
    net.fit(images.pixels, images.labels, batch_size=32, epochs=epochs, verbose=0)
    return time.perf_counter() - start_s


@pytest.mark.parametrize(("model", "layers"), [("NN-I", dense), ("CNN-I", convolutional)])
def test_overhead(model, layers, benchmark):
    plan = Plan(model, "single", "quick", seeds=tuple(range(ROUNDS + 1)), warmups=1)
    images = load_inputs(model, "quick").train
    by_hand = []

    with PairTrainer(plan) as trainer:

        def setup():
            by_hand.append(by_hand_s(layers, images, plan.epochs, seed=0))
            trainer.start()

        benchmark.pedantic(
            trainer.fit, setup=setup, teardown=trainer.finish, rounds=ROUNDS, warmup_rounds=1
        )
    ours = [r.fit_s for r in trainer.record().rounds]
    ratios = [own_s / hand_s for own_s, hand_s in zip(ours, by_hand[1:], strict=True)]
    ratio = median(ratios)
    benchmark.extra_info["ratio"] = ratio
    print(f"\n{model} single: {ratio:.3f} times the hand-written script")
    assert ratio <= MOST, f"{model}: {ratio:.3f} times a hand-written script, at most {MOST}"
