"""`lowprec accept`: a flagged change becomes the new normal, on record."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from lowprec.commands.command import Command, Result
from lowprec.commands.options import storage_from, storage_option, stored
from lowprec.errors import UsageError

if TYPE_CHECKING:
    from lowprec.history.storage import Storage
    from lowprec.judging.verdict import SessionVerdict
    from lowprec.rows.matrix import Pair

__all__ = ["ACCEPT", "accept"]


def accept(storage: Storage, name: str, pair_text: str | None, reason: str) -> Result:
    """Put on record that what is flagged, or faster, in a session is the new normal.

    Args:
        storage: the stored sessions.
        name: of the session, or the start of its name that no other has.
        pair_text: such as "NN-I-half"; None for all that can be accepted.
        reason: why it is normal now.

    Raises:
        HistoryError: there is no such session.
        UsageError: the reason is empty, or nothing is flagged or faster there.
    """
    from lowprec.history.accepted import load_acceptances, write_acceptances
    from lowprec.judging.session import judge_session
    from lowprec.record.acceptance import Acceptance
    from lowprec.record.summary import session_named

    if not reason.strip():
        raise UsageError("--reason: got nothing, expected why the change is the new normal")
    summaries = stored(storage)
    session = session_named(summaries.sessions, name, storage)
    accepted = load_acceptances(storage.accepted)
    verdict = judge_session(session, summaries.sessions, accepted, summaries.standings)
    pair = _pair_named(pair_text, verdict) if pair_text else None
    pairs = _acceptable(verdict, pair)
    write_acceptances(storage.accepted, [*accepted, Acceptance(session.name, pair, reason.strip())])
    names = ", ".join(map(str, pairs))
    line = f"{session.name}: accepted {names}; their baseline starts anew there"
    return Result([line])


def _pair_named(text: str, verdict: SessionVerdict) -> Pair:
    pairs = [pair.pair for pair in verdict.pairs]
    for pair in pairs:
        if text in (pair.test_id, str(pair)):
            return pair
    names = ", ".join(pair.test_id for pair in pairs)
    raise UsageError(f"{text}: no such pair in {verdict.session.name}, expected one of {names}")


def _acceptable(verdict: SessionVerdict, pair: Pair | None) -> list[Pair]:
    """Return what can be accepted: this pair, or all where it is None."""
    acceptable = [pair.pair for pair in verdict.pairs if pair.acceptable]
    if pair and pair not in acceptable:
        fault = f"{pair} is neither flagged nor faster"
    elif not acceptable:
        fault = "no pair is flagged or faster"
    else:
        return [pair] if pair else acceptable
    name = verdict.session.name
    raise UsageError(f"{name}: {fault}, expected one; see `lowprec check --session {name}`")


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", metavar="SESSION", help="name of the session, or its start")
    parser.add_argument(
        "pair", metavar="PAIR", nargs="?", help="such as NN-I-half; without it all flagged pairs"
    )
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why this is normal now")
    storage_option(parser)


def _run(options: argparse.Namespace) -> Result:
    return accept(storage_from(options), options.session, options.pair, options.reason)


ACCEPT = Command(
    ("accept",), "put on record that a flagged change is the new normal", _run, _options
)
