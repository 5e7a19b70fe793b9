"""One session before the gate, with all that its history is needed for. Pure.

The end of a session, `lowprec check` and `accept` judge here; `replay` goes through all sessions,
and `judge_these` through those that a report shows.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass

import msgspec

from lowprec.judging.comparison import FirstComparison, compare_pairs
from lowprec.judging.lineage import Lane, Lineage, LineageKey, lineage_key
from lowprec.judging.sides import Side, nearest_earlier, same_hardware
from lowprec.judging.verdict import SessionVerdict
from lowprec.record.acceptance import Acceptance
from lowprec.record.standing import Standing
from lowprec.record.summary import SessionSummary
from lowprec.rows.matrix import Pair

__all__ = [
    "JudgedSession",
    "against_nearest",
    "judge_session",
    "judge_these",
    "judge_with_nearest",
    "replay",
]


@dataclass(frozen=True)
class JudgedSession:
    """What there is to say of a session.

    Attributes:
        verdict: against the earlier sessions of its lineage.
        nearest: pairs that are new there against the nearest earlier environment; None where there
            is none.
    """

    verdict: SessionVerdict
    nearest: FirstComparison | None

    @property
    def first(self) -> frozenset[Pair]:
        """Its pairs that no earlier session of its lineage has."""
        return self.verdict.first


def judge_with_nearest(
    session: SessionSummary,
    sessions: Sequence[SessionSummary],
    accepted: Collection[Acceptance],
    standings: MutableMapping[str, Standing],
) -> JudgedSession:
    """Judge a session, and set what is new to its machine against the nearest other one.

    Arguments are those of `judge_session`.
    """
    verdict = judge_session(session, sessions, accepted, standings)
    return JudgedSession(verdict, against_nearest(verdict, sessions))


def judge_session(
    session: SessionSummary,
    sessions: Iterable[SessionSummary],
    accepted: Collection[Acceptance],
    standings: MutableMapping[str, Standing],
) -> SessionVerdict:
    """Judge a session against those of its lineage before it.

    Args:
        session: one that is not among `sessions` comes after all of them.
        sessions: oldest first.
        accepted: what was accepted in any of them.
        standings: what earlier sessions left when they were judged, by a digest of all that it
            depends on; what is not there is judged and added.
    """
    lineage, key = Lineage(), lineage_key(session)
    for earlier in _before(session, sessions):
        if lineage_key(earlier) != key:
            continue
        _take_in(lineage.lane(earlier.environment), earlier, accepted, standings)
    verdict, _ = lineage.lane(session.environment).series.judge(session, accepted)
    return verdict


def judge_these(
    wanted: Container[str],
    sessions: Iterable[SessionSummary],
    accepted: Collection[Acceptance],
    standings: MutableMapping[str, Standing],
) -> Iterator[SessionVerdict]:
    """Judge some of many sessions, oldest first, in the words that `replay` has for each.

    The numbers that the words stand for may be left out of a verdict.

    Args:
        wanted: full names of those to be judged.
        sessions: oldest first, with all that these are judged by.
        accepted: as in `judge_session`.
        standings: as in `judge_session`.
    """
    lineages: dict[LineageKey, Lineage] = defaultdict(Lineage)
    for session in sessions:
        lane = lineages[lineage_key(session)].lane(session.environment)
        if session.full_name in wanted:
            mine = _of(session, accepted)
            lane.digest = _digest(lane.digest, session, mine)
            verdict, standings[lane.digest] = lane.series.judge(session, mine, brief=True)
            yield verdict
        else:
            _take_in(lane, session, accepted, standings)


def replay(
    sessions: Iterable[SessionSummary], accepted: Collection[Acceptance] = ()
) -> Iterator[SessionVerdict]:
    """Judge every session, oldest first, each as the gate would have on its day."""
    lineages: dict[LineageKey, Lineage] = defaultdict(Lineage)
    for session in sessions:
        lane = lineages[lineage_key(session)].lane(session.environment)
        verdict, _ = lane.series.judge(session, accepted)
        yield verdict


def _take_in(
    lane: Lane,
    session: SessionSummary,
    accepted: Collection[Acceptance],
    standings: MutableMapping[str, Standing],
) -> None:
    """Let a session be a past one of its lane, whatever is said of it."""
    mine = _of(session, accepted)
    lane.digest = _digest(lane.digest, session, mine)
    if lane.digest in standings:
        lane.series.recall(session, standings[lane.digest])
    else:
        _, standings[lane.digest] = lane.series.judge(session, mine, brief=True)


def _of(session: SessionSummary, accepted: Iterable[Acceptance]) -> list[Acceptance]:
    return [row for row in accepted if row.is_of(session)]


def _before(
    session: SessionSummary, sessions: Iterable[SessionSummary]
) -> Iterator[SessionSummary]:
    for earlier in sessions:
        if earlier is session:
            return
        yield earlier


def _digest(before: str, session: SessionSummary, accepted: Collection[Acceptance]) -> str:
    """Return a digest of a session, what was accepted in it, and all before it.

    It is kept, and a set has another order in every process.
    """
    pairs = tuple(
        msgspec.structs.replace(p, outcomes=sorted(p.outcomes), expected=sorted(p.expected))
        for p in session.pairs
    )
    ordered = msgspec.structs.replace(session, pairs=pairs)
    content = before.encode() + msgspec.msgpack.encode((ordered, [*map(str, accepted)]))
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def against_nearest(
    verdict: SessionVerdict, sessions: Iterable[SessionSummary]
) -> FirstComparison | None:
    """Set pairs that are new to an environment against the nearest earlier one that has them.

    Where all are new, pairs that the other environment alone has are told, too. `sessions` as in
    `judge_session`.
    """
    session, first = verdict.session, verdict.first
    before = nearest_earlier(session, _before(session, sessions), first) if first else None
    if not before:
        return None
    after, stored = Side((session,)), session.by_pair
    whole = len(first) == len(stored)
    with_times = same_hardware(before.environment, after.environment)
    pairs = [
        pair
        for pair in compare_pairs(before, after, with_times)
        if pair.pair in first or (whole and pair.pair not in stored)
    ]
    return FirstComparison(before, after, pairs, with_times)
