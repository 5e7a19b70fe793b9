"""TensorFlow's profiler, and what it writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lowprec.framework.versions import import_tensorflow

__all__ = ["profiled_operations", "profiler"]


@contextmanager
def profiler(folder: str) -> Iterator[None]:
    """Profile what runs inside, into a folder."""
    tools = import_tensorflow().profiler.experimental
    tools.start(folder)
    try:
        yield
    finally:
        tools.stop()


_OPERATION = re.compile(r"[^:]*:(?P<kind>_?[A-Z]\w*)")
"""How an operation is named in a profile: "net/dense/MatMul:MatMul"."""


def profiled_operations(folder: Path) -> Iterator[tuple[str, float]]:
    """Yield kind and seconds of each run of an operation in a profile.

    Of a GPU where there is one, whose kernels name their operation in "tf_op"; else of the host.
    The form of the file is TensorFlow's own; its tools for it are not among its dependencies.
    """
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    space = xplane_pb2.XSpace()
    for path in folder.rglob("*.xplane.pb"):
        space.MergeFromString(path.read_bytes())
    gpus = [plane for plane in space.planes if plane.name.startswith("/device:GPU")]
    for plane in gpus or [plane for plane in space.planes if plane.name == "/host:CPU"]:
        for line in plane.lines:
            for event in line.events:
                if match := _OPERATION.fullmatch(_name_of(plane, event, bool(gpus))):
                    yield match["kind"], event.duration_ps * 1e-12


def _name_of(plane: Any, event: Any, on_gpu: bool) -> str:
    """Return the name of an event's operation; of a GPU's that of what its kernel is of."""
    metadata = plane.event_metadata[event.metadata_id]
    if not on_gpu:
        return str(metadata.name)
    for stat in (*event.stats, *metadata.stats):
        if plane.stat_metadata[stat.metadata_id].name == "tf_op":
            return str(stat.str_value or plane.stat_metadata[stat.ref_value].name)
    return ""
