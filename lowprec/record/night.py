"""What a night says of its pairs, in the form in which it is handed to `lowprec issues`."""

from __future__ import annotations

from typing import Literal

import msgspec

from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair

__all__ = ["NightPair", "NightPairs", "State"]

State = Literal["flagged", "slower with all", "fine", "not judged"]
"""Of a pair; one that was accepted is fine. Where all pairs share a slowdown, what a pair does by
itself is not known."""


class NightPair(msgspec.Struct, frozen=True):
    """What is said of a pair, or of all pairs together.

    Attributes:
        model, scheme: names; of all pairs together `ALL_PAIRS` and ''.
        words: all that is said.
        line: the same in a line, with its numbers.
        slower: the largest ratio behind "slower"; None without.
        loss: accuracy lost at equal seeds, 0.01 for a point; None without.
    """

    model: str
    scheme: str
    state: State
    words: tuple[Verdict, ...]
    line: str
    slower: float | None = None
    loss: float | None = None

    @property
    def name(self) -> str:
        """Name for people."""
        return str(self._pair).rstrip()

    @property
    def accepted_as(self) -> str:
        """What `lowprec accept` is given after the session; nothing where all pairs are meant."""
        return self._pair.test_id if self.scheme else ""

    @property
    def _pair(self) -> Pair:
        return Pair(self.model, self.scheme)


class NightPairs(msgspec.Struct, frozen=True):
    """What is said of the pairs of a session.

    Attributes:
        lane: of which a pair has one issue: machine, settings, protocol, generation of Keras and
            release of TensorFlow, as a digest. Smaller updates do not change it.
        lane_name: what of it people want to read.
        session: its name.
        environment: its key.
        pairs: after the pairs themselves what they share, where that was judged.
    """

    lane: str
    lane_name: str
    session: str
    environment: str
    pairs: tuple[NightPair, ...]
