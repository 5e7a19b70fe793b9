"""What the gate says of sessions: as a table for the terminal, as Markdown, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from lowprec.gate_verdicts import UNJUDGED, NightVerdict, PairVerdict
from lowprec.noise import MIN_BASELINE
from lowprec.report.text import item_or_line, ratio_told, signed_told, table

__all__ = [
    "not_asked_for_told",
    "pair_told",
    "replay_text",
    "session_told",
    "unjudged_told",
    "verdicts_json",
    "verdicts_text",
]

HEADERS = ("model", "scheme", "time", "own", "sees", "accuracy", "outcome", "verdict")
ALIGN = ("left", "left", "right", "right", "right", "right", "left", "left")
LEGEND = (
    "time: seconds to those of the baseline; own: without what all pairs of the session share; "
    "sees: smallest slowdown of that pair alone that is usually flagged; accuracy: change at equal "
    "seeds."
)


def verdicts_text(found: NightVerdict, markdown: bool = False) -> str:
    """Return the table of a session's pairs, and a line for each that is flagged."""
    title = f"{found.night.name}:" + (" " if markdown else "\n  ")
    title += f"{found.night.protocol} protocol, {found.night.key}"
    rows = [_line(pair) for pair in found.pairs]
    lines = _told(found) + not_asked_for_told(found)
    told = [item_or_line(line, markdown, item=True) for line in lines]
    parts = [
        f"### {title}" if markdown else title,
        table(HEADERS, rows, ALIGN, markdown),
        "\n".join(told),
    ]
    return "\n\n".join([*filter(None, parts), item_or_line(LEGEND, markdown)])


def _line(pair: PairVerdict) -> tuple[str, ...]:
    time = pair.time
    return (
        pair.model,
        pair.scheme,
        "-" if time is None or time.ratio is None else ratio_told(time.ratio),
        "-" if time is None or time.own_ratio is None else ratio_told(time.own_ratio),
        "-" if time is None or time.smallest is None else ratio_told(time.smallest),
        "-" if pair.accuracy is None else signed_told(pair.accuracy.value),
        pair.outcome or "-",
        _verdict(pair),
    )


def _verdict(pair: PairVerdict) -> str:
    told = ", ".join(pair.verdicts)
    return f"{told} (accepted)" if pair.accepted is not None else told


QUIET = {"ok", "no baseline"}


def _told(found: NightVerdict) -> list[str]:
    """Return a line for each pair that is flagged, was accepted, or got faster."""
    return [pair_told(pair) for pair in found.pairs if not set(pair.verdicts) <= QUIET]


def not_asked_for_told(found: NightVerdict) -> list[str]:
    """Return the line on pairs of which nothing is said, as nobody asked for them; none without."""
    count = found.not_asked_for
    return [f"pairs of earlier sessions not asked for in this one: {count}"] if count else []


def pair_told(pair: PairVerdict) -> str:
    """Return in one line what is said of a pair, against what, and what could have been seen."""
    parts = [f"{pair.model} {pair.scheme}: {', '.join(pair.verdicts)}"]
    time = pair.time
    if time and time.ratio and time.baseline_s and time.verdict in ("slower", "faster"):
        scope = f" with {pair.scope}" if pair.scope else ""
        parts.append(
            f"{ratio_told(time.ratio)} times the {ratio_told(time.baseline_s)} s of "
            f"{time.sessions} earlier sessions{scope}"
        )
        if time.verdict == "slower" and time.smallest:
            parts.append(f"alone usually seen from {time.smallest:.2f} times")
    if pair.accuracy and "worse" in pair.verdicts:
        parts.append(f"accuracy {signed_told(pair.accuracy.value)} at equal seeds")
    if pair.accepted is not None:
        parts.append(f"accepted: {pair.accepted}")
    return "; ".join(parts)


def unjudged_told(pair: PairVerdict) -> str:
    """Return in one line why a pair could not be judged."""
    if "no evidence" in pair.verdicts:
        return "no evidence: lowprec/expectations.csv has no row for it"
    sessions = pair.time.sessions if pair.time else 0
    return f"no baseline: {sessions} earlier sessions count, {MIN_BASELINE} are needed"


def session_told(found: NightVerdict) -> str:
    """Return what to say at the end of a session of the pairs that it trained."""
    ran = [pair for pair in found.pairs if pair.verdicts != ("missing",)]
    times = [pair.time for pair in ran if pair.time]
    told = [pair_told(pair) for pair in ran if {"slower", "faster", "worse"} & set(pair.verdicts)]
    counts = sorted({time.sessions for time in times})
    earlier = "-".join(map(str, dict.fromkeys([counts[0], counts[-1]]))) if counts else "0"
    without = sum(time.verdict == "no baseline" for time in times)
    seen = sorted(
        (pair.time.smallest, pair.pair) for pair in ran if pair.time and pair.time.smallest
    )
    parts = []
    if seen:
        limits = [f"{smallest:.2f} times ({' '.join(pair)})" for smallest, pair in seen]
        told_limits = " to ".join(dict.fromkeys([limits[0], limits[-1]]))
        parts.append(f"a slowdown of one pair alone is usually seen from {told_limits}")
    if without:
        parts.append(f"no baseline for {without} pairs, {MIN_BASELINE} sessions are needed")
    elif times and not seen:
        parts.append("their times differ too much to tell a slowdown of a pair below a factor of 3")
    about = "; ".join(parts) or "nothing is timed in this session"
    told.append(f"Against {earlier} earlier sessions of {found.night.key}: {about}.")
    return "\n".join(item_or_line(line, markdown=False) for line in told)


def replay_text(found: Iterable[NightVerdict], markdown: bool = False) -> str:
    """Return a line for each session, and below it one for each pair with something to tell."""
    lines = []
    for one in found:
        flagged = sum(pair.flagged for pair in one.pairs)
        unjudged = [word for word in UNJUDGED if any(word in pair.verdicts for pair in one.pairs)]
        state = f"{flagged} flagged" if flagged else ", ".join(unjudged) or "ok"
        lines.append(f"{'- ' if markdown else ''}{one.night.name}: {state}")
        lines += [f"  {'- ' if markdown else ''}{told}" for told in _told(one)]
    return "\n".join(lines)


def verdicts_json(found: Iterable[NightVerdict], unreadable: Sequence[str]) -> str:
    """Return one strict JSON document of sessions and their verdicts."""
    document = {
        "sessions": [
            {
                "session": one.night.name,
                "environment": one.night.key,
                "protocol": one.night.protocol,
                "verdicts": [_pair_json(pair) for pair in one.pairs],
                "not_asked_for": one.not_asked_for,
            }
            for one in found
        ],
        "unreadable": list(unreadable),
    }
    return json.dumps(document, indent=2, allow_nan=False)


def _pair_json(pair: PairVerdict) -> dict[str, Any]:
    time, accuracy = pair.time, pair.accuracy
    return {
        "model": pair.model,
        "scheme": pair.scheme,
        "verdict": pair.verdicts[0],
        "verdicts": list(pair.verdicts),
        "flagged": pair.flagged,
        "accepted": pair.accepted,
        "ratio": time.ratio if time else None,
        "own_ratio": time.own_ratio if time else None,
        "smallest_slowdown": time.smallest if time else None,
        "baseline_sessions": time.sessions if time else 0,
        "scope": pair.scope,
        "accuracy_change": accuracy.value if accuracy else None,
        "accuracy_change_low": accuracy.low if accuracy else None,
        "accuracy_change_high": accuracy.high if accuracy else None,
    }
