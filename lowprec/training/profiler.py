"""An epoch of a pair under TensorFlow's profiler."""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from lowprec import framework
from lowprec.record.profile import OperationTime, Profile
from lowprec.rows.matrix import Pair
from lowprec.rows.schemes import Scheme
from lowprec.training.clock import FitClock
from lowprec.training.missing_kernels import naming_missing_kernels
from lowprec.training.precision import precision
from lowprec.training.task import Task

__all__ = ["profiled"]


def profiled(task: Task, scheme: Scheme, seed: int) -> Profile:
    """Train an epoch to trace and warm up, then one under the profiler.

    Raises:
        UnsupportedError: TensorFlow has no kernel that the training needs.
    """
    inputs = task.load()
    with precision(scheme, seed), naming_missing_kernels():
        net = task.build(scheme)
        arguments = inputs.train.fit_arguments(task.batch_size) | {"verbose": 0}
        clock = FitClock(net)
        clock.start()
        net.fit(**arguments, callbacks=[clock.callback])
        timing = clock.stop()
        with tempfile.TemporaryDirectory() as folder:
            with framework.profiler(folder):
                begun_s = time.perf_counter()
                history = net.fit(**arguments)
                framework.synchronize()
                wall_s = time.perf_counter() - begun_s
            operations = _by_kind(framework.profiled_operations(Path(folder)))
    return Profile(
        pair=Pair(task.name, scheme.name),
        steps=int(history.params["steps"]),
        wall_s=wall_s,
        start_s=timing.start_s,
        operations=operations,
    )


def _by_kind(events: Iterator[tuple[str, float]]) -> dict[str, OperationTime]:
    seconds: defaultdict[str, list[float]] = defaultdict(list)
    for kind, duration_s in events:
        seconds[kind].append(duration_s)
    return {kind: OperationTime(sum(of), len(of)) for kind, of in seconds.items()}
