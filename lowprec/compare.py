"""The `lowprec compare` command: environments of the stored history side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from lowprec.comparison import compare_pairs
from lowprec.errors import HistoryError
from lowprec.history import History
from lowprec.matching import Side, matches, nearest_earlier
from lowprec.report.comparison import (
    Comparison,
    comparison_json,
    comparison_text,
    first_session_told,
)
from lowprec.sessions import Pair, Session
from lowprec.storage import Storage, warn_unreadable

__all__ = ["against_nearest", "compare"]


def compare(
    storage: Storage, field: str, form: str, tell: Callable[[str], None]
) -> tuple[bool, bool]:
    """Compare the stored environments across one of their fields, and tell the result.

    Args:
        storage: the stored sessions.
        field: a field of `lowprec.environment.Environment`.
        form: "table", "markdown" or "json".
        tell: called with the whole result.

    Returns:
        Whether something is flagged, and whether everything could be judged.

    Raises:
        HistoryError: there is nothing to compare.
    """
    history = storage.history()
    warn_unreadable(history.unreadable)
    found = matches(history.sessions, field)
    if not found:
        raise HistoryError(_nothing_to_compare(history, storage, field))
    compared = [(before, after, compare_pairs(before, after)) for before, after in found]
    if form == "json":
        tell(comparison_json(field, compared, history.unreadable))
    else:
        tell(comparison_text(field, compared, markdown=form == "markdown"))
    pairs = [pair for _, _, pairs in compared for pair in pairs]
    judged = all(pair.judged for pair in pairs) and all(map(_share_a_pair, compared))
    return any(pair.flagged for pair in pairs), judged and not history.unreadable


def _share_a_pair(compared: Comparison) -> bool:
    """Whether any pair was trained on both sides; else nothing was compared."""
    return any(pair.before_outcomes and pair.after_outcomes for pair in compared[2])


def against_nearest(
    session: Session, earlier: Iterable[Session], first: Collection[Pair], missing: bool
) -> str | None:
    """Return what an environment's first trainings change against the nearest earlier one.

    Args:
        session: a session with pairs that its environment has in no earlier one.
        earlier: sessions before it.
        first: these pairs.
        missing: whether to tell, too, of pairs that the other environment alone has.

    Returns:
        None where no other environment has any of the pairs under this protocol.
    """
    before, after = nearest_earlier(session, earlier, first), Side((session,))
    if not before:
        return None
    compared = [
        pair
        for pair in compare_pairs(before, after)
        if pair.pair in first or (missing and pair.pair not in session.pairs)
    ]
    return first_session_told(before, after, compared)


def _nothing_to_compare(history: History, storage: Storage, field: str) -> str:
    values = sorted({str(session.environment.get(field)) for session in history.sessions})
    count = len(history.sessions)
    found = f"{count} sessions with {field} {', '.join(values)}" if values else "no stored session"
    unreadable = f" and {len(history.unreadable)} unreadable files" if history.unreadable else ""
    return (
        f"{storage}: found {found}{unreadable}, expected two values of {field} under one protocol; "
        "store a session in another environment, or name another folder with --storage"
    )
