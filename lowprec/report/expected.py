"""An outcome and an accuracy beside those that were expected."""

from __future__ import annotations

from lowprec.report.text import share_text

__all__ = ["expected_text"]

Band = tuple[float, float]


def expected_text(outcome: str, band: Band | None, accuracy: float | None) -> str:
    """Return what was expected, such as "learns .70-.90".

    Args:
        outcome: the outcomes that may come, joined by "|".
        band: least and greatest accuracy; where no outcome learns it is that of guessing, and is
            left out.
        accuracy: that was measured; the band has as many digits as show on which side it is.
    """
    if "learns" not in outcome.split("|") or band is None:
        return outcome
    return f"{outcome} {_band_text(band, accuracy)}"


def _band_text(band: Band, accuracy: float | None) -> str:
    digits = 2
    if accuracy is not None:
        shown, (low, high) = round(accuracy, 4), band
        if _side(shown, (round(low, 2), round(high, 2))) != _side(shown, band):
            digits = 4
    return "-".join(share_text(bound, digits) for bound in band)


def _side(accuracy: float, band: Band) -> int:
    """Return -1 below the band, 0 in it, 1 above it."""
    low, high = band
    return (accuracy > high) - (accuracy < low)
