"""What the gate's memory was measured to do, as tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd

from .kinds import COMPARED, DRIFT, FALSE_ALARMS, KINDS, ONE_VERSION, STEPS, USUAL, Kind
from .measured import ALARMS, BY_LIMIT, LAST, MEDIAN, SAME_NIGHT, WITHIN_3, Key, Measured, key
from .rules import RULES
from .tables import SCOPE_NAMES

GATE = "lowprec"
MOST_FALSE_ALARMS, LEAST_DIFFERENCE = 0.01, -0.05

INTRODUCTION = """\
# The gate's memory

    pip install -e '.[gate]' && python -m lab.gate.memory

(about 12 minutes of one core) tries what the gate remembers, and six other systems, on
[generated histories](../gate.md#how-good-it-is) of 16 pairs and 3 rounds. The first 30 nights are
known to be good, and of two lanes that alternate the first 30 of each. The gate is told the version
of TensorFlow of each night. The other systems have no notion of a version and get the nights in
their order; pytest-benchmark compares with the last session, whatever its version was. Numbers are
per cent of nights or of histories, with their standard errors over the histories. Where all
histories ended alike the error is 0, and says little; their numbers are at the end of the page.

- *One version*, *a version change* after the 30 nights, *nightly builds* (another version every
  night, the 30 included): the same random numbers, so that the other systems see no difference.
- *Two lanes*: 2.21 and 2.15 alternate; half is 8 times slower in 2.15, each other pair differs by a
  factor between 1 / 1.5 and 1.5. *An older lane joins*: 30 nights of 2.21, then they alternate.
- *+10%*: of one pair, a scheme or all pairs, from the first night after those that are known. In
  two lanes it is one pair in 2.21, and the nights of that lane count.
- *Drifts* are found when at least half of the pairs that drift are called slower on a night. What
  raises an alarm every other night anyhow finds any drift at once: see the false alarms.
- *Fast nights*: so many nights, which nobody accepts, one pair or all take half the time; the way
  back is found when at least half of these pairs are called slower."""

Numbers = Mapping[Key, Measured]

SLOWDOWNS = tuple(kind for kind in KINDS if kind.title == "+10%")
DRIFTS = tuple(kind for kind in KINDS if kind.question == DRIFT)
QUIET = tuple(kind for kind in KINDS if kind.question == FALSE_ALARMS)
WAYS_BACK = tuple(f"{nights} fast nights" for nights in STEPS)


def markdown(numbers: Numbers) -> str:
    """Return the page but for the rates before and after."""
    parts = (
        INTRODUCTION,
        "## Against the targets",
        _targets(numbers),
        "## False alarms per 100 nights",
        _by_rule(numbers, QUIET, _alarms),
        "## Slowdown of 10%: found on the same night / within three nights",
        _by_rule(numbers, SLOWDOWNS, _detection),
        "## Drifts: found by the limit, and the ratio at which half of them are",
        _by_rule(numbers, DRIFTS, _drift),
        "## The way back after fast nights: found within three nights",
        _ways_back(numbers),
        "## Histories",
        _histories(),
    )
    return "\n\n".join(parts) + "\n"


def _targets(numbers: Numbers) -> str:
    rows = [*_alarm_targets(numbers), *_change_targets(numbers), *_drift_targets(numbers)]
    rows += _way_back_targets(numbers)
    return _table(["", "target", "lowprec", "target reached"], rows)


def _alarm_targets(numbers: Numbers) -> Iterable[Sequence[str]]:
    """Yield the worst machine of each kind of quiet histories."""
    kinds = [kind for kind in QUIET if kind.machine in USUAL]
    for title, software in dict.fromkeys((kind.title, kind.software) for kind in kinds):
        rows = [
            numbers[key(kind, GATE, ALARMS)]
            for kind in kinds
            if (kind.title, kind.software) == (title, software)
        ]
        worst = max(rows, key=lambda row: row.value)
        alarms = round(worst.value * worst.nights)
        name = title if title != "quiet" else software
        yield (
            f"false alarms in 100 nights, {name}, the worst machine",
            f"at most {100 * MOST_FALSE_ALARMS:g}",
            f"{_with_error(worst, 2)} ({worst.machine}, {alarms} of {worst.nights} nights)",
            _reached(100 * (worst.value - MOST_FALSE_ALARMS), worst, ""),
        )


def _change_targets(numbers: Numbers) -> Iterable[Sequence[str]]:
    """Yield the worst loss of detections against one version."""
    for software in COMPARED:
        rows = [
            numbers[key(kind, GATE, number)]
            for kind in SLOWDOWNS
            for number in (SAME_NIGHT, WITHIN_3)
            if kind.software == software
        ]
        worst = min(rows, key=lambda row: row.difference)
        where = f"{worst.machine}, {SCOPE_NAMES[worst.scope]}, {worst.number}"
        yield (
            f"+10% with {software} against one version, the worst of {len(rows)} rates",
            f"at most {-100 * LEAST_DIFFERENCE:g} points less",
            f"{_difference(worst)} points ({where}, {worst.histories} histories)",
            _reached(100 * (LEAST_DIFFERENCE - worst.difference), worst, " points"),
        )


def _drift_targets(numbers: Numbers) -> Iterable[Sequence[str]]:
    for kind in DRIFTS:
        row, half, last = (numbers[key(kind, GATE, n)] for n in (BY_LIMIT, MEDIAN, LAST))
        missed = round((1 - row.value) * row.histories)
        software = "" if kind.software == ONE_VERSION else f", {kind.software}"
        yield (
            f"drift of {SCOPE_NAMES[kind.scope]}, {kind.title}, {kind.machine}{software}",
            f"found by {kind.limit:g}",
            f"{_with_error(row)}%, half {_at(half)}, all {_at(last)} ({row.histories} histories)",
            f"**no**, by {missed} of {row.histories}" if missed else "yes",
        )


def _way_back_targets(numbers: Numbers) -> Iterable[Sequence[str]]:
    for scope in ("pair", "all"):
        rows = [
            numbers[Key(title, ONE_VERSION, machine, scope, GATE, WITHIN_3)]
            for title in WAYS_BACK
            for machine in USUAL
        ]
        count = sum(row.histories for row in rows)
        found = sum(round(row.value * row.histories) for row in rows)
        yield (
            f"the way back after 5 to 31 fast nights of {SCOPE_NAMES[scope]}, all machines",
            "found within three nights",
            f"{found} of {count} histories",
            "yes" if found == count else f"**no**, by {count - found}",
        )


def _reached(too_much: float, row: Measured, unit: str) -> str:
    return "yes" if too_much <= 0 else f"**no**, by {too_much:.2f}{unit}"


def _by_rule(
    numbers: Numbers, kinds: Iterable[Kind], cell: Callable[[Numbers, Kind, str], str]
) -> str:
    """Return a table with a line a kind and a column a rule."""
    rows = []
    for kind in kinds:
        scope = [SCOPE_NAMES[kind.scope]] if kind.scope else []
        name = ", ".join([kind.title, kind.software, *scope])
        rows.append([name, kind.machine, *(cell(numbers, kind, rule) for rule in RULES)])
    return _table(["", "machine", *RULES], rows)


def _alarms(numbers: Numbers, kind: Kind, rule: str) -> str:
    if rule != GATE and kind.compared:
        return "as above"
    row = numbers.get(key(kind, rule, ALARMS))
    return f"{_with_error(row)}{_against_one_version(row)}" if row else "-"


def _detection(numbers: Numbers, kind: Kind, rule: str) -> str:
    if rule != GATE and kind.compared:
        return "as above"
    same, within = (numbers[key(kind, rule, number)] for number in (SAME_NIGHT, WITHIN_3))
    shares = f"{100 * same.value:.1f} / {_with_error(within)}"
    return shares + _against_one_version(same, within)


def _drift(numbers: Numbers, kind: Kind, rule: str) -> str:
    if rule != GATE and kind.compared:
        return "as above"
    row, ratio = (numbers[key(kind, rule, number)] for number in (BY_LIMIT, MEDIAN))
    return f"{_with_error(row)}, {_at(ratio)}{_against_one_version(row)}"


def _at(ratio: Measured) -> str:
    return "never" if math.isnan(ratio.value) else f"at {ratio.value:.2f}"


def _against_one_version(*rows: Measured) -> str:
    """Return what differs from the same histories within one version, where there are any."""
    if all(math.isnan(row.difference) for row in rows):
        return ""
    if not any(row.difference or row.difference_error for row in rows):
        return " (same)"
    return f" ({', '.join(map(_difference, rows))})"


def _ways_back(numbers: Numbers) -> str:
    """Return a table with a line a step and a column a rule, the machines one after the other."""
    rows = [
        [f"{title}, {SCOPE_NAMES[scope]}", *(_way_back(numbers, title, scope, r) for r in RULES)]
        for scope in ("pair", "all")
        for title in WAYS_BACK
    ]
    return f"On {', '.join(USUAL[:-1])} and {USUAL[-1]}:\n\n" + _table(["", *RULES], rows)


def _way_back(numbers: Numbers, title: str, scope: str, rule: str) -> str:
    rows = (numbers[Key(title, ONE_VERSION, machine, scope, rule, WITHIN_3)] for machine in USUAL)
    return " / ".join(f"{100 * row.value:.0f}" for row in rows)


def _histories() -> str:
    """Return how many histories each kind has."""
    counts: dict[str, tuple[str, ...]] = {}
    for kind in KINDS:
        name = f"{kind.title}, {kind.software}"
        others = "the same" if kind.compared else str(kind.others)
        counts.setdefault(name, (kind.question, str(kind.histories), others))
    rows = [[name, *count] for name, count in counts.items()]
    return _table(["", "question", "histories of each row: lowprec", "others"], rows)


def _with_error(row: Measured, digits: int = 1) -> str:
    error = "" if math.isnan(row.error) else f" ± {100 * row.error:.{digits}f}"
    return f"{100 * row.value:.{digits}f}{error}"


def _difference(row: Measured) -> str:
    return f"{100 * row.difference:+.1f} ± {100 * row.difference_error:.1f}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return pd.DataFrame(rows, columns=list(columns)).to_markdown(index=False, disable_numparse=True)
