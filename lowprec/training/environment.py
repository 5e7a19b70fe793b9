"""The environment of this process: asked of TensorFlow, the driver and the processor."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from lowprec import framework
from lowprec.record.environment import Environment
from lowprec.training.nvidia import nvidia_smi

__all__ = ["cpu_name", "current_environment", "short_name"]


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
    return Environment.named(
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
    """Return the driver's version; a session's timings are worth more than it, so no error."""
    versions = nvidia_smi("driver_version")
    return versions[0] if versions else None
