"""The newest record of each pair, by environment and protocol."""

from lowprec.report.selection import selections
from tests.literals import session, stored_pair


def test_the_newest_session_comes_first_and_its_records_count():
    old = session(1, stored_pair("single", (2.0,)))
    new = session(2, stored_pair("single", (3.0,)))
    [selection] = selections([old, new])
    assert selection.sessions == ("0002_session",)
    assert selection.pairs["NN-I", "single"].rounds[0].fit_s == 3.0
    assert (selection.protocol, selection.environment.key) == ("quick", new.environment.key)


def test_pairs_may_come_from_several_sessions_and_stand_in_order():
    parts = [session(1, stored_pair("mixed")), session(2, stored_pair("double"))]
    [selection] = selections(parts)
    assert list(selection.pairs) == [("NN-I", "double"), ("NN-I", "mixed")]
    assert selection.sessions == ("0001_session", "0002_session")


def test_environments_and_protocols_are_kept_apart():
    every = selections(
        [
            session(1, stored_pair(protocol="paper")),
            session(2, tensorflow="2.22.0"),
            session(3, stored_pair(protocol="paper")),
            session(4),
        ]
    )
    assert [(selection.protocol, selection.environment.tensorflow) for selection in every] == [
        ("quick", "2.21.0"),
        ("paper", "2.21.0"),
        ("quick", "2.22.0"),
    ]


def test_no_session_no_selection():
    assert selections([]) == []
