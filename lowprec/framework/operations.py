"""TensorFlow's operations as they run, and those that it has no kernel for."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lowprec.framework.versions import import_tensorflow

__all__ = ["each_operation", "missing_kernel", "without_retracing_warnings"]


@contextmanager
def without_retracing_warnings() -> Iterator[None]:
    """Keep TensorFlow from warning of models that are traced anew, where many are built."""
    logger = import_tensorflow().get_logger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


@contextmanager
def each_operation(seen: Callable[[str, Sequence[Any], Sequence[Any]], None]) -> Iterator[None]:
    """Call a function with name, operands and results of each operation that runs eagerly.

    TensorFlow's own `enable_check_numerics` stands on the same private hook.
    """
    import_tensorflow()
    from tensorflow.python.framework import op_callbacks

    def callback(
        kind: str | bytes,
        operands: Sequence[Any],
        attributes: Any,
        results: Sequence[Any],
        op_name: Any = None,
        graph: Any = None,
    ) -> None:
        if graph is None:  # some of TensorFlow's ways to run an operation name it in bytes
            seen(kind.decode() if isinstance(kind, bytes) else kind, operands, results)

    op_callbacks.add_op_callback(callback)
    try:
        yield
    finally:
        op_callbacks.remove_op_callback(callback)


_FLOAT = r"(?P<dtype>HALF|BFLOAT16|FLOAT|DOUBLE|COMPLEX\d+)"


_REFUSALS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rf"No OpKernel was registered to support Op '(?P<op>\w+)'.*?=DT_{_FLOAT}",
        rf"Could not find device for node: .*? = (?P<op>\w+)\[.*?=DT_{_FLOAT}",
        r"Value for attr '\w+' of (?P<dtype>\w+) is not in the list of allowed values"
        r".*?Op<name=(?P<op>\w+)",
        r"Value passed to parameter (?P<op>'\w+') has DataType (?P<dtype>\w+) not in list",
    )
)
"""How TensorFlow says that it has no kernel, read from TF 2.12, 2.15 and 2.21 alike. The last form
(graph construction) names the parameter in the op's place."""


_DTYPE_NAMES = {"half": "float16", "float": "float32", "double": "float64"}


def missing_kernel(error: Exception) -> tuple[str, str] | None:
    """Return (op, dtype) if `error` is TensorFlow's refusal for want of a kernel, else None."""
    for refusal in _REFUSALS:
        if match := refusal.search(str(error)):
            dtype = match["dtype"].lower()
            return match["op"], _DTYPE_NAMES.get(dtype, dtype)
    return None
