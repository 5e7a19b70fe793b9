"""How all figures look: readable for the colour-blind and in print, and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from matplotlib.figure import Figure

from lowprec.schemes import SCHEMES
from lowprec.selection import Selection

__all__ = ["Look", "look", "save", "source_told"]

_OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000")
"""Of M. Okabe and K. Ito, "Color universal design", 2008: the colour-blind can tell them apart."""

_MARKERS = "osD^vP*"
_HATCHES = ("", "//", "..", "xx", "\\\\", "++", "oo")


@dataclass(frozen=True)
class Look:
    """How a scheme is drawn; marker and hatch tell it apart without the colour."""

    colour: str
    marker: str
    hatch: str


_LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        scheme: Look(*look)
        for scheme, *look in zip(SCHEMES, _OKABE_ITO, _MARKERS, _HATCHES, strict=False)
    }
)
_OTHER = Look("#777777", ".", "--")


def look(scheme: str) -> Look:
    """Return how a scheme is drawn, the same in every figure; one that is no more is grey."""
    return _LOOKS.get(scheme, _OTHER)


def source_told(selection: Selection) -> str:
    """Return what stands below every figure: protocol, environment, sessions."""
    environment = selection.environment
    device = environment.get("gpu") or environment.get("cpu")
    sessions = ", ".join(selection.sessions[-3:])
    more = len(selection.sessions) - 3
    return (
        f"{selection.protocol} protocol; TensorFlow {environment['tensorflow']}, Keras "
        f"{environment['keras']}, {device}; {selection.key}\n"
        f"{sessions}{f' and {more} earlier' if more > 0 else ''}"
    )


def save(figure: Figure, folder: Path, name: str, **options: Any) -> list[Path]:
    """Write a figure as PNG and SVG; return their paths.

    Raises:
        OSError: a file cannot be written.
    """
    paths = [folder / f"{name}.png", folder / f"{name}.svg"]
    figure.savefig(paths[0], dpi=120, **options)
    # Without a date the same history gives the same file.
    figure.savefig(paths[1], metadata={"Date": None}, **options)
    return paths
