"""The share of the machine that one of several training processes takes, here or in a cluster."""

from __future__ import annotations

import math
import os
import socket
import sys
from dataclasses import dataclass

from lowprec.training.nvidia import nvidia_smi

__all__ = ["Share", "free_place", "take_share"]

_PLACES: list[int] = []
"""Descriptors of sockets, open until this process ends."""


@dataclass(frozen=True)
class Share:
    """What a process has of the machine.

    Attributes:
        workers: processes that train side by side.
        workers_a_gpu: of them, so many on each GPU; None where each has its own, or there is none.
    """

    workers: int
    workers_a_gpu: int | None = None


def free_place(index: int, count: int, run: str) -> int:
    """Return which of `count` shares nobody has, and take it until this process ends.

    A worker that died has a successor with a number of its own, which is to train where the dead
    one did, not beside another. Names of sockets without a file are Linux' own, and free again
    once their process is gone (unix(7), "abstract"); elsewhere the number decides.

    Args:
        index: number of this process.
        count: of the processes that train side by side.
        run: name of the session that they belong to.
    """
    if sys.platform == "linux":
        for place in range(count):
            holder = socket.socket(socket.AF_UNIX)
            try:
                holder.bind(f"\0lowprec-{run}-{place}")
            except OSError:
                holder.close()
            else:
                _PLACES.append(holder.detach())
                return place
    return index % count


def take_share(place: int, count: int) -> Share:
    """Give this process its share: as many cores as each other has, or a GPU of its own.

    Must run before TensorFlow is imported, which sizes its thread pools by the process'
    affinity and claims the GPUs that it sees. With more workers than cores or GPUs, these are
    shared.
    """
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        # Cores that are left over stay idle: no training is to have more of them than another.
        share = cores[place::count][: max(1, len(cores) // count)]
        os.sched_setaffinity(0, share or [cores[place % len(cores)]])
    gpus = _visible_gpus()
    if not gpus:
        return Share(count)
    os.environ["CUDA_VISIBLE_DEVICES"] = gpus[place % len(gpus)]
    if count <= len(gpus):
        return Share(count)
    # Else the first worker takes nearly all of the memory and the others find none.
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    return Share(count, math.ceil(count / len(gpus)))


def _visible_gpus() -> list[str]:
    """Return the GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them."""
    if "CUDA_VISIBLE_DEVICES" in os.environ:
        return [gpu for gpu in os.environ["CUDA_VISIBLE_DEVICES"].split(",") if gpu.strip()]
    return nvidia_smi("uuid")
