"""docs/doctor/rules.md: the rules as the doctor has them. python -m lab.doctor.rules_page"""

from __future__ import annotations

from pathlib import Path

from tabulate import tabulate

from lowprec.diagnosis.rules import RULES, Rule

__all__ = ["text"]

KINDS = {
    "own": "Faults that float64 shows, too",
    "precision": "Faults of the format",
    "remark": "What is told beside",
}

HEAD = """\
# The doctor's rules

    python -m lab.doctor.rules_page

writes this page from `lowprec/diagnosis/rules.py`. Words in braces are measured, or are of the
scheme (`{weights}` and `{computes}` are its dtypes). What is seen in the earliest step is the
cause; within a step, what stands higher here. A cause marked with * makes steps small or 0, and is
never one of numbers that are not finite.
"""


def text() -> str:
    """Return the page."""
    parts = [HEAD]
    for kind, title in KINDS.items():
        rows = [_row(rule) for rule in RULES if rule.kind == kind]
        table = tabulate(rows, ["cause", "what it says", "remedies", "source"], "github")
        parts.append(f"## {title}\n\n{table}\n")
    return "\n".join(parts)


def _row(rule: Rule) -> list[str]:
    remedies = "; ".join(f"`{remedy.line}`" for remedy in rule.remedies)
    return [f"{rule.name}{'' if rule.breaks else '*'}", rule.diagnosis, remedies, rule.source]


if __name__ == "__main__":
    Path("docs/doctor/rules.md").write_text(text(), encoding="utf-8")
