"""docs/gate.md says what the laboratory measured, and names the rule's constants as they are."""

import math
import re

import pytest

from lowprec.judging import changes, drift, evidence, noise, series, slowdown, track
from tests.docs.texts import DOCS, ROOT, joined, table_lines

PAGE = (DOCS / "gate.md").read_text(encoding="utf-8")
REMEMBERED = PAGE.partition("## What it remembers")[2].partition("\n## ")[0]
MEASURED = [
    line.strip()
    for name in ("rates.md", "real.md")
    for line in (DOCS / "gate" / name).read_text(encoding="utf-8").splitlines()
]


def test_every_table_line_was_measured():
    lines = table_lines(PAGE.replace(REMEMBERED, ""))
    assert len(lines) > 20
    assert [line for line in lines if line not in MEASURED] == []


@pytest.mark.parametrize(
    "text",
    [
        f"newest {slowdown.WINDOW} sessions",
        f"more\nthan {changes.PAIR_EVIDENCE} (pair), {changes.GROUP_EVIDENCE} (scheme or model)",
        f"{changes.MACHINE_EVIDENCE} (all pairs)",
        f"gives at\nmost {evidence.EARLIER_NIGHT}",
        f"whose {100 * series.ACCURACY_CONFIDENCE:.2f}% interval",
        f"last {drift.SESSIONS} sessions is set against that of the first {drift.SESSIONS}",
        f"more than {math.expm1(drift.LEAST_DRIFT):.0%} and the",
    ],
)
def test_the_constants_are_those_of_the_code(text):
    assert joined(text) in joined(PAGE)


def test_numbers_that_the_page_writes_as_words():
    assert "fewer than three sessions are no baseline" in joined(PAGE).lower()
    assert "after three sessions in a row" in joined(PAGE)
    assert "and the standard deviation of such a difference together" in joined(PAGE)
    assert noise.MIN_BASELINE == evidence.NIGHTS == track.STAYS == 3
    assert drift.DEVIATIONS == 1
    assert "From seven sessions on" in PAGE
    assert noise.MIN_BASELINE + 2 * (evidence.NIGHTS - 1) == 7


def test_every_history_that_it_remembers_has_its_test():
    _, _, *rows = table_lines(REMEMBERED)
    assert len(rows) > 10
    for row in rows:
        [(file, name)] = re.findall(r"`([\w/]+\.py)::(\w+)` \|$", row)
        [path] = (ROOT / "tests").rglob(file)
        assert f"\ndef {name}(" in path.read_text(encoding="utf-8"), row


def test_every_test_of_what_it_remembers_is_in_the_table():
    path = ROOT / "tests" / "judging" / "test_what_it_remembers.py"
    names = re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in names if f"{path.name}::{name}`" not in REMEMBERED] == []
