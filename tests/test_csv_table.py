"""Tables with a fixed header; more in the tests of those kept in one: expectations, acceptances."""

import pytest

from lowprec.csv_table import csv_text, read_rows, write_rows
from lowprec.errors import HistoryError

COLUMNS = ("name", "reason")


def test_the_text_of_a_table():
    """None is an empty cell; a line ends with a newline whatever the system is."""
    rows = [("a", None), ("b", 0.5), ("", 'said "no", twice'), ("d", "over\ntwo lines")]
    assert csv_text(COLUMNS, rows) == (
        'name,reason\na,\nb,0.5\n,"said ""no"", twice"\nd,"over\ntwo lines"\n'
    )


def test_a_table_without_rows_is_its_header():
    assert csv_text(COLUMNS, []) == "name,reason\n"


def test_rows_come_back_with_their_place(tmp_path):
    path = tmp_path / "x.csv"
    write_rows(path, COLUMNS, [("a", 'said "no", twice'), ("b", "")], HistoryError)
    assert read_rows(path, COLUMNS, HistoryError) == [
        (f"{path}:2", {"name": "a", "reason": 'said "no", twice'}),
        (f"{path}:3", {"name": "b", "reason": ""}),
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["x.csv"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\n", "columns are"),
        ("name,reason\na\n", "x.csv:2: expected 2 values"),
        ("name,reason\na,b,c\n", "x.csv:2: expected 2 values"),
        ('name,reason\na,"b\n', "cannot be read"),
    ],
)
def test_what_is_no_such_table_is_an_error_of_the_callers_kind(tmp_path, text, message):
    path = tmp_path / "x.csv"
    path.write_text(text)
    with pytest.raises(HistoryError, match=message):
        read_rows(path, COLUMNS, HistoryError)


def test_a_table_that_cannot_be_written_is_one_too(tmp_path):
    with pytest.raises(HistoryError, match="cannot be written"):
        write_rows(tmp_path / "none" / "x.csv", COLUMNS, [], HistoryError)
