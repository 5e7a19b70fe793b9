"""docs/gate.md says what the laboratory measured, and names the rule's constants as they are."""

import pytest

from lowprec.judging import evidence, noise, series, slowdown
from tests.docs.texts import DOCS, joined, table_lines

PAGE = (DOCS / "gate.md").read_text(encoding="utf-8")
MEASURED = [
    line.strip()
    for name in ("rates.md", "real.md")
    for line in (DOCS / "gate" / name).read_text(encoding="utf-8").splitlines()
]


def test_every_table_line_was_measured():
    lines = table_lines(PAGE)
    assert len(lines) > 20
    assert [line for line in lines if line not in MEASURED] == []


@pytest.mark.parametrize(
    "text",
    [
        f"newest {slowdown.WINDOW} sessions",
        f"more\nthan {slowdown.PAIR_EVIDENCE} (pair), {slowdown.GROUP_EVIDENCE} (scheme or model)",
        f"{slowdown.MACHINE_EVIDENCE} (all pairs)",
        f"gives at\nmost {evidence.EARLIER_NIGHT}",
        f"whose {100 * series.ACCURACY_CONFIDENCE:.2f}% interval",
    ],
)
def test_the_constants_are_those_of_the_code(text):
    assert joined(text) in joined(PAGE)


def test_numbers_that_the_page_writes_as_words():
    assert "fewer than three sessions are no baseline" in joined(PAGE).lower()
    assert noise.MIN_BASELINE == evidence.NIGHTS == 3
    assert "From seven sessions on" in PAGE
    assert noise.MIN_BASELINE + 2 * (evidence.NIGHTS - 1) == 7
