"""A stored session as far as it is judged, in a form small enough to be kept by the thousand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256

import msgspec

from lowprec.errors import HistoryError
from lowprec.record.data_info import DataInfo
from lowprec.record.environment import Environment
from lowprec.record.outcomes import Outcome
from lowprec.record.session import SeriesKey, Session
from lowprec.record.stored_pair import Measured, StoredPair
from lowprec.record.verdicts import Verdict
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import Budget
from lowprec.wording import counted, nearest

__all__ = [
    "PairSummary",
    "SessionSummary",
    "newest_of_each",
    "no_sessions",
    "session_named",
    "summaries_of",
    "summary_of",
    "telling_name",
]

SHOWN = 5
"""So many of the sessions that have a name are told."""


class PairSummary(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A pair in one session.

    Attributes:
        how: what it was trained on and for how long, as a digest that is equal where that is.
        outcome: the worst of the rounds, `outcomes` those of all.
        expected: the outcomes that were expected; empty without an expectation.
        verdict: as it was stored, so it is that on the expectation alone.
        seconds: of the training, as in `StoredPair`; None where nothing was timed.
        accuracies: on the test set, by seed.
        test_total: examples in the test set; None without rounds.
        startup_s: seconds of the start; processors' time of it where no GPU trains.
        measured: how these seconds were measured.
        cpu_s: processors' time of the training; None where a GPU trains.
        band: least and greatest accuracy that was expected; None where no band was.
    """

    model: str
    scheme: str
    how: str
    outcome: Outcome
    outcomes: frozenset[Outcome]
    expected: frozenset[str]
    verdict: Verdict
    seconds: float | None
    accuracies: dict[int, float]
    test_total: int | None = None
    startup_s: float | None = None
    measured: Measured = "whole"
    cpu_s: float | None = None
    band: tuple[float, float] | None = None

    @property
    def pair(self) -> Pair:
        """Names of model and scheme."""
        return Pair(self.model, self.scheme)

    @property
    def learns(self) -> bool:
        """Whether every round learnt."""
        return self.outcomes == {"learns"}

    @property
    def accuracy(self) -> float | None:
        """Mean over the seeds; None where a round did not learn."""
        values = self.accuracies.values()
        return sum(values) / len(values) if self.learns and values else None


class SessionSummary(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A session as far as it is judged; attributes as in `Session`.

    `crowded` says whether others visibly kept the machine busy.
    """

    name: str
    time: datetime
    environment: Environment
    protocol: str
    pairs: tuple[PairSummary, ...]
    asked_for: tuple[Pair, ...] | None = None
    folder: str = ""
    crowded: bool = False
    commit: str | None = None

    @property
    def full_name(self) -> str:
        """FOLDER/NAME, which no other session has; "./NAME" where there is no folder."""
        return f"{self.folder or '.'}/{self.name}"

    @property
    def series(self) -> SeriesKey:
        """The series that it belongs to."""
        return SeriesKey(self.environment.key, self.protocol)

    @property
    def by_pair(self) -> Mapping[Pair, PairSummary]:
        """Its pairs by name."""
        return {pair.pair: pair for pair in self.pairs}


def summary_of(session: Session) -> SessionSummary:
    """Return what is judged of a session."""
    return SessionSummary(
        name=session.name,
        time=session.time,
        environment=session.environment,
        protocol=session.protocol,
        pairs=tuple(
            _pair_summary(pair, session.environment.device) for pair in session.pairs.values()
        ),
        asked_for=session.asked_for,
        folder=session.folder,
        crowded=bool(session.load and session.load.is_visible),
        commit=session.commit,
    )


def summaries_of(sessions: Iterable[Session]) -> tuple[SessionSummary, ...]:
    """Return what is judged of sessions."""
    return tuple(map(summary_of, sessions))


def _pair_summary(stored: StoredPair, device: str) -> PairSummary:
    """Return what is judged of a pair: of emulated precision not the time."""
    timed, on_cpu = not stored.emulated, device == "cpu"
    return PairSummary(
        model=stored.model,
        scheme=stored.scheme,
        how=_how(stored.data, stored.budget),
        outcome=stored.outcome,
        outcomes=frozenset([r.outcome for r in stored.rounds] or [stored.outcome]),
        expected=stored.expected.outcomes if stored.expected else frozenset(),
        verdict=stored.verdict,
        seconds=stored.seconds if timed else None,
        accuracies={r.seed: r.test_accuracy for r in stored.rounds},
        test_total=stored.rounds[0].test_total if stored.rounds else None,
        startup_s=(stored.startup_cpu_s if on_cpu else stored.startup_s) if timed else None,
        measured=stored.measured,
        cpu_s=stored.cpu_s if timed and on_cpu else None,
        band=stored.expected.band if stored.expected else None,
    )


@cache  # thousands of sessions are trained in the same few ways
def _how(data: DataInfo, budget: Budget | None) -> str:
    return sha256(repr((data, budget)).encode()).hexdigest()[:16]


def newest_of_each(sessions: Sequence[SessionSummary]) -> list[SessionSummary]:
    """Return the newest session of every series, the oldest of these first.

    Args:
        sessions: in their order of time.
    """
    newest = {session.series: session for session in sessions}
    return [session for session in sessions if newest[session.series] is session]


def session_named(
    sessions: Sequence[SessionSummary], name: str | None, storage: object
) -> SessionSummary:
    """Return the session of this name or of this beginning of a name; the newest for None.

    Where a name is in several folders, FOLDER/NAME is the name of one.

    Raises:
        HistoryError: there is none, or more than one.
    """
    if not sessions:
        raise no_sessions(storage)
    if name is None:
        return sessions[-1]
    exact = [session for session in sessions if name in (session.name, session.full_name)]
    matching = exact or [
        session
        for session in sessions
        if session.name.startswith(name) or session.full_name.startswith(name)
    ]
    if not matching:
        raise HistoryError(_not_named(name, sessions, storage))
    if len(matching) > 1:
        names = [telling_name(session, matching) for session in matching[:SHOWN]]
        more = ", ..." if len(matching) > SHOWN else ""
        raise HistoryError(
            f"{storage}: {len(matching)} sessions are named {name}... "
            f"({', '.join(names)}{more}), expected one"
        )
    return matching[0]


def _not_named(name: str, sessions: Sequence[SessionSummary], storage: object) -> str:
    """Return that no session has this name, and which may have been meant."""
    names = [session.full_name if "/" in name else session.name for session in sessions]
    # Of what is typed, mostly the start of a name, with as much of each.
    starts = {each[: len(name)]: each for each in names}
    near = nearest(name, names) or starts.get(nearest(name, starts) or "")
    meant = f"did you mean {near}?" if near else f"the newest is {names[-1]}"
    count = counted(len(sessions), "session")
    return f"{storage}: of {count} none is named {name}..., expected one; {meant}"


def telling_name(session: SessionSummary, sessions: Iterable[SessionSummary]) -> str:
    """Return the name of a session among others: with its folder where one of these has it, too."""
    same = sum(other.name == session.name for other in sessions)
    return session.name if same == 1 else session.full_name


def no_sessions(storage: object) -> HistoryError:
    """Return the error that a storage holds nothing to judge."""
    return HistoryError(
        f"{storage}: no stored session, expected at least one; make one with "
        "`pytest benchmarks/ --benchmark-autosave`, or name another place with --storage"
    )
