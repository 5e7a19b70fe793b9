"""Settings of Keras and TensorFlow for a whole process, which decide what is computed.

They are read from keras.json and from variables such as KERAS_MAX_EPOCHS, or set by anyone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lowprec.framework.versions import import_tensorflow, keras_module

__all__ = ["Setting", "settings"]


@dataclass(frozen=True)
class Setting:
    """One of them.

    Attributes:
        read: returns what is set.
        write: sets it.
        for_training: what it is during a training: Keras' and TensorFlow's own default.
    """

    read: Callable[[], Any]
    write: Callable[[Any], None]
    for_training: Any


def settings() -> list[Setting]:
    """Return those that this version has, but floatx, the dtype policy and TF32.

    Keras' epsilon keeps a loss from log(0); the image format is the shape of a picture; a number of
    epochs or steps ends each `fit` early; functions that run eagerly are slow.
    """
    keras, tf = keras_module(), import_tensorflow()
    backend, config = keras.backend, getattr(keras, "config", None)
    late = [  # of late versions of Keras 3
        name for name in ("max_epochs", "max_steps_per_epoch") if hasattr(config, f"set_{name}")
    ]
    return [
        Setting(backend.epsilon, backend.set_epsilon, 1e-7),
        Setting(backend.image_data_format, backend.set_image_data_format, "channels_last"),
        Setting(tf.config.functions_run_eagerly, tf.config.run_functions_eagerly, False),
        *(Setting(getattr(config, name), getattr(config, f"set_{name}"), None) for name in late),
    ]
