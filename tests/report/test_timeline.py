"""Times over sessions, with what the gate says."""

import pytest

from lowprec.judging.session import replay
from lowprec.record.acceptance import Acceptance
from lowprec.record.summary import summaries_of
from lowprec.report import timeline as module
from lowprec.report.timeline import first_series, shown_sessions, timelines
from tests.literals import ENVIRONMENT, parted, session, stored_pair, summary

SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01, 1.99, 2.0)


def session_of(day, fit_s, factor=1.0, schemes=SCHEMES):
    return session(
        day,
        *(stored_pair(s, (fit_s * (factor if s == "half" else 1),), (0.8, 0.82)) for s in schemes),
    )


def lines(*sessions, accepted=()):
    return timelines(replay(summaries_of(sessions), accepted))


QUIET = [session_of(day, fit_s) for day, fit_s in enumerate(NOISE, start=1)]


def test_a_point_a_session():
    points = lines(*QUIET)
    assert list(points) == [("NN-I", scheme) for scheme in SCHEMES]
    half = points["NN-I", "half"]
    assert [p.seconds for p in half] == list(NOISE)
    assert half[0].session == "0001_session"
    assert half[0].accuracy == 0.81
    assert (half[0].verdicts, half[-1].verdicts) == (("no baseline",), ("ok",))


def test_what_is_measured_otherwise_stands_by_itself():
    later = [
        session(day, stored_pair("half", **parted(shared_model=shared)))
        for day, shared in ((7, True), (8, False))
    ]
    half = lines(*QUIET, *later)["NN-I", "half"]
    key = ENVIRONMENT.key
    assert [point.series.environment for point in half[-3:]] == [
        *(key, f"{key}, without the start", f"{key}, without the start, a model each")
    ]


def test_flagged_and_accepted_points():
    slow = [*QUIET, session_of(7, 2.0, factor=1.5)]
    last = lines(*slow)["NN-I", "half"][-1]
    assert (last.flagged, last.accepted) == (True, None)
    accepted = [Acceptance("0007_session", ("NN-I", "half"), "a new kernel")]
    last = lines(*slow, accepted=accepted)["NN-I", "half"][-1]
    assert (last.flagged, last.accepted) == (False, "a new kernel")


def test_a_session_without_the_pair_has_no_point():
    points = lines(*QUIET, session_of(7, 2.0, schemes=("double", "single")))
    assert [len(points["NN-I", scheme]) for scheme in SCHEMES] == [7, 7, 6, 6]


def test_a_pair_that_does_not_learn_has_no_accuracy():
    [point] = lines(session(1, stored_pair(accuracies=(0.1,), outcomes=("chance",))))[
        "NN-I", "single"
    ]
    assert (point.accuracy, point.outcome) == (None, "chance")


def test_a_session_comes_first_by_what_its_timed_pairs_are_measured_by():
    paper = summary(1, stored_pair("half", **parted(), protocol="paper"))
    assert first_series(paper) == (f"{ENVIRONMENT.key}, without the start", "paper")
    assert first_series(summary(1, stored_pair("half", accuracies=()))) == (
        ENVIRONMENT.key,
        "quick",
    )


@pytest.fixture
def few(monkeypatch):
    """Four points of a pair are shown, at least two of its own series."""
    monkeypatch.setattr(module, "MOST_POINTS", 4)
    monkeypatch.setattr(module, "OWN_POINTS", 2)


def shown(*sessions):
    names = shown_sessions(sessions, first_series(sessions[0]))
    return [int(name.partition("/")[2][:4]) for name in sorted(names)]


@pytest.mark.usefixtures("few")
def test_the_newest_sessions_are_shown_with_one_more_and_of_the_own_series_its_newest():
    own = [summary(day) for day in range(1, 5)]
    others = [summary(day, key="o") for day in range(10, 19)]
    assert shown(*own, *others) == [3, 4, 14, 15, 16, 17, 18]
    assert shown(*own[:2]) == [1, 2]


@pytest.mark.usefixtures("few")
def test_a_session_with_a_pair_that_others_have_not_is_shown():
    half, single = stored_pair("half"), stored_pair("single")
    sessions = [summary(1, half), *(summary(day, single) for day in range(2, 9))]
    assert shown(*sessions) == [1, 4, 5, 6, 7, 8]
