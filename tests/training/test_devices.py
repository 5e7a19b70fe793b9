"""Training over several devices: what is refused, and what is found out afterwards."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lowprec import framework
from lowprec.errors import FrameworkError, UsageError
from lowprec.rows.matrix import Pair
from lowprec.training.devices import check_devices, over_devices, require_full_devices

PAIR = Pair("NN-I", "single")


@pytest.mark.parametrize(
    ("train_size", "batch_size", "count"),
    [
        (4000, 32, 8),  # no remainder
        (1250, 32, 2),  # the last batch has two
        (42, 32, 4),  # 3, 3, 3 and 1
        (25_000, 64, 8),
        (1250, 32, None),
        (1250, None, 8),  # data that comes in batches
    ],
)
def test_batches_that_give_each_device_something(train_size, batch_size, count):
    require_full_devices("CNN-I", train_size, batch_size, count)


@pytest.mark.parametrize(
    ("train_size", "batch_size", "count", "size"),
    [(1250, 32, 4, 2), (41, 32, 4, 9), (4000, 2, 3, 2), (3, 32, 4, 3)],
    ids=["fewer than devices", "3, 3, 3 and none", "small batches", "few examples"],
)
def test_a_device_without_an_example_is_refused(train_size, batch_size, count, size):
    with pytest.raises(UsageError, match=f"^CNN-I: of a batch of {size} .*each of {count} devices"):
        require_full_devices("CNN-I", train_size, batch_size, count)


class Weight:
    """A weight of a model, as many values as devices."""

    name = path = "kernel"

    def __init__(self, *values):
        self.values = [Value(value) for value in values]


class Value:
    def __init__(self, value):
        self.numpy = lambda: np.array(value)


class Net:
    def __init__(self, *values):
        self.trainable_weights = [Weight(*values)]


def test_weights_that_are_the_same_on_all_devices():
    check_devices(Net(1.0, 1.0), PAIR, 2)
    check_devices(Net(np.nan, np.nan), PAIR, 2)
    check_devices(Net(1.0, 2.0), PAIR, None)


def test_a_model_on_one_device_is_told():
    with pytest.raises(FrameworkError, match="weight kernel is on 1 device after"):
        check_devices(Net(1.0), PAIR, 2)


def test_weights_that_differ_are_told():
    with pytest.raises(FrameworkError, match="kernel differs among the 2 devices"):
        check_devices(Net(1.0, np.nan), PAIR, 2)


def test_without_a_number_there_is_no_strategy():
    with over_devices(None):
        assert not framework.import_tensorflow().distribute.has_strategy()


TWO_DEVICES = """
from lowprec import framework
framework.make_devices(2)

import json
from dataclasses import replace
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS, Budget
from lowprec.rows.schemes import SCHEMES
from lowprec.training.pair import PairTrainer, Plan
from tests.training.tiny_inputs import task_of

def losses(model, devices, *seeds):
    quick = PROTOCOLS["quick"]
    task = replace(task_of(MODELS[model]), budget=Budget(epochs=2))
    plan = Plan(task, SCHEMES["single"], quick, seeds, devices=devices)
    with PairTrainer(plan) as trainer:
        trainer.train_all()
    assert not framework.import_tensorflow().distribute.has_strategy()
    return [r.loss for r in trainer.record().rounds]

print(json.dumps([losses("NN-I", None, 5), losses("NN-I", 2, 5, 5), losses("NN-T", 2, 5, 5)]))
"""


def test_two_devices_train_as_one_does_and_repeat_themselves():
    """In another process, as devices are made before TensorFlow is used."""
    root = Path(__file__).parents[2]
    result = subprocess.run(
        [sys.executable, "-c", TWO_DEVICES],
        cwd=root,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    one, two, reviews = json.loads(result.stdout.splitlines()[-1])
    assert two[0] == pytest.approx(one[0], rel=1e-4)
    assert two[0] == two[1]
    assert reviews[0] == reviews[1]
