"""What a timing depends on, field by field, in the form in which it is stored."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import msgspec

__all__ = ["FIELDS", "MACHINE_FIELDS", "ON_RECORD_ONLY", "VERSION_FIELDS", "Environment"]

MACHINE_FIELDS = ("device", "gpu", "compute_capability", "cpu", "keras_backend", "devices")
"""Fields that say which machine it is. Times of two machines are never judged by each other."""

VERSION_FIELDS = (
    "tensorflow",
    "keras",
    "driver",
    "cuda",
    "cudnn",
    "cublas",
    "python",
    "numpy",
    "protobuf",
)
"""Versions of the software, those first that matter most; the others of `FIELDS` are settings."""

ON_RECORD_ONLY = ("python", "numpy", "protobuf", "system", "cuda_build", "cudnn_build")
"""Fields that are stored but do not make an environment another one."""

_WHERE_SET = (
    *("cpu_quota", "intra_op_threads", "inter_op_threads", "omp_threads"),
    *("deterministic", "cublas", "memory_growth", "workers", "workers_a_gpu", "devices"),
)
"""Fields that count only where they are not None."""


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """What a timing depends on; None where it does not apply or is unknown.

    Attributes:
        device: "cpu" or "gpu".
        gpu: GPU names, as the driver tells them.
        compute_capability: of the first GPU.
        driver: version of the GPU driver.
        cuda, cudnn: versions of the libraries that are loaded; of those that TensorFlow was built
            for, where the loaded ones do not tell, and in a session from before they were asked.
        tensorflow, keras: versions; `keras` is of the package that the models come from.
        keras_backend: what Keras computes with.
        cpu: name of the processor, with family, model and stepping.
        threads: processors that this process may run on.
        cpu_quota: processors' time that its control groups allow, such as 0.25; None where that is
            not less than `threads`.
        intra_op_threads, inter_op_threads: threads that TensorFlow was told to take within and
            between operations; None where it chooses by itself.
        omp_threads: threads that OMP_NUM_THREADS asks for. NumPy's BLAS follows it, and builds of
            TensorFlow with OpenMP; those of PyPI have threads of their own.
        tf32: whether float32 products may run in TF32.
        xla: whether XLA compiles every graph.
        onednn: whether CPU operations may run in oneDNN.
        deterministic: True where deterministic operations were asked for, of TensorFlow or of
            cuDNN alone; None otherwise.
        cublas: likewise cuBLAS', of which TensorFlow does not tell what it was built for.
        memory_growth: True where TensorFlow takes the GPU's memory as it needs it, and not nearly
            all of it at once; None otherwise.
        cuda_build, cudnn_build: versions that TensorFlow was built for, for the record.
        workers: processes that trained side by side, each on its share of the machine; None where
            one trained alone.
        workers_a_gpu: so many of them on each GPU; None where each had its own.
        devices: over how many devices each model is trained synchronously: GPUs, or logical devices
            of a CPU; None where it is trained on one without any strategy.
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
    cpu_quota: float | None = None
    intra_op_threads: int | None = None
    inter_op_threads: int | None = None
    omp_threads: int | None = None
    tf32: bool | None = None
    xla: bool | None = None
    onednn: bool | None = None
    deterministic: bool | None = None
    python: str | None = None
    numpy: str | None = None
    protobuf: str | None = None
    system: str | None = None
    cublas: str | None = None
    memory_growth: bool | None = None
    cuda_build: str | None = None
    cudnn_build: str | None = None
    workers: int | None = None
    workers_a_gpu: int | None = None
    devices: int | None = None
    key: str

    @classmethod
    def named(cls, **fields: Any) -> Environment:
        """Return an environment with the key that these fields make.

        All fields count but those of `ON_RECORD_ONLY`. What few people set (a quota, threads,
        determinism) counts only where it is set: those fields came later, and an ordinary
        environment keeps the key under which its sessions are stored.
        """
        unnamed = cls(**fields, key="")
        values = {name: getattr(unnamed, name) for name in FIELDS if name not in ON_RECORD_ONLY}
        counted = {n: v for n, v in values.items() if v is not None or n not in _WHERE_SET}
        digest = hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()[:10]
        key = f"tf{unnamed.tensorflow}-keras{unnamed.keras}-{unnamed.device}-{digest}"
        return msgspec.structs.replace(unnamed, key=key)

    @property
    def keras_generation(self) -> str:
        """The first number of Keras' version."""
        return self.keras.partition(".")[0]

    @property
    def short_name(self) -> str:
        """TensorFlow's version, Keras' generation and the device, such as "tf221k3-cpu".

        `pytest-benchmark compare` shows twelve characters of a file's name: its number and that.
        """
        major, minor = self.tensorflow.split(".")[:2]
        return f"tf{major}{minor}k{self.keras_generation}-{self.device}"

    @property
    def device_name(self) -> str | None:
        """Name of the GPU, or of the processor where there is none."""
        return self.gpu or self.cpu


FIELDS = tuple(name for name in Environment.__struct_fields__ if name != "key")
"""Names of all fields that say what the environment is."""
