"""The fingerprint of what a timing depends on."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from importlib import metadata
from typing import Any

from lowprec import framework

__all__ = [
    "FIELDS",
    "ON_RECORD_ONLY",
    "Environment",
    "cpu_name",
    "current_environment",
    "short_name",
]

ON_RECORD_ONLY = ("python", "numpy", "protobuf", "system")
"""Fields that are stored but do not make an environment another one."""


@dataclass(frozen=True)
class Environment:
    """What a timing depends on, field by field; None where it does not apply or is unknown.

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
    """

    device: str
    gpu: str | None
    compute_capability: str | None
    driver: str | None
    cuda: str | None
    cudnn: str | None
    tensorflow: str
    keras: str
    keras_backend: str
    cpu: str
    threads: int
    tf32: bool
    xla: bool
    onednn: bool
    python: str
    numpy: str
    protobuf: str
    system: str

    @property
    def key(self) -> str:
        """Name of the environment: equal keys mean comparable timings.

        All fields count but those of `ON_RECORD_ONLY`.
        """
        counted = {k: v for k, v in asdict(self).items() if k not in ON_RECORD_ONLY}
        digest = hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()[:10]
        return f"tf{self.tensorflow}-keras{self.keras}-{self.device}-{digest}"

    def to_json(self) -> dict[str, Any]:
        """Return the stored form: every field, and the key."""
        return asdict(self) | {"key": self.key}


FIELDS = tuple(field.name for field in fields(Environment))
"""Names of all fields."""


def short_name() -> str:
    """Return TensorFlow's version, Keras' generation and the device, such as "tf221k3-cpu".

    `pytest-benchmark compare` shows twelve characters of a file's name: its number and "tf221k3".
    """
    major, minor = framework.tensorflow_version().split(".")[:2]
    return f"tf{major}{minor}k{framework.keras_generation()}-{framework.device().kind}"


def cpu_name(cpu: Mapping[str, Any]) -> str:
    """Return the processor's name with family, model and stepping.

    Virtual machines call many processors "Intel(R) Xeon(R) Processor", and the numbers tell them
    apart. Where py-cpuinfo knows no name, the architecture stands for it.
    """
    name = cpu.get("brand_raw") or platform.processor() or platform.machine()
    numbers = [f"{key} {cpu[key]}" for key in ("family", "model", "stepping") if key in cpu]
    return f"{name}, {' '.join(numbers)}" if numbers else str(name)


def current_environment(cpu: Mapping[str, Any]) -> Environment:
    """Read the environment of this process; imports TensorFlow.

    Args:
        cpu: what py-cpuinfo tells of the processor, as in pytest-benchmark's machine_info.
    """
    device = framework.device()
    return Environment(
        device=device.kind,
        gpu=device.gpu,
        compute_capability=device.compute_capability,
        driver=_gpu_driver() if device.kind == "gpu" else None,
        cuda=device.cuda,
        cudnn=device.cudnn,
        tensorflow=framework.tensorflow_version(),
        keras=framework.keras_version(),
        keras_backend=framework.keras_backend(),
        cpu=cpu_name(cpu),
        threads=len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1,
        tf32=device.tf32,
        xla=device.xla,
        onednn=device.onednn,
        python=platform.python_version(),
        numpy=metadata.version("numpy"),
        protobuf=metadata.version("protobuf"),
        system=platform.system(),
    )


def _gpu_driver() -> str | None:
    if not (command := shutil.which("nvidia-smi")):
        return None
    try:
        answer = subprocess.run(
            [command, "--query-gpu=driver_version", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None  # a session's timings are worth more than the driver's version
    if answer.returncode != 0:
        return None
    return answer.stdout.partition("\n")[0].strip() or None
