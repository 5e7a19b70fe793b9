"""Where the time goes, as a table: one pair's, or two beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from lowprec.record.profile import CONVERSION, Profile
from lowprec.report.text import filled, table

__all__ = ["profile_text"]

MOST = 12
"""Kinds of operations that are told one by one; the others are one line."""


def profile_text(profile: Profile, against: Profile | None = None) -> str:
    """Return milliseconds a step by kind of operation, the largest first; or largest differences.

    Conversions and what comes before the first step stand apart.
    """
    profiles = [profile] if against is None else [against, profile]
    kinds = sorted(
        {kind for one in profiles for kind in one.operations} - {CONVERSION},
        key=lambda kind: (-abs(_weight(profiles, kind)), kind),
    )
    told, others = kinds[:MOST], kinds[MOST:]
    rows = [_row(kind, [one.ms_per_step(kind) for one in profiles]) for kind in told]
    if others:
        sums = [sum(map(one.ms_per_step, others)) for one in profiles]
        rows.append(_row(f"{len(others)} other kinds", sums))
    rows += [
        _row(f"conversions ({CONVERSION})", [one.ms_per_step(CONVERSION) for one in profiles]),
        _row("all operations", [one.all_ms_per_step for one in profiles]),
        _row("by the clock", [1e3 * one.wall_s / one.steps for one in profiles]),
        _row("start (once), ms", [1e3 * one.start_s for one in profiles]),
    ]
    headers = ["ms a step", *(str(one.pair) for one in profiles)]
    headers += ["difference"] if against else []
    return "\n".join([table(headers, rows, ["left", *["right"] * (len(headers) - 1)]), "", NOTE])


NOTE = filled(
    "Operations may run on several threads at once; the clock has the profiler's own work in it. "
    "The start is tracing and compiling, until the first step is done."
)


def _weight(profiles: Sequence[Profile], kind: str) -> float:
    times = [one.ms_per_step(kind) for one in profiles]
    return times[-1] - times[0] if len(times) > 1 else times[0]


def _row(name: str, values: Sequence[float]) -> list[str]:
    cells = [f"{value:.3f}" for value in values]
    return [name, *cells, *([f"{values[1] - values[0]:+.3f}"] if len(values) > 1 else [])]
