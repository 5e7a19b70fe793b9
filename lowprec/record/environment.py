"""What a timing depends on, field by field, in the form in which it is stored."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

__all__ = ["FIELDS", "ON_RECORD_ONLY", "Environment"]

ON_RECORD_ONLY = ("python", "numpy", "protobuf", "system")
"""Fields that are stored but do not make an environment another one."""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """What a timing depends on; None where it does not apply or is unknown.

    Attributes:
        device: "cpu" or "gpu".
        gpu: GPU names, as the driver tells them.
        compute_capability: of the first GPU.
        driver: version of the GPU driver.
        cuda, cudnn: versions that TensorFlow was built for.
        tensorflow, keras: versions; `keras` is of the package that the models come from.
        keras_backend: what Keras computes with.
        cpu: name of the processor, with family, model and stepping.
        threads: processors that this process may run on.
        tf32: whether float32 products may run in TF32.
        xla: whether TensorFlow compiles every graph with XLA.
        onednn: whether CPU operations may run in oneDNN.
        python, numpy, protobuf, system: versions and platform, for the record.
        key: name of the environment: equal keys mean comparable timings. `named` makes it; one
            that was stored stays, though later versions may count more fields.
    """

    device: str
    gpu: str | None = None
    compute_capability: str | None = None
    driver: str | None = None
    cuda: str | None = None
    cudnn: str | None = None
    tensorflow: str
    keras: str
    keras_backend: str | None = None
    cpu: str | None = None
    threads: int | None = None
    tf32: bool | None = None
    xla: bool | None = None
    onednn: bool | None = None
    python: str | None = None
    numpy: str | None = None
    protobuf: str | None = None
    system: str | None = None
    key: str

    @classmethod
    def named(cls, **fields: Any) -> Environment:
        """Return an environment with the key that these fields make.

        All fields count but those of `ON_RECORD_ONLY`.
        """
        unnamed = cls(**fields, key="")
        counted = {name: getattr(unnamed, name) for name in FIELDS if name not in ON_RECORD_ONLY}
        digest = hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()[:10]
        key = f"tf{unnamed.tensorflow}-keras{unnamed.keras}-{unnamed.device}-{digest}"
        return msgspec.structs.replace(unnamed, key=key)

    @property
    def keras_generation(self) -> str:
        """The first number of Keras' version."""
        return self.keras.partition(".")[0]

    @property
    def device_name(self) -> str | None:
        """Name of the GPU, or of the processor where there is none."""
        return self.gpu or self.cpu


FIELDS = tuple(name for name in Environment.__struct_fields__ if name != "key")
"""Names of all fields that say what the environment is."""
