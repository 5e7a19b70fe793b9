"""What a judged session leaves for later ones."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lowprec.rows.matrix import Pair

__all__ = ["Standing"]


class Standing(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Which pairs of a session become part of the baseline, and which start it anew.

    Attributes:
        left_out: its pairs that are no part of the baseline.
        renewed: pairs whose baseline starts anew with it.
        given_up: pairs that are missed no longer.
        faster: by the name of a clock, pairs that got faster by it, which nobody accepted: these
            seconds are no part of the baseline until they stay so.
    """

    left_out: tuple[Pair, ...] = ()
    renewed: tuple[Pair, ...] = ()
    given_up: tuple[Pair, ...] = ()
    faster: Mapping[str, tuple[Pair, ...]] = {}
