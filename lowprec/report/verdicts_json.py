"""What the gate says of sessions as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from lowprec.judging.verdict import PairVerdict, SessionVerdict, Streak
from lowprec.report.pair_cells import time_ratio

__all__ = ["verdicts_json"]


def verdicts_json(verdicts: Iterable[SessionVerdict], unreadable: Sequence[str]) -> str:
    """Return one strict JSON document of sessions and their verdicts."""
    document = {
        "sessions": [
            {
                "session": verdict.session.name,
                "environment": verdict.session.environment.key,
                "protocol": verdict.session.protocol,
                "verdicts": [_pair_json(pair) for pair in verdict.pairs],
                "not_asked_for": verdict.not_asked_for,
            }
            for verdict in verdicts
        ],
        "unreadable": list(unreadable),
    }
    return json.dumps(document, indent=2, allow_nan=False)


def _pair_json(pair: PairVerdict) -> dict[str, Any]:
    timing, change = pair.timing, pair.accuracy_change
    return {
        "model": pair.pair.model,
        "scheme": pair.pair.scheme,
        "verdict": pair.verdicts[0],
        "verdicts": list(pair.verdicts),
        "flagged": pair.flagged,
        "accepted": pair.accepted,
        "ratio": time_ratio(timing),
        "own_ratio": timing.own_ratio if timing else None,
        "smallest_slowdown": pair.smallest,
        "baseline_sessions": pair.steadiest.sessions if pair.steadiest else 0,
        "cpu_ratio": time_ratio(pair.work),
        "start_ratio": time_ratio(pair.startup),
        "scope": timing.scope if timing else None,
        "drift": timing.drift.ratio if timing and timing.drift else None,
        "streak": _streak_json(pair.streak) if pair.streak else None,
        "since": {name: list(values) for name, values in pair.since.items()},
        "accuracy_change": change.value if change else None,
        "accuracy_change_low": change.low if change else None,
        "accuracy_change_high": change.high if change else None,
    }


def _streak_json(streak: Streak) -> dict[str, Any]:
    good = streak.last_good
    return {
        "sessions": streak.sessions,
        "first": streak.first.name,
        "first_commit": streak.first.commit,
        "last_good": good.name if good else None,
        "last_good_commit": good.commit if good else None,
    }
