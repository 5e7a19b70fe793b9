"""docs/verdicts.md has every word that is said of a pair, as the table of verdicts has it.

`python -m tests.docs.test_verdict_words` prints its tables.
"""

import pytest

from lowprec.record.verdicts import GATE, VERSUS, Verdict
from tests.commands.histories import SLOWER_LINE
from tests.docs.texts import DOCS, joined, table_lines

PAGE = (DOCS / "verdicts.md").read_text(encoding="utf-8")
ROWS = [verdict.row for verdict in Verdict]
BY_GATE = [row for row in ROWS if GATE in row.said_by]
BY_VERSUS_ALONE = [row for row in ROWS if row.said_by == (VERSUS,)]


def table(rows):
    """The lines of a table of verdicts, in Markdown."""
    cells = [(f"`{row.word}`", row.meaning, row.remedy) for row in rows]
    lines = [("verdict", "what it says", "what to do"), ("---", "---", "---"), *cells]
    return [f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines]


def words(rows):
    """Words in a sentence, such as "`slower` and `missing`"."""
    *others, last = [f"`{row.word}`" for row in rows]
    return f"{', '.join(others)} and {last}"


def test_every_word_is_in_one_table():
    assert table_lines(PAGE) == [*table(BY_GATE), *table(BY_VERSUS_ALONE)]
    assert sorted(BY_GATE + BY_VERSUS_ALONE, key=ROWS.index) == ROWS


@pytest.mark.parametrize(
    "sentence",
    [
        f"Flagged are {words(row for row in ROWS if row.flags)}: exit code 1.",
        f"{words(row for row in BY_GATE if not row.judged)} could not be judged: exit code 2",
        f"exits with 1 for {words(row for row in ROWS if row.worse)},",
        f"with 2 for {words(row for row in BY_VERSUS_ALONE if not row.judged)},",
    ],
)
def test_what_follows_from_a_word_is_said_of_the_right_ones(sentence):
    assert sentence in joined(PAGE)


def test_the_line_of_a_slower_version_is_one_that_check_prints():
    """`tests/commands/test_check.py` has it from a stored history."""
    assert f"{SLOWER_LINE}; since tensorflow 2.21.0 -> 2.22.0" in joined(PAGE)


if __name__ == "__main__":
    print(*table(BY_GATE), "", *table(BY_VERSUS_ALONE), sep="\n")
