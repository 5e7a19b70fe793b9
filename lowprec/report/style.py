"""How all figures look: readable for the colour-blind and in print, and named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from matplotlib.figure import Figure

from lowprec.report.selection import Selection
from lowprec.rows.schemes import SCHEMES

__all__ = ["OKABE_ITO", "SchemeStyle", "left_out_text", "save", "source_text", "style_of", "svg_of"]

OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#000000")
"""Of M. Okabe and K. Ito, "Color universal design", 2008: the colour-blind can tell them apart."""

PALE = "#f0e442"
"""Their yellow, which is pale on white."""

TOL = ("#882255", "#332288", "#117733", "#999933", "#44aa99", "#aa4499")
MEDIUM = ("#6699cc", "#ee99aa", "#994455", "#997700")
"""Of P. Tol, "Colour schemes", 2021, muted and medium-contrast; for schemes on request, of which
few are drawn at once."""

_COLOURS = (*OKABE_ITO, PALE, *TOL, *MEDIUM)
_MARKERS = "osD^vP*Xh<>pd81234"
_HATCHES = (
    *("", "//", "||", "xx", "\\\\", "++", "oo", "..", "**"),
    *("///", "...", "xxx", "+++", "ooo", "|||", "***", "---", "\\\\\\"),
)
"""Lines for the paper's schemes: an SVG spells out every dot, which takes 60 KB a colour."""


@dataclass(frozen=True)
class SchemeStyle:
    """How a scheme is drawn; marker and hatch tell it apart without the colour."""

    colour: str
    marker: str
    hatch: str


_STYLES: Mapping[str, SchemeStyle] = MappingProxyType(
    {
        scheme: SchemeStyle(*style)
        for scheme, *style in zip(SCHEMES, _COLOURS, _MARKERS, _HATCHES, strict=False)
    }
)
_OTHER = SchemeStyle("#777777", ".", "--")


def style_of(scheme: str) -> SchemeStyle:
    """Return how a scheme is drawn, the same in every figure; one that is no more is grey."""
    return _STYLES.get(scheme, _OTHER)


def source_text(selection: Selection) -> str:
    """Return what stands below every figure: protocol, environment, sessions."""
    environment = selection.environment
    sessions = ", ".join(selection.sessions[-3:])
    more = len(selection.sessions) - 3
    return (
        f"{selection.protocol} protocol; TensorFlow {environment.tensorflow}, Keras "
        f"{environment.keras}, {environment.device_name}; {environment.key}\n"
        f"{sessions}{f' and {more} earlier' if more > 0 else ''}"
        f"{left_out_text(selection)}"
    )


def left_out_text(selection: Selection) -> str:
    """Return a line on the pairs that a figure leaves out; '' where it has all."""
    if not selection.left_out:
        return ""
    drawn = len(selection.pairs)
    return f"\n{drawn} of {drawn + selection.left_out:,} pairs are drawn; the tables have all"


def save(figure: Figure, folder: Path, name: str) -> None:
    """Write a figure as PNG and SVG.

    Raises:
        OSError: a file cannot be written.
    """
    figure.savefig(folder / f"{name}.png", dpi=120)
    (folder / f"{name}.svg").write_bytes(svg_of(figure))


def svg_of(figure: Figure) -> bytes:
    """Return a figure as SVG; without a date, so that the same history gives the same."""
    drawn = BytesIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()
