"""A flagged change that was accepted as the new normal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from lowprec.record.summary import SessionSummary, telling_name
from lowprec.rows.matrix import Pair

__all__ = ["Acceptance", "in_force"]


@dataclass(frozen=True)
class Acceptance:
    """What is normal from a session on: one pair of it, or all its flagged pairs where None.

    Attributes:
        session: its name, or FOLDER/NAME.
        pair: names of model and scheme.
        reason: why it is normal now.
        where: file and line, for messages.
    """

    session: str
    pair: Pair | None
    reason: str
    where: str = field(default="", compare=False, repr=False)

    def is_of(self, session: SessionSummary) -> bool:
        """Whether this session is meant."""
        return self.session in (session.name, session.full_name)

    def covers(self, session: SessionSummary, pair: Pair) -> bool:
        """Whether this pair of this session is meant."""
        return self.is_of(session) and self.pair in (None, pair)


def in_force(
    accepted: Iterable[Acceptance], sessions: Sequence[SessionSummary]
) -> tuple[tuple[Acceptance, ...], tuple[str, ...]]:
    """Return the acceptances that mean one session of those that are stored.

    Returns:
        Them, and a line on each of the others: these accept nothing, and somebody believes they do.
    """
    rows = tuple(accepted)
    wanted = {row.session for row in rows}
    named: dict[str, list[SessionSummary]] = defaultdict(list)
    for session in sessions if wanted else ():
        for name in wanted.intersection((session.name, session.full_name)):
            named[name].append(session)
    checked = [(row, _fault(row, named[row.session], sessions)) for row in rows]
    lines = tuple(f"{row.where}: {fault}" for row, fault in checked if fault)
    return tuple(row for row, fault in checked if not fault), lines


def _fault(
    row: Acceptance, meant: Sequence[SessionSummary], sessions: Iterable[SessionSummary]
) -> str | None:
    """Return what is wrong with an acceptance, given the sessions that have its name."""
    if not meant:
        return f"no stored session is named {row.session}; correct the row or delete it"
    if len(meant) > 1:
        names = ", ".join(telling_name(session, meant) for session in meant)
        return f"{len(meant)} sessions are named {row.session}; name one of {names} in the row"
    # One that was asked for and never trained may be accepted as gone.
    known = (s for s in chain(meant, sessions) if row.pair in {*s.by_pair, *(s.asked_for or ())})
    if row.pair and not any(known):
        return f"no stored session has the pair {row.pair}; correct the row or delete it"
    return None
