"""The one place that touches global numeric state, and puts it back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from lowprec.errors import PrecisionError
from lowprec.framework import import_tensorflow, keras_module, settings
from lowprec.rows.schemes import Scheme

__all__ = ["precision"]

FULL = "float32"
"""Keras' floatx and dtype policy where a scheme names none, whatever keras.json says."""


@contextmanager
def precision(scheme: Scheme, seed: int) -> Iterator[None]:
    """Train under `scheme` inside the `with` block; restore the global state afterwards.

    Starts from a cleared Keras session and seeds Python, NumPy and TensorFlow. What keras.json, the
    environment or someone in this process has set besides is at its default inside. On the way out,
    after an exception too, floatx, the dtype policy, the TF32 switch, these settings and Python's
    and NumPy's random state are what they were. TensorFlow's global seed has no getter and stays
    set.

    Raises:
        PrecisionError: the state read back is not the scheme's.
    """
    keras = keras_module()
    tf_config = import_tensorflow().config.experimental
    floatx = keras.backend.floatx()
    policy = keras.mixed_precision.global_policy().name
    tf32 = tf_config.tensor_float_32_execution_enabled()
    found = [(setting, setting.read()) for setting in settings()]
    python_state, numpy_state = random.getstate(), np.random.get_state()
    try:
        # Keras 3 resets the policy in clear_session and derives it from floatx, so the order
        # here matters: clear, floatx, policy.
        keras.backend.clear_session()
        keras.backend.set_floatx(scheme.floatx or FULL)
        keras.mixed_precision.set_global_policy(scheme.global_policy or FULL)
        if scheme.tf32 is not None:
            tf_config.enable_tensor_float_32_execution(scheme.tf32)
        for setting, _ in found:
            setting.write(setting.for_training)
        _read_back(scheme)
        keras.utils.set_random_seed(seed)
        yield
    finally:
        keras.backend.set_floatx(floatx)
        keras.mixed_precision.set_global_policy(policy)
        tf_config.enable_tensor_float_32_execution(tf32)
        for setting, value in found:
            setting.write(value)
        random.setstate(python_state)
        np.random.set_state(numpy_state)


def _read_back(scheme: Scheme) -> None:
    keras = keras_module()
    expected = (scheme.floatx or FULL, scheme.global_policy or FULL)
    read_back = (keras.backend.floatx(), keras.mixed_precision.global_policy().name)
    if read_back != expected:
        raise PrecisionError(
            f"scheme {scheme.name}: global (floatx, policy) is {read_back}, expected {expected}; "
            "something else in this process sets them"
        )
