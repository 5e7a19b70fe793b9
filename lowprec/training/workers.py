"""The share of the machine that one worker takes, of pytest-xdist or of a cluster."""

from __future__ import annotations

import os

from lowprec.training.nvidia import nvidia_smi

__all__ = ["take_share"]


def take_share(index: int, count: int) -> None:
    """Give this process its share: every `count`-th core, or a GPU of its own.

    Must run before TensorFlow is imported, which sizes its thread pools by the process'
    affinity and claims the GPUs that it sees. With more workers than cores or GPUs, these are
    shared.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[index::count] or [cores[index % len(cores)]])
    if gpus := _visible_gpus():
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[index % len(gpus)]
        if count > len(gpus):
            # Else the first worker takes nearly all of the memory and the others find none.
            os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")


def _visible_gpus() -> list[str]:
    """Return the GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them."""
    if "CUDA_VISIBLE_DEVICES" in os.environ:
        return [gpu for gpu in os.environ["CUDA_VISIBLE_DEVICES"].split(",") if gpu.strip()]
    return nvidia_smi("uuid")
