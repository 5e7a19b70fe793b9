"""The environment of this process: asked of TensorFlow, the driver and the processor."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from lowprec import framework
from lowprec.record.environment import Environment
from lowprec.training.cpu_quota import cpu_quota
from lowprec.training.cuda_libraries import CudaVersions, loaded_versions
from lowprec.training.nvidia import nvidia_smi
from lowprec.training.switches import is_on, openmp_threads, thread_count
from lowprec.training.workers import Share
from lowprec.training.xla_flags import read_xla_flags

__all__ = ["INTRA_OP_THREADS", "cpu_name", "current_environment", "round_threads"]

INTRA_OP_THREADS = "TF_NUM_INTRAOP_THREADS"


def round_threads() -> int:
    """Return how many threads share the sums of an operation here, without asking TensorFlow."""
    return thread_count(os.environ.get(INTRA_OP_THREADS)) or _processors()


def cpu_name(cpu: Mapping[str, Any]) -> str:
    """Return the processor's name with family, model and stepping.

    Virtual machines call many processors "Intel(R) Xeon(R) Processor", and the numbers tell them
    apart. Where py-cpuinfo knows no name, the architecture stands for it.
    """
    name = cpu.get("brand_raw") or platform.processor() or platform.machine()
    numbers = [f"{key} {cpu[key]}" for key in ("family", "model", "stepping") if key in cpu]
    return f"{name}, {' '.join(numbers)}" if numbers else str(name)


def current_environment(
    cpu: Mapping[str, Any], share: Share | None = None, devices: int | None = None
) -> Environment:
    """Read the environment of this process; imports TensorFlow.

    Args:
        cpu: what py-cpuinfo tells of the processor, as in pytest-benchmark's machine_info.
        share: of the machine that this process has; None where that is all of it.
        devices: over how many devices models are trained; None for one, without any strategy.
    """
    device = framework.device()
    on_gpu = device.kind == "gpu"
    loaded = loaded_versions() if on_gpu else CudaVersions()
    processors = _processors()
    return Environment.named(
        device=device.kind,
        gpu=device.gpu,
        compute_capability=device.compute_capability,
        driver=_gpu_driver() if on_gpu else None,
        cuda=loaded.cuda or device.cuda,
        cudnn=loaded.cudnn or device.cudnn,
        cublas=loaded.cublas,
        cuda_build=device.cuda,
        cudnn_build=device.cudnn,
        memory_growth=_memory_growth(device) or None,
        tensorflow=framework.tensorflow_version(),
        keras=framework.keras_version(),
        keras_backend=framework.keras_backend(),
        cpu=cpu_name(cpu),
        threads=processors,
        cpu_quota=cpu_quota(processors),
        workers=share.workers if share else None,
        workers_a_gpu=share.workers_a_gpu if share else None,
        **_thread_settings(),
        **_switches(device),
        python=platform.python_version(),
        numpy=metadata.version("numpy"),
        protobuf=metadata.version("protobuf"),
        system=platform.system(),
        devices=devices,
    )


def _processors() -> int:
    """Return how many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _thread_settings() -> dict[str, int | None]:
    """Return the threads that were asked for; TensorFlow's own options precede its variables."""
    intra_op, inter_op = framework.thread_options()
    return {
        "intra_op_threads": intra_op or thread_count(os.environ.get(INTRA_OP_THREADS)),
        "inter_op_threads": inter_op or thread_count(os.environ.get("TF_NUM_INTEROP_THREADS")),
        "omp_threads": openmp_threads(os.environ.get("OMP_NUM_THREADS")),
    }


def _switches(device: framework.Device) -> dict[str, bool | None]:
    """Return what is on for the device, after all that may override TensorFlow's own switches.

    NVIDIA_TF32_OVERRIDE=0 "will override any defaults or programmatic configuration of NVIDIA
    libraries" (cuBLAS' documentation, cublasComputeType_t); no other value is documented, so that
    TensorFlow's switch holds with any. TF_CUDNN_DETERMINISTIC holds for cuDNN alone.
    """
    on_gpu = device.kind == "gpu"
    flags = read_xla_flags(os.environ.get("TF_XLA_FLAGS"))
    cudnn = on_gpu and is_on(os.environ.get("TF_CUDNN_DETERMINISTIC"))
    overridden = on_gpu and os.environ.get("NVIDIA_TF32_OVERRIDE") == "0"
    return {
        "tf32": device.tf32 and not overridden,
        "xla": flags.compiles_every_graph(device.kind, option=device.xla),
        "onednn": device.onednn,
        "deterministic": framework.op_determinism() or cudnn or None,
    }


def _memory_growth(device: framework.Device) -> bool:
    """Return whether TensorFlow takes the GPU's memory as it needs it.

    The variable precedes the option, with "true" and "false" alone
    (`BFCAllocator`'s options in tensorflow/core/common_runtime/gpu/gpu_bfc_allocator.cc).
    """
    spelled = {"true": True, "false": False}
    forced = spelled.get(os.environ.get("TF_FORCE_GPU_ALLOW_GROWTH", ""))
    on_gpu = device.kind == "gpu"
    return on_gpu and (device.memory_growth if forced is None else forced)


def _gpu_driver() -> str | None:
    """Return the driver's version; a session's timings are worth more than it, so no error."""
    versions = nvidia_smi("driver_version")
    return versions[0] if versions else None
