"""The device that TensorFlow computes on, its memory, and how it computes."""

from __future__ import annotations

import os
from dataclasses import dataclass

from lowprec.framework.versions import ONEDNN_SWITCH, import_tensorflow

__all__ = [
    "Device",
    "device",
    "memory_bytes",
    "op_determinism",
    "reset_peak_memory",
    "synchronize",
    "thread_options",
]


def synchronize() -> None:
    """Wait until every device has finished the work given to it."""
    import_tensorflow().test.experimental.sync_devices()


def reset_peak_memory() -> None:
    """Start to measure the peak memory of the first GPU afresh; nothing on a CPU."""
    tf = import_tensorflow()
    if tf.config.list_physical_devices("GPU"):
        tf.config.experimental.reset_memory_stats("GPU:0")


def memory_bytes() -> tuple[int, int] | None:
    """Return the memory of the first GPU in use, and its peak since the reset; None on a CPU."""
    tf = import_tensorflow()
    if not tf.config.list_physical_devices("GPU"):
        return None
    info = tf.config.experimental.get_memory_info("GPU:0")
    return int(info["current"]), int(info["peak"])


@dataclass(frozen=True)
class Device:
    """The device that TensorFlow trains on, as TensorFlow names it.

    Attributes:
        kind: "gpu" or "cpu".
        gpu: names of the GPUs, joined by " + "; None on a CPU.
        compute_capability: of the first GPU, such as "7.5"; None on a CPU.
        cuda: CUDA version that TensorFlow was built for; None on a CPU.
        cudnn: likewise cuDNN's.
        tf32: whether TensorFlow lets float32 matrix products run in TF32.
        xla: whether the option of `tf.config.optimizer` asks XLA to compile every graph.
        onednn: whether CPU operations may run in oneDNN.
        memory_growth: whether the option of `tf.config.experimental` has the first GPU's memory
            taken as it is needed.
    """

    kind: str
    gpu: str | None
    compute_capability: str | None
    cuda: str | None
    cudnn: str | None
    tf32: bool
    xla: bool
    onednn: bool
    memory_growth: bool = False


def device() -> Device:
    """Ask TensorFlow for its device."""
    tf = import_tensorflow()
    gpus = tf.config.list_physical_devices("GPU")
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    capability = details[0].get("compute_capability") if details else None
    build = tf.sysconfig.get_build_info() if details else {}
    return Device(
        kind="gpu" if details else "cpu",
        gpu=" + ".join(d.get("device_name", "unknown GPU") for d in details) or None,
        compute_capability=".".join(map(str, capability)) if capability else None,
        cuda=build.get("cuda_version"),
        cudnn=build.get("cudnn_version"),
        tf32=bool(tf.config.experimental.tensor_float_32_execution_enabled()),
        xla=bool(tf.config.optimizer.get_jit()),
        onednn=_onednn(),
        memory_growth=bool(gpus and tf.config.experimental.get_memory_growth(gpus[0])),
    )


def _onednn() -> bool:
    """Ask TensorFlow whether it uses oneDNN; of its spellings "0", "FALSE" and the like are off.

    With a spelling that TensorFlow does not read ("off", ""), its default holds, which depends on
    the platform and the processor: on Linux oneDNN is on where the processor has instructions for
    neural networks, such as AVX512-VNNI (`IsMklEnabled`, tensorflow/core/util/port.cc). That
    function is private; a later version without it is taken to follow the switch.
    """
    try:
        from tensorflow.python.util._pywrap_util_port import IsMklEnabled
    except ImportError:
        return os.environ.get(ONEDNN_SWITCH, "").lower() not in ("0", "false")
    return bool(IsMklEnabled())


def op_determinism() -> bool:
    """Ask TensorFlow whether its operations are deterministic.

    They are with TF_DETERMINISTIC_OPS or after `enable_op_determinism`. The question is private; of
    a later version without it only the variable is known.
    """
    import_tensorflow()
    try:
        from tensorflow.python.framework.config import is_op_determinism_enabled
    except ImportError:
        return os.environ.get("TF_DETERMINISTIC_OPS", "").lower() in ("1", "true")
    return bool(is_op_determinism_enabled())


def thread_options() -> tuple[int, int]:
    """Return the threads within and between operations set in `tf.config.threading`; 0 if unset."""
    threading = import_tensorflow().config.threading
    return (
        int(threading.get_intra_op_parallelism_threads()),
        int(threading.get_inter_op_parallelism_threads()),
    )
