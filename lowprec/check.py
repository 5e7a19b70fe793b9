"""The commands `lowprec check`, `replay` and `accept`: the stored history before the gate."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lowprec.acceptances import load_acceptances, write_acceptances
from lowprec.compare import against_nearest
from lowprec.errors import UsageError
from lowprec.gate import replay
from lowprec.gate_verdicts import Acceptance, NightVerdict
from lowprec.night_index import Nights
from lowprec.nights import night_named, no_sessions
from lowprec.report.gate import replay_text, verdicts_json, verdicts_text
from lowprec.sessions import Pair
from lowprec.storage import Storage, warn_unreadable

__all__ = ["accept", "check", "replay_all"]

Tell = Callable[[str], None]


def check(storage: Storage, name: str | None, form: str, tell: Tell) -> tuple[bool, bool]:
    """Judge a stored session, the newest where none is named, and tell the result.

    Args:
        storage: the stored sessions.
        name: of the session, or the start of its name that no other has.
        form: "table", "markdown" or "json".
        tell: called with the whole result.

    Returns:
        Whether something is flagged, and whether everything could be judged.

    Raises:
        HistoryError: there is no such session.
    """
    nights = _nights(storage)
    night = night_named(nights.nights, name, storage)
    found = nights.judge(night, load_acceptances(storage.accepted))
    nights.keep()
    if form == "json":
        tell(verdicts_json([found], nights.unreadable))
    else:
        tell(verdicts_text(found, markdown=form == "markdown"))
        if first := nights.first_pairs(night):
            sessions = storage.history().sessions
            same = (s.name == night.name and s.time == night.time for s in sessions)
            place = list(same).index(True)
            whole = len(first) == len(night.pairs)
            if told := against_nearest(sessions[place], sessions[:place], first, missing=whole):
                tell(f"\n{told}")
    return _result([found], nights)


def replay_all(storage: Storage, form: str, tell: Tell) -> tuple[bool, bool]:
    """Judge every stored session against those before it, and tell what the gate had said.

    Arguments and errors are those of `check`, and the result but for one thing: every history
    begins without a baseline, which is no failure to judge here.
    """
    nights = _nights(storage)
    nights.keep()
    found = list(replay(nights.nights, load_acceptances(storage.accepted)))
    if form == "json":
        tell(verdicts_json(found, nights.unreadable))
    else:
        tell(replay_text(found, markdown=form == "markdown"))
    flagged, _ = _result(found, nights)
    return flagged, not nights.unreadable


def accept(storage: Storage, name: str, pair: str | None, reason: str, tell: Tell) -> None:
    """Put on record that what is flagged, or faster, in a session is the new normal.

    Raises:
        HistoryError: there is no such session.
        UsageError: the reason is empty, or nothing is flagged or faster there.
    """
    if not reason.strip():
        raise UsageError("--reason: got nothing, expected why the change is the new normal")
    nights = _nights(storage)
    night = night_named(nights.nights, name, storage)
    found = nights.judge(night, load_acceptances(storage.accepted))
    acceptable = [one.pair for one in found.pairs if one.acceptable]
    wanted = _pair_named(pair, found) if pair else None
    if not acceptable or (wanted and wanted not in acceptable):
        told = f"{' '.join(wanted)} is neither" if wanted else "no pair is"
        raise UsageError(
            f"{night.name}: {told} flagged {'nor' if wanted else 'or'} faster, expected one; see "
            f"`lowprec check --session {night.name}`"
        )
    accepted = [*load_acceptances(storage.accepted), Acceptance(night.name, wanted, reason.strip())]
    write_acceptances(storage.accepted, accepted)
    names = [" ".join(wanted)] if wanted else [" ".join(one) for one in acceptable]
    tell(f"{night.name}: accepted {', '.join(names)}; their baseline starts anew there")


def _nights(storage: Storage) -> Nights:
    nights = storage.nights()
    warn_unreadable(nights.unreadable)
    if not nights.nights:
        raise no_sessions(storage)
    return nights


def _pair_named(text: str, found: NightVerdict) -> Pair:
    for one in found.pairs:
        if text in (f"{one.model}-{one.scheme}", f"{one.model} {one.scheme}"):
            return one.pair
    names = ", ".join(f"{one.model}-{one.scheme}" for one in found.pairs)
    raise UsageError(f"{text}: no such pair in {found.night.name}, expected one of {names}")


def _result(found: Sequence[NightVerdict], nights: Nights) -> tuple[bool, bool]:
    pairs = [pair for one in found for pair in one.pairs]
    judged = not nights.unreadable and all(pair.judged for pair in pairs)
    return any(pair.flagged for pair in pairs), judged
