"""The newest record of each pair, by environment and protocol."""

from lowprec.report.selection import newest_of_pairs, selection_of
from tests.literals import session, stored_pair, summary


def test_the_newest_session_comes_first_and_its_records_count():
    old = session(1, stored_pair("single", (2.0,)))
    new = session(2, stored_pair("single", (3.0,)))
    selection = selection_of([old, new])
    assert selection.sessions == ("0002_session",)
    assert selection.pairs["NN-I", "single"].rounds[0].fit_s == 3.0
    assert (selection.protocol, selection.environment.key) == ("quick", new.environment.key)


def test_pairs_may_come_from_several_sessions_and_stand_in_order():
    parts = [session(1, stored_pair("mixed")), session(2, stored_pair("double"))]
    selection = selection_of(parts)
    assert list(selection.pairs) == [("NN-I", "double"), ("NN-I", "mixed")]
    assert selection.sessions == ("0001_session", "0002_session")


def test_the_newest_record_of_each_pair_of_the_last_ones_series():
    single, half = stored_pair("single"), stored_pair("half")
    sessions = [
        summary(1, single, half),
        summary(2, single, half),
        summary(3, half, tensorflow="2.22.0"),
        summary(4, stored_pair("half", protocol="paper")),
        summary(5, single),
    ]
    assert [session.name[:4] for session in newest_of_pairs(sessions)] == ["0002", "0005"]
    assert [session.name[:4] for session in newest_of_pairs(sessions[:3])] == ["0003"]


def test_figures_have_the_first_pairs_that_fit_and_tell_how_many_they_leave_out():
    """Places count, not pairs: models that share no scheme would have a grid full of holes."""
    alone = session(1, *[stored_pair(f"s{i:02}", model=f"m{i:02}") for i in range(50)])
    selection = selection_of([alone])
    drawn = selection.drawn()
    assert list(drawn.pairs) == [(f"m{i:02}", f"s{i:02}") for i in range(6)]
    assert (drawn.left_out, drawn.drawn().left_out, selection.left_out) == (44, 44, 0)


def test_figures_of_the_matrix_have_all():
    pairs = [stored_pair(f"s{i}", model=f"m{j}") for i in range(8) for j in range(5)]
    selection = selection_of([session(1, *pairs)])
    assert selection.drawn() == selection
