"""What the gate says of sessions: as a table for the terminal, as Markdown, as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from lowprec.judging.noise import MIN_BASELINE
from lowprec.judging.slowdown import TimeVerdict
from lowprec.judging.verdict import PairVerdict, SessionVerdict
from lowprec.record.verdicts import EXPECTATIONS_TABLE, Verdict
from lowprec.report.headline import headline, short_name
from lowprec.report.text import changes_text, item_or_line, ratio_text, signed_text, table

__all__ = [
    "end_of_session_text",
    "pair_line",
    "ratio_cell",
    "replay_text",
    "session_lines",
    "time_ratio",
    "unjudged_reason",
    "verdict_words",
    "verdicts_json",
    "verdicts_text",
]

HEADERS = (
    *("model", "scheme", "time", "own", "cpu", "sees", "start"),
    *("accuracy", "outcome", "verdict"),
)
ALIGN = (*["left"] * 2, *["right"] * 6, *["left"] * 2)
LEGEND = (
    "time: seconds to those of the baseline; own: without what all pairs of the session share; "
    "cpu: processors' time, sees: smallest slowdown of that pair alone that is usually flagged; "
    "start: time until the first step is done, to that of the baseline; accuracy: change at equal "
    "seeds."
)


def verdicts_text(verdict: SessionVerdict, markdown: bool = False) -> str:
    """Return the table of a session's pairs, and a line for each that is flagged."""
    session = verdict.session
    title = f"{session.name}:" + (" " if markdown else "\n  ")
    title += f"{session.protocol} protocol, {session.environment.key}"
    rows = [_row(pair) for pair in verdict.pairs]
    lines = _remarks(verdict) + session_lines(verdict)
    parts = [
        f"### {title}" if markdown else title,
        item_or_line(headline(verdict), markdown),
        table(HEADERS, rows, ALIGN, markdown),
        "\n".join(item_or_line(line, markdown, item=True) for line in lines),
    ]
    return "\n\n".join([*filter(None, parts), item_or_line(LEGEND, markdown)])


def _row(pair: PairVerdict) -> tuple[str, ...]:
    timing, change = pair.timing, pair.accuracy_change
    times = (
        time_ratio(timing),
        timing.own_ratio if timing else None,
        time_ratio(pair.work),
        pair.smallest,
        time_ratio(pair.startup),
    )
    return (
        *pair.pair,
        *map(ratio_cell, times),
        "-" if change is None else signed_text(change.value),
        pair.outcome or "-",
        verdict_words(pair),
    )


def ratio_cell(ratio: float | None) -> str:
    """Return a ratio for a cell of a table."""
    return "-" if ratio is None else ratio_text(ratio)


def time_ratio(timing: TimeVerdict | None) -> float | None:
    """Return the ratio to the baseline; None without one, and where a clock is not judged."""
    return timing.ratio if timing else None


def verdict_words(pair: PairVerdict) -> str:
    """Return all that is said of a pair, and whether it was accepted."""
    words = ", ".join(pair.verdicts)
    return f"{words} (accepted)" if pair.accepted is not None else words


QUIET = {Verdict.OK, Verdict.NO_BASELINE}
"""Verdicts that need no line below the table."""


def _remarks(verdict: SessionVerdict) -> list[str]:
    """Return a line for each pair that is flagged, was accepted, or got faster."""
    return [pair_line(pair) for pair in verdict.pairs if not set(pair.verdicts) <= QUIET]


def session_lines(verdict: SessionVerdict) -> list[str]:
    """Return what there is to say of a session as a whole, beside its pairs."""
    return [
        *_measured_otherwise_lines(verdict),
        *_crowded_lines(verdict),
        *_not_asked_for_lines(verdict),
    ]


def _crowded_lines(verdict: SessionVerdict) -> list[str]:
    """Return the line on a session that is judged by its processors' time alone; none without."""
    if not verdict.session.crowded or not any(pair.work for pair in verdict.pairs):
        return []
    return [
        "others kept the machine busy: pairs are judged by the processors' time of their training "
        "alone"
    ]


def _measured_otherwise_lines(verdict: SessionVerdict) -> list[str]:
    """Return a line for each way in which pairs were measured before; none where it is the same."""
    changes = Counter(pair.since["measured"] for pair in verdict.pairs if "measured" in pair.since)
    return [
        f"seconds are {MEASURED[now]} now and were {MEASURED[before]}: the earlier ones are no "
        f"baseline for {pairs} pairs"
        for (before, now), pairs in changes.items()
    ]


MEASURED = {
    "whole": "those of whole trainings",
    "shared": "those of trainings on one compiled model, without their start",
    "fresh": "those of trainings on a model each, without their start",
}
"""How seconds are measured, in words."""


def _not_asked_for_lines(verdict: SessionVerdict) -> list[str]:
    """Return the line on pairs of which nothing is said, as nobody asked for them; none without."""
    count = verdict.not_asked_for
    return [f"pairs of earlier sessions not asked for in this one: {count}"] if count else []


