"""docs/doctor.md and the pages below it say what the laboratory measured."""

import pandas as pd
import pytest

from lab.doctor import rules_page, tables
from lab.doctor.measure import GROUPS
from tests.docs.texts import DOCS, table_lines

FOLDER = DOCS / "doctor"
ROWS = pd.read_csv(FOLDER / "hits.csv", dtype={"keras": str})


def test_the_rules_are_those_of_the_code():
    assert (FOLDER / "rules.md").read_text(encoding="utf-8") == rules_page.text()


def test_the_tables_are_those_of_the_measured_rows():
    assert (FOLDER / "hits.md").read_text(encoding="utf-8") == tables.text(ROWS)


def test_the_page_has_lines_of_the_measured_table():
    measured = (FOLDER / "hits.md").read_text(encoding="utf-8").splitlines()
    page = (DOCS / "doctor.md").read_text(encoding="utf-8")
    lines = table_lines(page.partition("## Is it right?")[2])
    assert len(lines) > 10
    assert [line for line in lines if line not in measured] == []


@pytest.mark.parametrize("keras", ["2", "3"])
def test_every_training_of_the_laboratory_was_measured(keras):
    measured = ROWS[ROWS.keras == keras]
    for group, cases in GROUPS.items():
        assert list(measured[measured.group == group].case) == [case.name for case in cases]
    reports = measured[measured.group == "report"]
    assert (reports.right == reports.said).sum() >= 11
