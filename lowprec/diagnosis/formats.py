"""What a floating-point format can hold. Pure."""

from __future__ import annotations

from functools import lru_cache

import ml_dtypes
import numpy as np
import numpy.typing as npt

__all__ = ["Format", "format_of"]


class Format:
    """A format by its name, such as "float16".

    Attributes:
        name: NumPy's or ml_dtypes' name of it.
        dtype: of NumPy.
        largest: finite number.
        smallest: number above 0, subnormal.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.dtype = np.dtype(getattr(ml_dtypes, name, name))
        limits = ml_dtypes.finfo(self.dtype)
        self.largest = float(limits.max)
        self.smallest = float(limits.smallest_subnormal)
        self._normal, self._epsilon = float(limits.tiny), float(limits.eps)

    def held(self, value: float) -> float:
        """Return the number of the format that is next to a value; infinite beyond its range."""
        with np.errstate(over="ignore", under="ignore"):
            return float(np.array(value, np.float64).astype(self.dtype))

    def spacing(self, values: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the distance of each finite value of the format to the next larger one."""
        _, exponents = np.frexp(np.maximum(np.abs(values), self._normal))
        return np.asarray(self._epsilon * np.ldexp(1.0, exponents - 1), dtype=np.float64)


@lru_cache
def format_of(name: str) -> Format:
    """Return a format by its name.

    Raises:
        TypeError: there is none of that name.
    """
    return Format(name)
