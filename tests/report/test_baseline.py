"""What pairs lack to be judged, and the command for it."""

import pytest

from lowprec.report.baseline import baseline_line
from lowprec.rows.matrix import Pair

HALF, CODER = Pair("NN-I", "half"), Pair("coder", "half")


@pytest.mark.parametrize(
    ("pairs", "options", "line"),
    [
        (
            [HALF, Pair("NN-I", "single")],
            {"earlier": 0, "skipped": True},
            "2 pairs skipped: no baseline yet. Run `pytest benchmarks/ --benchmark-autosave` 3 "
            "more times; the last is judged by the 3 before it.",
        ),
        (
            [HALF],
            {"earlier": 2},
            "1 pair not judged: no baseline yet. Run `pytest benchmarks/ --benchmark-autosave` 1 "
            "more time; the last is judged by the 3 before it.",
        ),
        (
            [HALF, CODER],
            {"earlier": 0, "stored": False},
            "2 pairs not judged: no baseline yet. Run `pytest --benchmark-autosave` 4 more times; "
            "the last is judged by the 3 before it.",
        ),
    ],
    ids=["the first", "the third", "one of one's own that is not stored"],
)
def test_it_counts_what_is_still_to_run(pairs, options, line):
    assert baseline_line(pairs, **options) == line
