"""Several devices that train one model synchronously, by `tf.distribute.MirroredStrategy`.

They are GPUs where there are any, else logical devices of the CPU, which share its cores.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from lowprec.errors import FrameworkError, UsageError
from lowprec.framework.versions import import_tensorflow

__all__ = ["make_devices", "replica", "replicas_of", "strategy"]


def make_devices(count: int) -> None:
    """Make sure of so many devices, before TensorFlow computes anything.

    Raises:
        UsageError: there are GPUs, but fewer.
        FrameworkError: there is no GPU, and TensorFlow was used already, after which the CPU can no
            longer be parted into logical devices.
    """
    config = import_tensorflow().config
    if gpus := config.get_visible_devices("GPU"):
        if count > len(gpus):
            raise UsageError(
                f"TensorFlow sees {len(gpus)} GPU{'s' * (len(gpus) > 1)}, expected at least "
                f"{count}; ask for no more than there are, or hide them by CUDA_VISIBLE_DEVICES=-1 "
                "to train over logical devices of the CPU"
            )
        return
    (cpu,) = config.list_physical_devices("CPU")
    parts = config.get_logical_device_configuration(cpu) or [None]
    if len(parts) >= count:
        return
    try:
        config.set_logical_device_configuration(cpu, [config.LogicalDeviceConfiguration()] * count)
    except RuntimeError:
        raise FrameworkError(
            "TensorFlow was used before the session began, expected only after, as the CPU can no "
            "longer be parted into devices; let the conftest.py or plugin that makes a tensor or "
            "asks for devices do so in a fixture"
        ) from None


@cache
def strategy(count: int) -> Any:
    """Return the strategy that trains over so many devices, one for the whole process."""
    tf = import_tensorflow()
    kind = "GPU" if tf.config.list_logical_devices("GPU") else "CPU"
    return tf.distribute.MirroredStrategy([f"{kind}:{place}" for place in range(count)])


def replica() -> Any:
    """Return which replica of a strategy this is, a scalar tensor from 0; None without a strategy.

    To be called in what each replica runs.
    """
    distribute = import_tensorflow().distribute
    if not distribute.has_strategy():
        return None
    return distribute.get_replica_context().replica_id_in_sync_group


def replicas_of(weight: Any) -> list[np.ndarray]:
    """Return the values of a model's weight on each device that holds it, one where one does."""
    variable = getattr(weight, "_value", weight)  # Keras 3's own variable has TensorFlow's in it
    return [part.numpy() for part in getattr(variable, "values", [variable])]