def pair_line(pair: PairVerdict) -> str:
    """Return in one line what is said of a pair, against what, and what could have been seen."""
    parts = [f"{pair.pair}: {', '.join(pair.verdicts)}"]
    clocks = (("", pair.timing), ("processors' time ", pair.work), ("start ", pair.startup))
    for prefix, timing in clocks:
        if timing and timing.ratio and timing.baseline_s and timing.verdict is not Verdict.OK:
            first, *others = _time_parts(timing, timing.ratio, timing.baseline_s)
            parts += [prefix + first, *others]
    if pair.accuracy_change and Verdict.WORSE in pair.verdicts:
        parts.append(f"accuracy {signed_text(pair.accuracy_change.value)} at equal seeds")
    if pair.streak and pair.streak.last_good:
        parts.append(f"last good in {short_name(pair.streak.last_good)}")
    if pair.since:
        parts.append(f"since {changes_text(pair.since)}")
    if pair.accepted is not None:
        parts.append(f"accepted: {pair.accepted}")
    return "; ".join(parts)


def _time_parts(timing: TimeVerdict, ratio: float, baseline_s: float) -> list[str]:
    scope = f" with {timing.scope}" if timing.scope else ""
    parts = [
        f"{ratio_text(ratio)} times the {ratio_text(baseline_s)} s of "
        f"{timing.sessions} earlier sessions{scope}"
    ]
    if timing.drift:
        parts.append(
            f"drifted to {ratio_text(timing.drift.ratio)} times the "
            f"{ratio_text(timing.drift.first_s)} s of its first sessions"
        )
    elif timing.verdict is Verdict.SLOWER and timing.smallest:
        parts.append(f"alone usually seen from {timing.smallest:.2f} times")
    return parts


def unjudged_reason(pair: PairVerdict) -> str:
    """Return in one line why a pair could not be judged."""
    if Verdict.NO_EVIDENCE in pair.verdicts:
        return f"{Verdict.NO_EVIDENCE}: {EXPECTATIONS_TABLE} has no row for it"
    counts = [said.sessions for said in pair.times if said.verdict is Verdict.NO_BASELINE]
    few = min(counts, default=0)
    reason = f"{Verdict.NO_BASELINE}: {few} earlier sessions count, {MIN_BASELINE} are needed"
    if pair.steadiest and pair.steadiest.sessions > few:
        return f"{reason} (crowded ones have no seconds to count)"
    return reason


CHANGES = {
    *(Verdict.SLOWER, Verdict.FASTER, Verdict.SLOWER_START, Verdict.FASTER_START),
    *(Verdict.WORSE, Verdict.OUTCOME_CHANGED),
}
"""Verdicts against earlier sessions, which the table at the end of a session does not show."""


def end_of_session_text(verdict: SessionVerdict) -> str:
    """Return what to say at the end of a session of the pairs that it trained."""
    ran = [pair for pair in verdict.pairs if pair.verdicts != (Verdict.MISSING,)]
    lines = [pair_line(pair) for pair in ran if CHANGES & set(pair.verdicts)]
    lines += _measured_otherwise_lines(verdict)
    counts = sorted({pair.steadiest.sessions for pair in ran if pair.steadiest})
    earlier = "-".join(map(str, dict.fromkeys([counts[0], counts[-1]]))) if counts else "0"
    where = verdict.session.environment.key
    if verdict.since:
        where = f"this machine (since the last one {changes_text(verdict.since)})"
    lines.append(f"Against {earlier} earlier sessions of {where}: {_sensitivity(ran)}.")
    return "\n".join(item_or_line(line, markdown=False) for line in lines)


def _sensitivity(pairs: Sequence[PairVerdict]) -> str:
    """Return from which slowdown on a pair would have been flagged, or why none can be named."""
    timings = [pair.steadiest for pair in pairs if pair.steadiest]
    smallest = sorted((pair.smallest, pair.pair) for pair in pairs if pair.smallest)
    without = sum(timing.verdict is Verdict.NO_BASELINE for timing in timings)
    parts = []
    if smallest:
        limits = [f"{ratio:.2f} times ({pair})" for ratio, pair in smallest]
        ends = " to ".join(dict.fromkeys([limits[0], limits[-1]]))
        parts.append(f"a slowdown of one pair alone is usually seen from {ends}")
    if without:
        parts.append(f"no baseline for {without} pairs, {MIN_BASELINE} sessions are needed")
    elif timings and not smallest:
        parts.append("their times differ too much to tell a slowdown of a pair below a factor of 3")
    return "; ".join(parts) or "nothing is timed in this session"


def replay_text(verdicts: Iterable[SessionVerdict], markdown: bool = False) -> str:
    """Return a line for each session, and below it one for each pair with something to tell."""
    lines = []
    for verdict in verdicts:
        lines.append(f"{'- ' if markdown else ''}{verdict.session.name}: {_state(verdict)}")
        lines += [f"  {'- ' if markdown else ''}{remark}" for remark in _remarks(verdict)]
    return "\n".join(lines)


def _state(verdict: SessionVerdict) -> str:
    """Return in a word or two how a session stands."""
    if flagged := sum(pair.flagged for pair in verdict.pairs):
        return f"{flagged} flagged"
    words = {word for pair in verdict.pairs for word in pair.verdicts}
    return ", ".join(w for w in Verdict if w in words and not w.row.judged) or Verdict.OK


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
        "streak": asdict(pair.streak) if pair.streak else None,
        "since": {name: list(values) for name, values in pair.since.items()},
        "accuracy_change": change.value if change else None,
        "accuracy_change_low": change.low if change else None,
        "accuracy_change_high": change.high if change else None,
    }
