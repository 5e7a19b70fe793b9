"""Environments side by side: as a table for the terminal, as Markdown, as JSON."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lowprec.judging.comparison import Comparison, FirstComparison, PairComparison
from lowprec.judging.intervals import CONFIDENCE
from lowprec.judging.sides import Side, differences
from lowprec.record.verdicts import Verdict
from lowprec.report.baseline import baseline_line
from lowprec.report.text import (
    changes_text,
    item_or_line,
    items_or_lines,
    markdown_text,
    ratio_text,
    table,
)
from lowprec.rows.schemes import REFERENCE_SCHEME
from lowprec.wording import counted

__all__ = [
    "change_lines",
    "comparison_json",
    "comparison_text",
    "first_session_lines",
    "heading",
]

UNCHANGED = {
    Verdict.OK,
    Verdict.NOT_ASKED_FOR,
    *(verdict for verdict in Verdict if not verdict.row.judged),
}
"""Verdicts that need no line of their own."""

HEADERS = ("model", "scheme", "time", "interval", "/single", "accuracy", "verdict")
LEGEND = (
    f"time: seconds after / before and its {CONFIDENCE:.0%} interval over whole sessions; /single: "
    "seconds relative to single in the same session, before->after; accuracy: before->after."
)


GREATEST_LOG = 700.0
"""Of a ratio that is shown; few more have no number."""


def comparison_text(field: str, comparisons: Iterable[Comparison], markdown: bool = False) -> str:
    """Return the tables of all comparisons, each with its sides, differences and changed pairs."""
    parts = []
    for comparison in comparisons:
        before, after, pairs = comparison.before, comparison.after, comparison.pairs
        title = heading(before, after, field)
        parts.append(f"### {markdown_text(title)}" if markdown else title)
        parts.append(item_or_line(_sides_text(before, after, field), markdown))
        parts.append(_table(pairs, markdown))
        lines = [*change_lines(pairs), *_unjudged_lines(pairs)]
        parts.append(items_or_lines(lines, markdown))
    parts.append(item_or_line(LEGEND, markdown))
    return "\n\n".join(part for part in parts if part)


def heading(before: Side, after: Side, field: str) -> str:
    """Return what is compared, such as "keras 2.21.0 -> 3.15.1, quick protocol"."""
    values = (side.value(field) for side in (before, after))
    return f"{field} {' -> '.join(map(str, values))}, {after.protocol} protocol"


def _differences_text(before: Side, after: Side, aside: str | None = None) -> str:
    """Return every field that differs, with both values, but for the one left aside."""
    return changes_text(differences(before, after, aside)) or "nothing else"


def _sides_text(before: Side, after: Side, field: str) -> str:
    counts = " and ".join(str(len(side.sessions)) for side in (before, after))
    return (
        f"{counts} sessions on {after.environment.cpu or 'none'}; "
        f"also differs: {_differences_text(before, after, field)}"
    )


def _table(pairs: Iterable[PairComparison], markdown: bool) -> str:
    rows = [_line(pair) for pair in pairs]
    align = ("left", "left", "right", "left", "right", "right", "left")
    return table(HEADERS, rows, align, markdown)


def _line(pair: PairComparison) -> tuple[str, ...]:
    ratio = pair.log_ratio
    return (
        *pair.pair,
        ratio_text(_ratio(ratio.value)) if ratio else "-",
        _bounds(pair),
        _both(pair.before_relative, pair.after_relative, ratio_text),
        _both(pair.before_accuracy, pair.after_accuracy, _share),
        ", ".join(pair.verdicts),
    )


def _bounds(pair: PairComparison) -> str:
    ratio = pair.log_ratio
    if ratio is None or ratio.low is None or ratio.high is None:
        return "-"
    return f"{ratio_text(_ratio(ratio.low))}-{ratio_text(_ratio(ratio.high))}"


def _both(before: float | None, after: float | None, write: Callable[[float], str]) -> str:
    if before is None and after is None:
        return "-"
    return "->".join("-" if value is None else write(value) for value in (before, after))


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


OUTCOME_WORDS = {Verdict.OUTCOME_CHANGED, Verdict.IMPROVED}
ACCURACY_WORDS = {Verdict.WORSE, Verdict.IMPROVED}
TIME_WORDS = {Verdict.SLOWER, Verdict.FASTER}


def change_lines(pairs: Iterable[PairComparison]) -> list[str]:
    """Return a line for each pair that changed."""
    return [line for pair in pairs if (line := _change_line(pair))]


def _change_line(pair: PairComparison) -> str | None:
    """Return in one line what changed of a pair; None where nothing did."""
    changes, verdicts = [], set(pair.verdicts)
    if pair.before_outcomes != pair.after_outcomes and OUTCOME_WORDS & verdicts:
        outcomes = (" and ".join(names) for names in (pair.before_outcomes, pair.after_outcomes))
        changes.append("outcome " + " -> ".join(outcomes))
    if pair.accuracy_change and ACCURACY_WORDS & verdicts:
        change = pair.accuracy_change
        changes.append(f"accuracy {change.value:+.4f} ({change.low:+.4f} to {change.high:+.4f})")
    if pair.log_ratio and TIME_WORDS & verdicts:
        changes.append(f"{pair.before_s:.3g} s -> {pair.after_s:.3g} s{_relative_text(pair)}")
    return f"{pair.pair}: {'; '.join(changes)}" if changes else None


def _relative_text(pair: PairComparison) -> str:
    before, after = pair.before_relative, pair.after_relative
    if pair.pair.scheme == REFERENCE_SCHEME or before is None or after is None:
        return ""
    return f" ({ratio_text(before)} -> {ratio_text(after)} times {REFERENCE_SCHEME})"


def _unjudged_lines(pairs: Iterable[PairComparison]) -> list[str]:
    """Return a line for each way in which pairs could not be judged, with the reason."""
    verdicts = (verdict for pair in pairs for verdict in pair.verdicts)
    counts = Counter(verdict for verdict in verdicts if not verdict.row.judged)
    return [
        f"{word}, {counted(count, 'pair')}: {word.row.meaning}" for word, count in counts.items()
    ]


def first_session_lines(
    comparison: FirstComparison, stored: bool = True, skipped: bool = False
) -> list[str]:
    """Return what to say of pairs that are new to an environment, set against the nearest one.

    Args:
        comparison: of them; seconds of other hardware are not in it.
        stored: whether the session will count for the baseline of later ones.
        skipped: whether tests were skipped, as it has none itself.
    """
    before, after, pairs = comparison.before, comparison.after, comparison.pairs
    trained = after.sessions[-1].by_pair.keys()
    all_new = {pair.pair for pair in pairs} >= trained
    names = "" if all_new else f" with {', '.join(map(str, sorted(pair.pair for pair in pairs)))}"
    parts = [
        f"First session of {after.environment.key} here{names}. Nearest earlier environment: "
        f"{before.environment.key}, {counted(len(before.sessions), 'session')}. "
        f"Differs: {_differences_text(before, after)}."
        f"{'' if comparison.with_times else ' Seconds of other hardware are not compared.'}"
    ]
    changed = [pair for pair in pairs if not set(pair.verdicts) <= UNCHANGED]
    parts += [f"{', '.join(pair.verdicts)}: {_change_line(pair) or pair.pair}" for pair in changed]
    if not changed:
        what = "pair" if comparison.with_times else "outcome or accuracy"
        parts.append(f"No {what} changed beyond noise.")
    parts += _unjudged_lines(pairs)
    if all_new:
        parts.append(baseline_line(trained, 0, stored, skipped))
    return parts


def comparison_json(
    field: str, comparisons: Iterable[Comparison], unreadable: Sequence[str]
) -> str:
    """Return one strict JSON document of all comparisons."""
    document = {
        "field": field,
        "comparisons": [
            {
                "protocol": comparison.after.protocol,
                "before": _side_json(comparison.before, field),
                "after": _side_json(comparison.after, field),
                "also_differs": differences(comparison.before, comparison.after, field),
                "pairs": [_pair_json(pair) for pair in comparison.pairs],
            }
            for comparison in comparisons
        ],
        "unreadable": list(unreadable),
    }
    return json.dumps(document, indent=2, allow_nan=False)


def _side_json(side: Side, field: str) -> Mapping[str, Any]:
    return {
        "value": side.value(field),
        "environment": side.environment.key,
        "sessions": [session.name for session in side.sessions],
    }


def _pair_json(pair: PairComparison) -> Mapping[str, Any]:
    ratio, change = pair.log_ratio, pair.accuracy_change
    low, high = (ratio.low, ratio.high) if ratio else (None, None)
    return {
        "model": pair.pair.model,
        "scheme": pair.pair.scheme,
        "verdicts": list(pair.verdicts),
        "before_s": pair.before_s,
        "after_s": pair.after_s,
        "time_ratio": _ratio(ratio.value) if ratio else None,
        "time_ratio_low": None if low is None else _ratio(low),
        "time_ratio_high": None if high is None else _ratio(high),
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


def _ratio(log: float) -> float:
    """Return the ratio; where the noise of two wild sessions is beyond any number, the greatest."""
    return math.exp(min(log, GREATEST_LOG))
