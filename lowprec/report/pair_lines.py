"""What is said of one pair, in a line."""

from __future__ import annotations

import math
from collections.abc import Iterator

from lowprec.judging.noise import MIN_BASELINE
from lowprec.judging.slowdown import TimeVerdict
from lowprec.judging.verdict import PairVerdict
from lowprec.record.verdicts import EXPECTATIONS_TABLE, Verdict
from lowprec.report.text import changes_text, ratio_text, short_name, signed_text
from lowprec.wording import counted

__all__ = ["clocks_said", "pair_line", "said_line", "unjudged_reason", "verdict_words"]

WORTH_TELLING = math.log(1.05)
"""By so much the machine as a whole is slower or faster before a line says so."""


def verdict_words(pair: PairVerdict) -> str:
    """Return all that is said of a pair, and whether it was accepted."""
    words = ", ".join(pair.verdicts)
    return f"{words} (accepted)" if pair.accepted is not None else words


def pair_line(pair: PairVerdict) -> str:
    """Return what is said of a pair, against what, since when, and what could have been seen."""
    parts = [said_line(pair)]
    if pair.streak and pair.streak.last_good:
        parts.append(f"last good in {short_name(pair.streak.last_good.name)}")
    if pair.since:
        parts.append(f"since {changes_text(pair.since)}")
    if pair.accepted is not None:
        parts.append(f"accepted: {pair.accepted}")
    return "; ".join(parts)


def said_line(pair: PairVerdict) -> str:
    """Return what is said of a pair, against what, and what could have been seen."""
    parts = [f"{pair.pair}: {', '.join(pair.verdicts)}"]
    for place, (prefix, timing, ratio, baseline_s) in enumerate(clocks_said(pair)):
        first, *others = _time_parts(timing, ratio, baseline_s)
        parts += [prefix + first, *([] if place and not timing.drift else others)]
    if pair.accuracy_change and Verdict.WORSE in pair.verdicts:
        parts.append(f"accuracy {signed_text(pair.accuracy_change.value)} at equal seeds")
    return "; ".join(parts)


def clocks_said(pair: PairVerdict) -> Iterator[tuple[str, TimeVerdict, float, float]]:
    """Yield each clock that changed: what it is of, what it says, its ratio and its baseline."""
    clocks = (("", pair.timing), ("processors' time ", pair.work), ("start ", pair.startup))
    for prefix, timing in clocks:
        if timing and timing.ratio and timing.baseline_s and timing.verdict is not Verdict.OK:
            yield prefix, timing, timing.ratio, timing.baseline_s


def _time_parts(timing: TimeVerdict, ratio: float, baseline_s: float) -> list[str]:
    scope = f" with {timing.scope}" if timing.scope else _own_text(timing, ratio)
    parts = [
        f"{ratio_text(ratio)} times the {ratio_text(baseline_s)} s of "
        f"{counted(timing.sessions, 'earlier session')}{scope}"
    ]
    if timing.drift:
        parts.append(
            f"drifted to {ratio_text(timing.drift.ratio)} times the "
            f"{ratio_text(timing.drift.first_s)} s of its first sessions"
        )
    elif timing.verdict is Verdict.SLOWER and timing.smallest:
        parts.append(f"alone usually seen from {timing.smallest:.2f} times")
    return parts


def _own_text(timing: TimeVerdict, ratio: float) -> str:
    """Return what a pair did by itself, where the machine as a whole did something else."""
    own = timing.own_ratio
    if own is None or abs(math.log(own / ratio)) < WORTH_TELLING:
        return ""
    return f" ({ratio_text(own)} without what all pairs of the session share)"


def unjudged_reason(pair: PairVerdict) -> str:
    """Return in one line why a pair could not be judged."""
    if Verdict.NO_EVIDENCE in pair.verdicts:
        return f"{Verdict.NO_EVIDENCE}: {EXPECTATIONS_TABLE} has no row for it"
    counts = [said.sessions for said in pair.times if said.verdict is Verdict.NO_BASELINE]
    few = min(counts, default=0)
    counting = f"{counted(few, 'earlier session')} count{'s' if few == 1 else ''}"
    reason = f"{Verdict.NO_BASELINE}: {counting}, {MIN_BASELINE} are needed"
    if pair.steadiest and pair.steadiest.sessions > few:
        return f"{reason} (crowded ones have no seconds to count)"
    return reason
