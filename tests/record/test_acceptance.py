"""What an accepted change covers, and whether it means a session at all."""

import msgspec
import pytest

from lowprec.record.acceptance import Acceptance, in_force
from lowprec.rows.matrix import Pair
from tests.literals import stored_pair, summary

SINGLE, HALF = Pair("NN-I", "single"), Pair("NN-I", "half")
OF_HALF = Acceptance("0011_x", HALF, "a new kernel, see #12")
OF_ALL = Acceptance("0012_x", None, 'the machine was "moved", twice')


def named(name, day=1, **pair):
    """A session of NN-I single, or of `pair`, named NAME or FOLDER/NAME."""
    folder, _, name = name.rpartition("/")
    return msgspec.structs.replace(summary(day, stored_pair(**pair)), folder=folder, name=name)


@pytest.mark.parametrize(
    ("acceptance", "session", "pair", "covered"),
    [
        (OF_HALF, "0011_x", ("NN-I", "half"), True),
        (OF_HALF, "0011_x", ("NN-I", "single"), False),
        (OF_HALF, "0012_x", ("NN-I", "half"), False),
        (OF_ALL, "0012_x", ("CNN-I", "mixed"), True),
        (OF_ALL, "Linux/0012_x", ("CNN-I", "mixed"), True),
        (Acceptance("Linux/0012_x", None, "why"), "Linux/0012_x", ("CNN-I", "mixed"), True),
        (Acceptance("Linux/0012_x", None, "why"), "Darwin/0012_x", ("CNN-I", "mixed"), False),
        (Acceptance("./0012_x", None, "why"), "0012_x", ("CNN-I", "mixed"), True),
        (Acceptance("./0012_x", None, "why"), "Linux/0012_x", ("CNN-I", "mixed"), False),
    ],
)
def test_what_an_acceptance_covers(acceptance, session, pair, covered):
    assert acceptance.covers(named(session), Pair(*pair)) is covered


def row(session, pair=None, line=2):
    return Acceptance(session, pair, "why", f"accepted.csv:{line}")


def test_acceptances_of_stored_sessions_are_in_force():
    rows = [row("0001_x"), row("A/0002_x", SINGLE, 3), row("./0003_x", line=4)]
    sessions = [named("A/0001_x"), named("A/0002_x"), named("0003_x")]
    assert in_force(rows, sessions) == (tuple(rows), ())
    assert in_force([], sessions) == ((), ())


@pytest.mark.parametrize("name", ["0009_x", "0001", "B/0001_x", "./0001_x", "A/0001_x.json"])
def test_an_acceptance_of_no_stored_session_is_told(name):
    assert in_force([row(name), row("0001_x", line=3)], [named("A/0001_x")]) == (
        (row("0001_x"),),
        (f"accepted.csv:2: no stored session is named {name}; correct the row or delete it",),
    )


def test_an_acceptance_of_two_sessions_is_of_neither_and_told():
    sessions = [named("A/0001_x"), named("B/0001_x"), named("A/0002_x")]
    accepted, [line] = in_force([row("0001_x"), row("B/0001_x")], sessions)
    assert accepted == (row("B/0001_x"),)
    assert line == (
        "accepted.csv:2: 2 sessions are named 0001_x; name one of A/0001_x, B/0001_x in the row"
    )


def test_each_of_two_equal_rows_is_told():
    _, lines = in_force([row("0009_x"), row("0009_x", line=7)], [named("0001_x")])
    assert [line.partition(": ")[0] for line in lines] == ["accepted.csv:2", "accepted.csv:7"]


def test_an_acceptance_of_a_pair_that_no_session_has_is_told():
    rows = [row("0002_x", Pair("NN-I", "hlaf"))]
    assert in_force(rows, [named("0001_x"), named("0002_x")]) == (
        (),
        ("accepted.csv:2: no stored session has the pair NN-I hlaf; correct the row or delete it",),
    )


def test_a_pair_that_is_missing_may_be_accepted():
    rows = (row("0002_x", HALF),)
    assert in_force(rows, [named("0001_x", scheme="half"), named("0002_x")]) == (rows, ())
    assert in_force(rows, [named("0002_x", asked_for=(SINGLE, HALF))]) == (rows, ())
    assert in_force(rows, [named("0001_x"), named("0002_x")])[0] == ()
