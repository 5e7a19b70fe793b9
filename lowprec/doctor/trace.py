"""The operations of one step, as they run: which gave a number that is not finite, of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.diagnosis.observed import Numbers, Operation, Phase

__all__ = ["Key", "Trace", "all_finite", "numbers", "wide"]

Key = tuple[Phase, str, int]
"""Phase, name and number of an operation among those of its name; a twin has the same ones, but for
conversions."""

MOST_SUSPECTS = 100
"""Operations with results that are not finite, from the first on, that are set beside the twin."""


class Trace:
    """Looks at every floating-point result; `phase` says what the step is doing.

    Attributes:
        suspects: operations with a result that is not finite, in their order.
        wanted: operations asked for, found.
        layers: largest absolute finite value of the forward results of each layer.
    """

    def __init__(self, wanted: Collection[Key] = ()) -> None:
        self.phase: Phase = "forward"
        self.suspects: dict[Key, Operation] = {}
        self.wanted: dict[Key, Operation] = {}
        self.layers: dict[str, float] = {}
        self._asked_for = wanted
        self._counts: Counter[tuple[Phase, str]] = Counter()
        self._bad: set[int] = set()
        self._kept: list[Any] = []  # so that no other tensor gets the id of a bad one

    def see(self, kind: str, operands: Sequence[Any], results: Sequence[Any]) -> None:
        """Take in an operation; to be given to `framework.each_operation`."""
        self._counts[self.phase, kind] += 1
        key = (self.phase, kind, self._counts[self.phase, kind])
        values = [wide(result) for result in results if _is_float(result)]
        if not values:
            return
        scope = framework.current_scope() if self.phase == "forward" else ""
        bad = not all(np.isfinite(value).all() for value in values)
        if self.phase == "forward":
            self._note_range(scope, values)
        if key in self._asked_for:
            self.wanted[key] = self._operation(kind, scope, operands, results)
        if bad and len(self.suspects) < MOST_SUSPECTS:
            self.suspects[key] = self._operation(kind, scope, operands, results)
        if bad:
            self._bad.update(map(id, results))
            self._kept += results

    def _note_range(self, scope: str, values: Sequence[np.ndarray]) -> None:
        layer = scope.partition("/")[0]
        finite = [np.abs(value[np.isfinite(value)]) for value in values]
        largest = max((float(value.max()) for value in finite if value.size), default=0.0)
        if layer:
            self.layers[layer] = max(largest, self.layers.get(layer, 0.0))

    def _operation(
        self, kind: str, scope: str, operands: Sequence[Any], results: Sequence[Any]
    ) -> Operation:
        floats = [operand for operand in operands if _is_float(operand)]
        seen = tuple(map(numbers, floats))
        given = [
            place
            for place, (operand, of) in enumerate(zip(floats, seen, strict=True))
            if of.not_finite and id(operand) not in self._bad
        ]
        return Operation(
            phase=self.phase,
            kind=kind,
            scope=scope,
            operands=seen,
            result=numbers(next(result for result in results if _is_float(result))),
            given=given[0] if given else None,
        )


def numbers(tensor: Any) -> Numbers:
    """Return what the values of a tensor or array are; NumPy warns of none of them."""
    with np.errstate(over="ignore", invalid="ignore"):
        return _numbers(tensor)


def _numbers(tensor: Any) -> Numbers:
    value = wide(tensor)
    dtype = tensor.dtype
    size = max(value.size, 1)
    absolute = np.abs(value[np.isfinite(value)])
    above = absolute[absolute > 0]
    return Numbers(
        dtype=str(getattr(dtype, "name", dtype)),
        size=value.size,
        largest=float(absolute.max()) if absolute.size else 0.0,
        smallest=float(above.min()) if above.size else None,
        middle=float(np.median(above)) if above.size else None,
        not_finite=(value.size - absolute.size) / size,
        zero=(absolute.size - above.size) / size,
        negative=float((value < 0).sum()) / size,
    )


def wide(tensor: Any) -> np.ndarray:
    """Return the values of a tensor, a variable or an array as float64."""
    array = tensor.numpy() if hasattr(tensor, "numpy") else np.asarray(tensor)
    return np.asarray(array, dtype=np.float64)


def all_finite(tensors: Iterable[Any]) -> bool:
    """Whether every value of tensors, variables or arrays is finite."""
    return all(np.isfinite(wide(tensor)).all() for tensor in tensors)


def _is_float(tensor: Any) -> bool:
    return bool(tensor.dtype.is_floating)
