"""TensorFlow and Keras themselves: imported, and which they are."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from functools import cache
from typing import Any

from lowprec.errors import FrameworkError
from lowprec.framework.chatter import LOG_LEVEL, is_quiet, no_retracing, quiet_errors
from lowprec.framework.set_up import import_fault, told_warnings, wrong_backend

__all__ = [
    "ONEDNN_SWITCH",
    "import_tensorflow",
    "keras_backend",
    "keras_generation",
    "keras_module",
    "keras_version",
    "prefer_repeatable_results",
    "tensorflow_version",
]


ONEDNN_SWITCH = "TF_ENABLE_ONEDNN_OPTS"


def import_tensorflow() -> Any:
    """Import TensorFlow with its chatter and oneDNN off, and return the module.

    oneDNN changes CPU results with the processor's instruction set, and where the processor has
    AVX512-FP16 it runs float16 Dense layers through its reference loop: 26 s a round of NN-I half
    instead of 1.5 s (TF 2.21, oneDNN 3.7.3). Both switches yield to the user's own setting.

    Raises:
        FrameworkError: it cannot be imported.
    """
    if "tensorflow" not in sys.modules:
        prefer_repeatable_results()
    _start()
    import tensorflow

    return tensorflow


@cache
def _start() -> None:
    """Import TensorFlow and let it look for GPUs, which is what it prints most of."""
    with quiet_errors() if is_quiet() else nullcontext(), told_warnings():
        try:
            import tensorflow
        except Exception as error:  # of protobuf or NumPy, too, where the versions do not fit
            raise FrameworkError(import_fault(error)) from error
        tensorflow.config.list_physical_devices("GPU")
    if is_quiet():
        tensorflow.get_logger().addFilter(no_retracing)


def prefer_repeatable_results(chatter: bool = False) -> None:
    """Set what TensorFlow is imported with, whoever imports it; the user's own settings stay.

    Args:
        chatter: whether all that it prints is wanted.
    """
    os.environ.setdefault(LOG_LEVEL, "0" if chatter else "2")
    os.environ.setdefault(ONEDNN_SWITCH, "0")


def keras_module() -> Any:
    """Return the Keras that TensorFlow uses: Keras 3, Keras 2, or tf-keras in its place.

    Raises:
        FrameworkError: it cannot be imported, or computes with something else than TensorFlow.
    """
    _require_keras()
    return import_tensorflow().keras


@cache
def _require_keras() -> None:
    """Import Keras, which TensorFlow puts off."""
    tensorflow = import_tensorflow()
    try:
        with told_warnings():
            backend = str(tensorflow.keras.backend.backend())
    except Exception as error:  # AssertionError for a bad keras.json, whatever a backend raises
        raise FrameworkError(import_fault(error)) from error
    if backend != "tensorflow":
        raise FrameworkError(wrong_backend(backend))


def keras_version() -> str:
    """Return the version of the package that `tf.keras.Sequential` really comes from."""
    package = keras_module().Sequential.__module__.partition(".")[0]
    return str(sys.modules[package].__version__)


def keras_generation() -> str:
    """Return the first number of Keras' version: "2" or "3"."""
    return keras_version().partition(".")[0]


def tensorflow_version() -> str:
    """Return TensorFlow's version."""
    return str(import_tensorflow().__version__)


def keras_backend() -> str:
    """Return what Keras computes with: "tensorflow", as Keras 2 always does."""
    return str(keras_module().backend.backend())
