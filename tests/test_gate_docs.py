"""docs/gate.md says what the laboratory measured, and names the rule's constants as they are."""

from pathlib import Path

import pytest

from lowprec import gate, noise, slowdown

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "gate.md").read_text(encoding="utf-8")
MEASURED = [
    line.strip()
    for name in ("rates.md", "real.md")
    for line in (DOCS / "gate" / name).read_text(encoding="utf-8").splitlines()
]


def test_every_table_line_was_measured():
    lines = [line.strip() for line in PAGE.splitlines() if line.startswith("|")]
    assert len(lines) > 20
    assert [line for line in lines if line not in MEASURED] == []


@pytest.mark.parametrize(
    "told",
    [
        f"newest {slowdown.WINDOW} sessions",
        f"more\nthan {slowdown.PAIR_EVIDENCE} (pair), {slowdown.GROUP_EVIDENCE} (scheme or model)",
        f"{slowdown.MACHINE_EVIDENCE} (all pairs)",
        f"gives at\nmost {slowdown.EARLIER_NIGHT}",
        f"whose {100 * gate.ACCURACY_CONFIDENCE:.2f}% interval",
    ],
)
def test_the_constants_are_those_of_the_code(told):
    assert " ".join(told.split()) in " ".join(PAGE.split())


def test_numbers_that_the_page_writes_as_words():
    assert "fewer than three sessions are no baseline" in " ".join(PAGE.split()).lower()
    assert noise.MIN_BASELINE == slowdown.NIGHTS == 3
    assert "From seven sessions on" in PAGE
    assert noise.MIN_BASELINE + 2 * (slowdown.NIGHTS - 1) == 7
