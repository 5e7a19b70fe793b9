"""Environments side by side: as a table for the terminal, as Markdown, as JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lowprec.comparison import NOT_ASKED_FOR, REFERENCE_SCHEME, UNJUDGED, PairComparison
from lowprec.intervals import CONFIDENCE
from lowprec.matching import Side, differences
from lowprec.report.text import item_or_line, ratio_told, table

__all__ = ["Comparison", "comparison_json", "comparison_text", "first_session_told"]

Comparison = tuple[Side, Side, Sequence[PairComparison]]
"""The side before, the side after, and every pair."""

UNCHANGED = {"ok", NOT_ASKED_FOR, *UNJUDGED}
HEADERS = ("model", "scheme", "time", "interval", "/single", "accuracy", "verdict")
LEGEND = (
    f"time: seconds after / before and its {CONFIDENCE:.0%} interval over whole sessions; /single: "
    "seconds relative to single in the same session, before->after; accuracy: before->after."
)


def comparison_text(field: str, comparisons: Iterable[Comparison], markdown: bool = False) -> str:
    """Return the tables of all comparisons, each with its sides, differences and changed pairs."""
    parts = []
    for before, after, pairs in comparisons:
        title = heading(before, after, field)
        parts.append(f"### {title}" if markdown else title)
        parts.append(item_or_line(_sides_told(before, after, field), markdown))
        parts.append(_table(pairs, markdown))
        told = [line for pair in pairs if (line := pair_told(pair))]
        told += unjudged_told(pairs)
        parts.append("\n".join(item_or_line(line, markdown, item=True) for line in told))
    parts.append(item_or_line(LEGEND, markdown))
    return "\n\n".join(part for part in parts if part)


def heading(before: Side, after: Side, field: str) -> str:
    """Return what is compared, such as "keras 2.21.0 -> 3.15.1, quick protocol"."""
    values = (side.environment[field] for side in (before, after))
    return f"{field} {' -> '.join(map(str, values))}, {after.protocol} protocol"


def differences_told(before: Side, after: Side, aside: str | None = None) -> str:
    """Return every field that differs, with both values, but for the one left aside."""
    told = [
        f"{name} {_value(values[0])} -> {_value(values[1])}"
        for name, values in differences(before, after, aside).items()
    ]
    return ", ".join(told) or "nothing else"


def _sides_told(before: Side, after: Side, field: str) -> str:
    counts = " and ".join(str(len(side.sessions)) for side in (before, after))
    return (
        f"{counts} sessions on {_value(after.environment.get('cpu'))}; "
        f"also differs: {differences_told(before, after, field)}"
    )


def _value(value: Any) -> str:
    return "none" if value is None else str(value)


def _table(pairs: Iterable[PairComparison], markdown: bool) -> str:
    rows = [_line(pair) for pair in pairs]
    align = ("left", "left", "right", "left", "right", "right", "left")
    return table(HEADERS, rows, align, markdown)


def _line(pair: PairComparison) -> tuple[str, ...]:
    ratio = pair.log_ratio
    return (
        pair.model,
        pair.scheme,
        ratio_told(math.exp(ratio.value)) if ratio else "-",
        _bounds(pair),
        _both(pair.before_relative, pair.after_relative, ratio_told),
        _both(pair.before_accuracy, pair.after_accuracy, _share),
        ", ".join(pair.verdicts),
    )


def _bounds(pair: PairComparison) -> str:
    ratio = pair.log_ratio
    if ratio is None or ratio.low is None or ratio.high is None:
        return "-"
    return f"{ratio_told(math.exp(ratio.low))}-{ratio_told(math.exp(ratio.high))}"


def _both(before: float | None, after: float | None, told: Callable[[float], str]) -> str:
    if before is None and after is None:
        return "-"
    return "->".join("-" if value is None else told(value) for value in (before, after))


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def pair_told(pair: PairComparison) -> str | None:
    """Return in one line what changed of a pair or could not be judged; None where nothing did."""
    told, verdicts = [], set(pair.verdicts)
    if pair.before_outcomes != pair.after_outcomes and {"outcome changed", "improved"} & verdicts:
        outcomes = (" and ".join(names) for names in (pair.before_outcomes, pair.after_outcomes))
        told.append("outcome " + " -> ".join(outcomes))
    if pair.accuracy and {"worse", "improved"} & verdicts:
        change = pair.accuracy
        told.append(f"accuracy {change.value:+.4f} ({change.low:+.4f} to {change.high:+.4f})")
    if pair.log_ratio and {"slower", "faster"} & verdicts:
        told.append(f"{pair.before_s:.3g} s -> {pair.after_s:.3g} s{_relative_told(pair)}")
    return f"{pair.model} {pair.scheme}: {'; '.join(told)}" if told else None


def _relative_told(pair: PairComparison) -> str:
    before, after = pair.before_relative, pair.after_relative
    if pair.scheme == REFERENCE_SCHEME or before is None or after is None:
        return ""
    return f" ({ratio_told(before)} -> {ratio_told(after)} times {REFERENCE_SCHEME})"


def unjudged_told(pairs: Iterable[PairComparison]) -> list[str]:
    """Return a line for each way in which pairs could not be judged, with the reason."""
    found = Counter(verdict for pair in pairs for verdict in pair.verdicts if verdict in UNJUDGED)
    return [f"{name}, {count} pairs: {UNJUDGED[name]}" for name, count in found.items()]


def first_session_told(before: Side, after: Side, pairs: Sequence[PairComparison]) -> str:
    """Return what to say of pairs that are new to an environment, set against the nearest one."""
    new = {pair.pair for pair in pairs}
    trained = after.sessions[-1].pairs.keys()
    names = "" if new >= trained else f" with {', '.join(map(' '.join, sorted(new)))}"
    parts = [
        f"First session of {after.environment['key']} here{names}. Nearest earlier environment: "
        f"{before.environment['key']}, {len(before.sessions)} sessions. "
        f"Differs: {differences_told(before, after)}."
    ]
    changed = [pair for pair in pairs if not set(pair.verdicts) <= UNCHANGED]
    parts += [
        f"{', '.join(pair.verdicts)}: {pair_told(pair) or f'{pair.model} {pair.scheme}'}"
        for pair in changed
    ]
    if not changed:
        parts.append("No pair changed beyond noise.")
    parts += unjudged_told(pairs)
    return "\n".join(item_or_line(part, markdown=False) for part in parts)


def comparison_json(
    field: str, comparisons: Iterable[Comparison], unreadable: Sequence[str]
) -> str:
    """Return one strict JSON document of all comparisons."""
    document = {
        "field": field,
        "comparisons": [
            {
                "protocol": after.protocol,
                "before": _side_json(before, field),
                "after": _side_json(after, field),
                "also_differs": differences(before, after, field),
                "pairs": [_pair_json(pair) for pair in pairs],
            }
            for before, after, pairs in comparisons
        ],
        "unreadable": list(unreadable),
    }
    return json.dumps(document, indent=2, allow_nan=False)


def _side_json(side: Side, field: str) -> Mapping[str, Any]:
    return {
        "value": side.environment[field],
        "environment": side.environment["key"],
        "sessions": [session.name for session in side.sessions],
    }


def _pair_json(pair: PairComparison) -> Mapping[str, Any]:
    ratio, change = pair.log_ratio, pair.accuracy
    return {
        "model": pair.model,
        "scheme": pair.scheme,
        "verdicts": list(pair.verdicts),
        "before_s": pair.before_s,
        "after_s": pair.after_s,
        "time_ratio": _exp(ratio.value if ratio else None),
        "time_ratio_low": _exp(ratio.low if ratio else None),
        "time_ratio_high": _exp(ratio.high if ratio else None),
        "before_relative_to_single": pair.before_relative,
        "after_relative_to_single": pair.after_relative,
        "before_accuracy": pair.before_accuracy,
        "after_accuracy": pair.after_accuracy,
        "accuracy_change": change.value if change else None,
        "accuracy_change_low": change.low if change else None,
        "accuracy_change_high": change.high if change else None,
        "seeds": list(pair.seeds),
        "before_outcomes": list(pair.before_outcomes),
        "after_outcomes": list(pair.after_outcomes),
    }


def _exp(log: float | None) -> float | None:
    return None if log is None else math.exp(log)
