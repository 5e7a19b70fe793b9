"""What the gate says of a pair in one session, and what was accepted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from lowprec.accuracy import LEAST_LOSS
from lowprec.intervals import Change
from lowprec.nights import Night, PairNight
from lowprec.sessions import Pair
from lowprec.slowdown import Finding

__all__ = ["FLAGS", "UNJUDGED", "Acceptance", "NightVerdict", "PairVerdict", "pair_verdict"]

FLAGS = ("outcome changed", "worse", "improved", "slower", "missing")
"""Verdicts that flag a pair. "improved" does: the expectation is wrong by then."""

UNJUDGED = ("no evidence", "no baseline")
"""Verdicts that say that a pair could not be judged."""


@dataclass(frozen=True)
class Acceptance:
    """A flagged change that is the new normal from a session on; of all its pairs where None."""

    session: str
    pair: Pair | None
    reason: str

    def covers(self, session: str, pair: Pair) -> bool:
        """Whether this pair of this session is meant."""
        return self.session == session and self.pair in (None, pair)


@dataclass(frozen=True)
class PairVerdict:
    """What is said of one pair of one session.

    Attributes:
        verdicts: of `FLAGS`, `UNJUDGED` and "faster"; "ok" alone.
        outcome: of the session; None where the pair is missing.
        time: against the baseline; None where the pair was not timed.
        scope: with whom it got slower or faster, such as "scheme half"; None for itself.
        accuracy: change against the same seeds of the baseline; None where there are none.
        accepted: why a flag was accepted, or None.
    """

    model: str
    scheme: str
    verdicts: tuple[str, ...]
    outcome: str | None = None
    time: Finding | None = None
    scope: str | None = None
    accuracy: Change | None = None
    accepted: str | None = None

    @property
    def pair(self) -> Pair:
        """Model and scheme."""
        return self.model, self.scheme

    @property
    def flagged(self) -> bool:
        """Whether something is wrong with it that nobody accepted."""
        return self.accepted is None and any(verdict in FLAGS for verdict in self.verdicts)

    @property
    def acceptable(self) -> bool:
        """Whether it can be accepted as the new normal: it is flagged, or got faster."""
        return self.flagged or (self.accepted is None and "faster" in self.verdicts)

    @property
    def expected(self) -> bool:
        """Whether it is known what the pair should do; without that it is no baseline."""
        return "no evidence" not in self.verdicts

    @property
    def judged(self) -> bool:
        """Whether everything could be judged."""
        return not any(verdict in UNJUDGED for verdict in self.verdicts)


@dataclass(frozen=True)
class NightVerdict:
    """A session, and what is said of each of its pairs and of those that it should have had.

    `not_asked_for` is how many pairs of earlier sessions it was not to train: nothing is said of
    these.
    """

    night: Night
    pairs: tuple[PairVerdict, ...]
    not_asked_for: int = 0


def pair_verdict(
    pair: Pair,
    tonight: PairNight | None,
    time: tuple[Finding, str | None],
    accuracy: Change | None,
) -> PairVerdict:
    """Return what is said of a pair.

    Args:
        pair: model and scheme.
        tonight: as the session has it; None where it is missing.
        time: what is found of its seconds, and with whom they changed.
        accuracy: its change against earlier sessions; None where there is none.
    """
    if tonight is None:
        return PairVerdict(*pair, ("missing",))
    finding, scope = time
    verdicts = [tonight.verdict] if tonight.verdict != "ok" else []
    if accuracy and accuracy.beyond(LEAST_LOSS) < 0:
        verdicts.append("worse")
    if tonight.seconds and finding.verdict != "ok":
        verdicts.append(finding.verdict)
    return PairVerdict(
        *pair,
        tuple(dict.fromkeys(verdicts)) or ("ok",),
        outcome=tonight.outcome,
        time=finding if tonight.seconds else None,
        scope=scope,
        accuracy=accuracy,
    )
