"""What is seen of those who were killed."""

import os
import random
from pathlib import Path

import pytest

from lab.hostile import kills
from lowprec.data.prepare.build import STAGING

WHOLE = {"images": "1", "reviews": "2"}


def leave(root, sets):
    """Leave data sets of this content, as far as they would be taken for good ones."""
    root.mkdir(exist_ok=True)
    for name, content in sets.items():
        (root / name).write_text(content)


@pytest.fixture
def counted(monkeypatch):
    """Counts what is found of a victim of `data prepare`.

    It takes what it said to have made, what is in its folder, and what the next one makes of that.
    """

    def count(written, left, mended):
        def killed(kind, folder, after_s):
            leave(folder / "first", WHOLE)
            leave(folder / "0000", left)
            return written

        def prepared(counts, *arguments, cwd=None):
            leave(Path(arguments[-1]), mended)
            return "what it said"

        monkeypatch.setattr(kills, "_killed", killed)
        monkeypatch.setattr(kills, "_next", prepared)
        counts = kills._data_sets("data prepare", 1, random.Random(1))
        return {name: number for name, number in counts.items() if number}

    monkeypatch.setattr(
        kills, "_read_sets", lambda root: {path.name: path.read_text() for path in root.iterdir()}
    )
    return count


@pytest.mark.parametrize(
    ("written", "left", "found"),
    [
        ([], {}, {}),
        ([], {"images": "1"}, {}),
        (["0000"], {"images": "1"}, {"written": 1}),
        (["0000", "0000"], WHOLE, {"written": 2}),
        (["0000", "0000"], {"images": "1"}, {"written": 2, "lost": 1}),
        ([], {"images": "half"}, {"not whole": 1}),
    ],
)
def test_a_set_that_was_made_stays_and_is_whole(counted, written, left, found):
    assert counted(written, left, WHOLE) == found


@pytest.mark.parametrize("mended", [{}, {**WHOLE, STAGING: ""}])
def test_the_next_one_makes_all_of_it_and_leaves_nothing_else(counted, mended, capsys):
    assert counted([], {}, mended) == {"not mended": 1}
    assert "0000: what it said" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("page", "table", "found"),
    [
        (1, 1, {"written": 1}),
        (1, 2, {"written": 1, "mixed": 1}),
        (2, 1, {"written": 1, "mixed": 1, "not whole": 1}),
    ],
)
def test_a_page_is_never_newer_than_what_lies_beside_it(monkeypatch, page, table, found):
    def killed(kind, folder, after_s):
        (folder / "out").mkdir()
        for name, time in (("index.html", page), ("times.md", table)):
            (folder / "out" / name).write_text("</html>")
            os.utime(folder / "out" / name, ns=(time, time))
        return ["0"]

    monkeypatch.setattr(kills, "_killed", killed)
    monkeypatch.setattr(kills, "_next", lambda *_: None)
    counts = kills._reports("report", 1, random.Random(1))
    assert {name: number for name, number in counts.items() if number} == found
