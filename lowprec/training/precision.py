"""The one place that touches global numeric state, and puts it back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from lowprec.errors import PrecisionError
from lowprec.framework import import_tensorflow, keras_module
from lowprec.rows.schemes import Scheme

__all__ = ["precision"]


@contextmanager
def precision(scheme: Scheme, seed: int) -> Iterator[None]:
    """Train under `scheme` inside the `with` block; restore the global state afterwards.

    Starts from a cleared Keras session and seeds Python, NumPy and TensorFlow. On the way out,
    after an exception too, floatx, the dtype policy, the TF32 switch and Python's and NumPy's
    random state are what they were. TensorFlow's global seed has no getter and stays set.

    Raises:
        PrecisionError: the state read back is not the scheme's.
    """
    keras = keras_module()
    tf_config = import_tensorflow().config.experimental
    floatx = keras.backend.floatx()
    policy = keras.mixed_precision.global_policy().name
    tf32 = tf_config.tensor_float_32_execution_enabled()
    python_state, numpy_state = random.getstate(), np.random.get_state()
    try:
        # Keras 3 resets the policy in clear_session and derives it from floatx, so the order
        # here matters: clear, floatx, policy.
        keras.backend.clear_session()
        keras.backend.set_floatx(scheme.floatx or floatx)
        keras.mixed_precision.set_global_policy(scheme.global_policy or policy)
        if scheme.tf32 is not None:
            tf_config.enable_tensor_float_32_execution(scheme.tf32)
        _read_back(scheme, floatx, policy)
        keras.utils.set_random_seed(seed)
        yield
    finally:
        keras.backend.set_floatx(floatx)
        keras.mixed_precision.set_global_policy(policy)
        tf_config.enable_tensor_float_32_execution(tf32)
        random.setstate(python_state)
        np.random.set_state(numpy_state)


def _read_back(scheme: Scheme, floatx: str, policy: str) -> None:
    keras = keras_module()
    expected = (scheme.floatx or floatx, scheme.global_policy or policy)
    read_back = (keras.backend.floatx(), keras.mixed_precision.global_policy().name)
    if read_back != expected:
        raise PrecisionError(
            f"scheme {scheme.name}: global (floatx, policy) is {read_back}, expected {expected}; "
            "something else in this process sets them"
        )
