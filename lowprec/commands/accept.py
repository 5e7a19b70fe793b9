"""`lowprec accept`: a flagged change becomes the new normal, on record."""

from __future__ import annotations

import argparse
from itertools import product
from typing import TYPE_CHECKING

from lowprec.choices import something
from lowprec.commands.command import Command, Result
from lowprec.commands.completion import completed_by, one_of, session_names
from lowprec.commands.options import storage_from, storage_option, stored
from lowprec.errors import UsageError
from lowprec.wording import did_you_mean

if TYPE_CHECKING:
    from lowprec.history.storage import Storage
    from lowprec.judging.verdict import PairVerdict, SessionVerdict
    from lowprec.rows.matrix import Pair

__all__ = ["ACCEPT", "accept"]


def accept(storage: Storage, name: str, pair_text: str | None, reason: str | None) -> Result:
    """Put on record that what is flagged, or faster, in a session is the new normal.

    Args:
        storage: the stored sessions.
        name: of the session, or the start of its name that no other has.
        pair_text: such as "NN-I-half"; None for all that can be accepted.
        reason: why it is normal now; None shows what would be accepted, and accepts nothing.

    Raises:
        HistoryError: there is no such session.
        UsageError: the reason is empty, or nothing is flagged or faster there.
    """
    from lowprec.judging.session import judge_session
    from lowprec.record.acceptance import Acceptance
    from lowprec.record.summary import session_named, telling_name
    from lowprec.report.pair_lines import pair_line

    if reason is not None and not reason.strip():
        raise UsageError("--reason: got nothing, expected why the change is the new normal")
    past = stored(storage)
    sessions = past.summaries.sessions
    session = session_named(sessions, name, storage)
    verdict = judge_session(session, sessions, past.accepted, past.summaries.standings)
    pair = _pair_named(pair_text, verdict) if pair_text is not None else None
    verdicts = _acceptable(verdict, pair)
    own_name = telling_name(session, sessions)
    lines = [pair_line(each) for each in verdicts]
    if reason is None:
        return Result([*lines, f"{own_name}: nothing is accepted yet: give --reason TEXT"])
    storage.accept(Acceptance(own_name, pair, _as_typed(reason).strip()))
    names = ", ".join(str(each.pair) for each in verdicts)
    return Result([*lines, f"{own_name}: accepted {names}; their baseline starts anew there"])


def _as_typed(text: str) -> str:
    """Return an argument with the letters that the locale lacks; terminals send UTF-8."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


def _pair_named(text: str, verdict: SessionVerdict) -> Pair:
    pairs = [pair.pair for pair in verdict.pairs]
    for pair in pairs:
        if text in (pair.test_id, str(pair)):
            return pair
    names = [pair.test_id for pair in pairs]
    raise UsageError(
        f"{text}: no such pair in {verdict.session.name}, expected one of {', '.join(names)}"
        f"{did_you_mean(text, names)}"
    )


def _acceptable(verdict: SessionVerdict, pair: Pair | None) -> list[PairVerdict]:
    """Return what can be accepted: this pair, or all where it is None."""
    acceptable = [each for each in verdict.pairs if each.acceptable and pair in (None, each.pair)]
    if acceptable:
        return acceptable
    fault = f"{pair} is neither flagged nor faster" if pair else "no pair is flagged or faster"
    name = verdict.session.name
    raise UsageError(f"{name}: {fault}, expected one; see `lowprec check --session {name}`")


def _options(parser: argparse.ArgumentParser) -> None:
    from lowprec.rows.matrix import Pair
    from lowprec.rows.models import MODELS
    from lowprec.rows.schemes import SCHEMES

    session = parser.add_argument(
        "session", type=something, metavar="SESSION", help="name of the session, or its start"
    )
    completed_by(session, session_names)
    pair = parser.add_argument(
        "pair",
        type=something,
        metavar="PAIR",
        nargs="?",
        help="such as NN-I-half; without it all flagged pairs",
    )
    completed_by(pair, one_of(Pair(*names).test_id for names in product(MODELS, SCHEMES)))
    parser.add_argument(
        "--reason",
        metavar="TEXT",
        help="why this is normal now; without it is shown what would be accepted",
    )
    storage_option(parser)


def _run(options: argparse.Namespace) -> Result:
    return accept(storage_from(options), options.session, options.pair, options.reason)


ACCEPT = Command(
    ("accept",), "put on record that a flagged change is the new normal", _run, _options
)
