"""What the page's plot is drawn from."""

from dataclasses import replace

from lowprec.judging.session import replay
from lowprec.record.summary import summaries_of
from lowprec.report.page import points as module
from lowprec.report.page.points import history_data
from lowprec.report.timeline import timelines
from lowprec.rows.matrix import Pair
from tests.literals import ENVIRONMENT, environment, parted, session, stored_pair
from tests.pages import points_of

HALF = Pair("NN-I", "half")


def data_of(*sessions, first=None):
    """The data of a page on the last of these sessions."""
    summaries = summaries_of(sessions)
    return history_data(timelines(replay(summaries)), first, summaries[-1])


def test_names_are_said_once():
    data = data_of(*(session(day, stored_pair(), stored_pair("half")) for day in (1, 2)))
    assert data["sessions"] == [
        ("0001", "2026-11-01T00:00Z", "0001_session"),
        ("0002", "2026-11-02T00:00Z", "0002_session"),
    ]
    assert data["environments"] == [f"quick protocol, {ENVIRONMENT.key}"]
    assert data["words"] == ["no baseline"]
    assert [pair["name"] for pair in data["pairs"]] == ["NN-I single", "NN-I half"]
    assert data["pairs"][0]["points"] == [(0, 0, 2.0, 0.8, 0, 0), (1, 0, 2.0, 0.8, 0, 0)]


def test_two_sessions_of_one_name_are_two():
    """Two machines may have stored one each."""
    one, other = session(1), replace(session(2), name="0001_session", folder="other")
    assert [name for _, _, name in data_of(one, other)["sessions"]] == ["0001_session"] * 2


def test_what_does_not_learn_or_is_not_timed_has_no_number():
    lost = stored_pair("half", accuracies=(0.1,), outcomes=("diverged",))
    missing = stored_pair("mixed", accuracies=())
    data = data_of(session(1, stored_pair(), lost, missing))
    assert [points_of(data, f"NN-I {s}")[0]["accuracy"] for s in ("half", "mixed")] == [None, None]
    assert points_of(data, "NN-I mixed")[0]["seconds"] is None


def test_it_begins_with_the_series_of_the_session_and_the_pair_that_is_asked_for():
    other = session(1, key="other")
    data = data_of(other, session(2, stored_pair(**parted())), first=HALF)
    assert data["environments"][0] == "quick protocol, other"
    assert data["environment"] == f"quick protocol, {environment().key}, without the start"
    assert data["pair"] == "NN-I half"
    assert data_of(session(1))["pair"] is None


def test_a_long_history_is_cut(monkeypatch):
    monkeypatch.setattr(module, "MOST_POINTS", 3)
    monkeypatch.setattr(module, "OWN_POINTS", 1)
    data = data_of(*(session(day) for day in range(1, 6)))
    assert [p["session"][:4] for p in points_of(data, "NN-I single")] == ["0003", "0004", "0005"]
    assert [short for short, _, _ in data["sessions"]] == ["0003", "0004", "0005"]


def test_of_a_long_history_of_many_half_is_the_pages_own(monkeypatch):
    monkeypatch.setattr(module, "MOST_POINTS", 4)
    monkeypatch.setattr(module, "OWN_POINTS", 2)
    own, others = [session(day) for day in range(1, 5)], [session(9 + d, key="o") for d in range(9)]
    data = history_data(
        timelines(replay(summaries_of([*own, *others]))), None, summaries_of(own)[-1]
    )
    days = [point["session"] for point in points_of(data, "NN-I single")]
    assert days == ["0003_session", "0004_session", "0016_session", "0017_session"]


def test_environments_are_told_apart_by_the_fields_that_differ():
    data = data_of(
        session(1, cpu="Xeon"), session(2, cpu="EPYC", gpu="A100"), session(3, cpu="Xeon")
    )
    assert data["about"] == ["cpu Xeon", "gpu A100, cpu EPYC"]
    assert data_of(session(1), session(2))["about"] == [""]
