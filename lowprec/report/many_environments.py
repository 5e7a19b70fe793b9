"""Many comparisons of environments at once: a line each, and what changed in them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean

from lowprec.judging.comparison import Comparison
from lowprec.judging.sides import BY_IMPORTANCE
from lowprec.record.verdicts import Verdict
from lowprec.report.comparison import change_lines, heading
from lowprec.report.text import item_or_line, items_or_lines, markdown_text, ratio_text, table
from lowprec.wording import counted

__all__ = ["MOST_WHOLE", "many_text"]

MOST_WHOLE = 4
"""So many comparisons are shown whole: more tables of sixteen pairs nobody reads."""

WIDEST = 30
"""Letters of what tells an environment from the others, in a table of 80 columns."""

NUMBERS = ("sessions", "time", "slower", "faster", "worse", "unjudged")
LEGEND = (
    "time: seconds after / before, the geometric mean of all pairs; slower, faster, worse (in "
    "accuracy or outcome), unjudged: numbers of pairs."
)


def many_text(field: str, comparisons: Sequence[Comparison], markdown: bool = False) -> str:
    """Return a table for each two values of the field, a line an environment, and the changes."""
    groups: dict[str, list[Comparison]] = {}
    for each in comparisons:
        groups.setdefault(heading(each.before, each.after, field), []).append(each)
    parts = []
    for title, group in groups.items():
        fields = _telling(group)
        said = f"{title}: {counted(len(group), 'environment')}"
        parts.append(f"### {markdown_text(said)}" if markdown else said)
        headers = (", ".join(fields) or "environment", *NUMBERS)
        align = ("left", *("right",) * len(NUMBERS))
        rows = [(_name(each, fields), *_numbers(each)) for each in group]
        parts.append(table(headers, rows, align, markdown))
        lines = [f"{_name(c, fields)}: {line}" for c in group for line in change_lines(c.pairs)]
        parts.append(items_or_lines(lines, markdown))
    narrower = f"--where FIELD=VALUE chooses: up to {MOST_WHOLE} are shown whole. JSON has all."
    parts += [item_or_line(text, markdown) for text in (LEGEND, narrower)]
    return "\n\n".join(part for part in parts if part)


def _telling(comparisons: Iterable[Comparison]) -> list[str]:
    """Return the fields by which the environments after the change differ from each other."""
    environments = [comparison.after.environment for comparison in comparisons]
    values = {n: {str(getattr(e, n)) for e in environments} for n in BY_IMPORTANCE}
    return [name for name, different in values.items() if len(different) > 1]


def _name(comparison: Comparison, fields: Sequence[str]) -> str:
    environment = comparison.after.environment
    values = [str(getattr(environment, name)) for name in fields]
    name = ", ".join(values) or environment.device_name or environment.key
    # What many machines share stands first in their names: "Intel(R) Xeon(R) Processor @ 2.2GHz".
    return name if len(name) <= WIDEST else f"...{name[3 - WIDEST :]}"


def _numbers(comparison: Comparison) -> tuple[str, ...]:
    pairs = comparison.pairs
    logs = [pair.log_ratio.value for pair in pairs if pair.log_ratio]
    sessions = "+".join(str(len(s.sessions)) for s in (comparison.before, comparison.after))
    counts = (
        sum(Verdict.SLOWER in pair.verdicts for pair in pairs),
        sum(Verdict.FASTER in pair.verdicts for pair in pairs),
        sum(any(v.row.worse and v is not Verdict.SLOWER for v in p.verdicts) for p in pairs),
        sum(not pair.judged for pair in pairs),
    )
    return (sessions, ratio_text(math.exp(fmean(logs))) if logs else "-", *map(str, counts))
