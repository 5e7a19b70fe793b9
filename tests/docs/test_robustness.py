"""docs/robustness.md: every row has the test that holds it."""

import re

import pytest

from tests.docs.texts import DOCS, ROOT, table_lines

PAGE = (DOCS / "robustness.md").read_text(encoding="utf-8")
CASES, _, HOSTILE = PAGE.partition("## A hostile day")
"""The tables of public reports and of what was tried."""
ROWS = [
    *("A01", "A03", "A06", "A08", "A09", "A10", "A11", "A12", "A13", "A14", "A15", "A16", "A17"),
    *("A19", "A20", "A21", "A23"),
    *("B01", "B03", "B04", "B11", "B12", "B13", "B14", "B15", "B16"),
    *("C01", "C02", "C03", "C06", "C07", "C08", "C09", "C10", "C11"),
    *(f"H{number:02}" for number in range(1, 17)),
]
NOT_YET = "-"
"""In the place of a test: the row has none."""


def rows(text):
    """The rows of a table: its first cell, and the tests in its last one."""
    _, _, *lines = table_lines(text)
    return [(cells[0], cells[-1]) for line in lines for cells in [cells_of(line)]]


def cells_of(line):
    return [cell.strip() for cell in line.strip("|").split(" | ")]


TESTS = rows(CASES) + rows(HOSTILE)


def test_every_case_has_a_row():
    assert [number for number, _ in TESTS] == ROWS


@pytest.mark.parametrize(("number", "cell"), TESTS, ids=[number for number, _ in TESTS])
def test_each_test_that_is_named_is_there(number, cell):
    if cell == NOT_YET:
        return
    names = re.findall(r"`([\w/]+\.py)::(\w+)`", cell)
    assert len(names) == cell.count("`") / 2 >= 1
    for file, name in names:
        text = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert re.search(rf"^def {name}\(", text, re.MULTILINE), f"{file}::{name}"


def test_every_row_names_public_reports():
    for line in table_lines(CASES)[2:]:
        assert "https://github.com/" in cells_of(line)[1], line
