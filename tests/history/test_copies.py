"""Copies of one session, of which one counts."""

from datetime import timedelta

import msgspec
import pytest

from lowprec.history.copies import Located, each_once
from tests.literals import session, stored_pair, summary


def stored(path, day=1, fit_s=2.0, later_s=0, **changes):
    """A session of a day where it lies: at "A/0001_x", say."""
    folder, _, name = path.rpartition("/")
    made = summary(day, stored_pair(fit_s=(fit_s,)), **changes)
    time = made.time + timedelta(seconds=later_s)
    return Located(path, msgspec.structs.replace(made, folder=folder, name=name, time=time))


def once(*sessions):
    """The paths of those that count, and what is said of the others."""
    kept, remarks = each_once(sessions)
    return [located.place for located in kept], remarks


def test_a_copy_is_told():
    assert once(stored("A/0001_x"), stored("A/0002_x", day=2), stored("latest")) == (
        ["A/0001_x", "A/0002_x"],
        ["latest: a copy of A/0001_x, not counted again"],
    )


@pytest.mark.parametrize(
    ("best", "other"),
    [
        ("A/0001_x", "latest"),
        ("A/0001_x", "A/x"),
        ("A/0001_x", "0001"),
        ("A/0001_x", "A/backup/0001_x"),
        ("A/0001_x", "Z/backup/0001_a"),
        ("0001_x", "A/0001_x"),
        ("A/0001_x", "A/0002_x"),
        ("B/0001_x", "A/0002_x"),
        ("A/0001_x", "B/0001_x"),
    ],
)
def test_the_best_named_one_counts(best, other):
    for sessions in (best, other), (other, best):
        assert once(*map(stored, sessions)) == (
            [best],
            [f"{other}: a copy of {best}, not counted again"],
        )


def test_a_file_of_the_same_session_that_pytest_benchmark_wrote_a_little_later():
    """As with --benchmark-json, whose time is not that of the stored file."""
    assert once(stored("latest"), stored("A/0001_x", later_s=60))[0] == ["A/0001_x"]
    assert len(once(stored("latest"), stored("A/0001_x", later_s=61))[0]) == 2


def test_sessions_of_other_numbers_pairs_or_environments_are_no_copies():
    others = [
        stored("A/0002_x", fit_s=2.0000001),
        stored("A/0003_x", tensorflow="2.22.0"),
        Located("B/0001_x", summary(1, stored_pair("half"))),
    ]
    assert len(once(stored("A/0001_x"), *others)[0]) == 4


def test_three_copies_of_two_sessions():
    sessions = [stored(f"{folder}/000{day}_x", day) for folder in "ABC" for day in (1, 2)]
    kept, remarks = once(*sessions)
    assert kept == ["A/0001_x", "A/0002_x"]
    assert remarks == [
        f"{folder}/000{day}_x: a copy of A/000{day}_x, not counted again"
        for day in (1, 2)
        for folder in "BC"
    ]


def test_whole_sessions_are_compared_likewise():
    whole = [Located(path, session(day)) for path, day in (("a", 1), ("b", 1), ("c", 2))]
    kept, remarks = each_once(whole)
    assert [located.place for located in kept] == ["a", "c"]
    assert remarks == ["b: a copy of a, not counted again"]
