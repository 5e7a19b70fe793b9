"""What a worker of a cluster does: it takes its share of its machine, and says who it is."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Any

from distributed import WorkerPlugin

from lowprec import framework
from lowprec.record.data_info import DataInfo
from lowprec.record.seed_round import Maker
from lowprec.training.environment import INTRA_OP_THREADS, round_threads
from lowprec.training.one_seed import data_of, this_maker
from lowprec.training.own_random import draw_by_thread
from lowprec.training.workers import take_share

__all__ = ["SharePlugin", "examined"]


class SharePlugin(WorkerPlugin):  # type: ignore[misc]  # distributed is not installed for the types
    """Gives each worker its cores and GPU before TensorFlow is imported there, and digits as here.

    Workers of one host are told apart by name, which one that is started anew by its nanny keeps.
    Where whoever started the workers has shared out cores or GPUs by then, that stays.

    A round's digits depend on how many threads share its sums. These stay as many as one process
    would have here, on however few cores they run.
    """

    name = "lowprec-share"

    def __init__(self, always: bool) -> None:
        """Take whether a share is taken also where the process may not use all of its machine."""
        self._always, self._threads = always, round_threads()

    async def setup(self, worker: Any) -> None:
        """Take the share of a worker that has joined or was there."""
        framework.prefer_repeatable_results()
        draw_by_thread()
        os.environ.setdefault(INTRA_OP_THREADS, str(self._threads))
        if self._always or not _is_shared_out():
            workers = (await worker.scheduler.identity())["workers"].values()
            names = sorted(str(one["name"]) for one in workers if one["host"] == worker.host)
            take_share(names.index(str(worker.name)), len(names))


def _is_shared_out() -> bool:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return "CUDA_VISIBLE_DEVICES" in os.environ or cores != os.cpu_count()


async def examined(protocol: str, models: Sequence[str]) -> tuple[Maker, dict[str, DataInfo]]:
    """Return who this worker is, and what it would train models on.

    In a thread of its own: a worker that does not answer while it imports TensorFlow looks dead.

    Raises:
        LowprecError: TensorFlow or the data is not as it must be.
    """
    return await asyncio.to_thread(
        lambda: (this_maker(), {model: data_of(protocol, model) for model in models})
    )
