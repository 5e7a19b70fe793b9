"""Formats of eight bits and fewer, to which numbers are rounded while layers compute in float32."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["SMALL_FORMATS", "Rounding", "SmallFormat"]


@dataclass(frozen=True)
class SmallFormat:
    """One row.

    Attributes:
        name: as in OCP 8-bit Floating Point Specification 1.0 and OCP Microscaling Formats 1.0.
        largest: number.
        mantissa_bits: stored ones; None for integers.
        least_exponent: of a normal number.
    """

    name: str
    largest: float
    mantissa_bits: int | None = None
    least_exponent: int = 0


@dataclass(frozen=True)
class Rounding:
    """What layers round: weights and inputs going forward, the output's gradient going back.

    Weights are kept in float32, and rounded anew in each step. Each tensor is scaled by a power of
    two, so that its largest value is near the format's largest.
    """

    forward: str
    backward: str

    def __str__(self) -> str:
        return f"{self.forward} forward, {self.backward} backward"


_ROWS = (
    SmallFormat("e4m3", 448.0, mantissa_bits=3, least_exponent=-6),
    SmallFormat("e5m2", 57344.0, mantissa_bits=2, least_exponent=-14),
    SmallFormat("e2m1", 6.0, mantissa_bits=1),
    SmallFormat("int4", 7.0),
)

SMALL_FORMATS: Mapping[str, SmallFormat] = MappingProxyType({row.name: row for row in _ROWS})
"""All by name."""
