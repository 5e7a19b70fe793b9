"""A series that other software goes on with, on literal histories."""

import pytest

from lowprec.judging.series import Series
from lowprec.record.acceptance import Acceptance
from lowprec.rows.matrix import Pair
from tests.judging.four_schemes import (
    HALF,
    SCHEMES,
    across,
    four_schemes,
    half_of,
    judged,
    quiet,
    sessions_with_half,
    with_half,
)
from tests.literals import stored_pair, summary


def test_other_software_goes_on_with_the_baseline():
    newer = {"tensorflow": "2.22.0"}
    slow, usual = sessions_with_half(1.3, 1.0, **newer)
    first, second = across(quiet(), slow, usual)
    assert half_of([first, second]) == [("slower",), ("ok",)]
    assert first.pairs[2].since == {"tensorflow": ("2.21.0", "2.22.0")}
    assert first.pairs[1].since == {}  # it is not flagged
    assert first.pairs[1].accuracy_change.value == pytest.approx(0.0)
    assert (first.first, second.first) == (frozenset(), frozenset())


def test_the_causes_are_what_changed_when_a_pair_was_first_flagged():
    """Half is flagged from the driver on; another NumPy comes later, and is told of the session."""
    driver = sessions_with_half(1.3, 1.3, driver="570.20")
    numpy = sessions_with_half(1.3, first_day=13, driver="570.20", numpy="2.5.0")
    verdicts = judged([*quiet(), *driver, *numpy])[10:]
    assert [verdict.pairs[2].since for verdict in verdicts] == [
        {"driver": (None, "570.20")},
        {"driver": (None, "570.20")},
        {"driver": (None, "570.20")},
    ]
    assert [verdict.pairs[2].streak.sessions for verdict in verdicts] == [1, 2, 3]
    assert [verdict.since for verdict in verdicts] == [
        {"driver": (None, "570.20")},
        {},
        {"numpy": ("2.4.6", "2.5.0")},
    ]


def test_within_the_same_software_nothing_is_a_cause():
    verdict = judged([*quiet(), *sessions_with_half(1.3)])[-1]
    assert (verdict.pairs[2].since, verdict.since) == ({}, {})


def test_the_first_session_of_all_has_no_causes():
    [verdict] = judged([four_schemes(1)])
    assert (verdict.since, verdict.first) == ({}, {Pair("NN-I", scheme) for scheme in SCHEMES})


def test_pairs_without_a_baseline_are_first_in_other_software_and_only_once():
    newer = {"tensorflow": "2.22.0"}
    first, second = across(quiet(2), *sessions_with_half(1.0, 1.0, **newer))
    assert (first.first, second.first) == ({Pair("NN-I", scheme) for scheme in SCHEMES}, set())


def test_a_loss_at_equal_seeds_is_flagged_in_every_session_of_other_software():
    lower = [with_half(day, (0.77, 0.79), tensorflow="2.22.0") for day in range(11, 16)]
    verdicts = across(quiet(), *lower)
    assert half_of(verdicts) == [("worse",)] * 5
    changes = [verdict.pairs[2].accuracy_change.value for verdict in verdicts]
    assert changes == [pytest.approx(-0.03)] * 5


def test_a_loss_within_other_software_is_flagged_beside_an_equal_one_before():
    newer = {"tensorflow": "2.22.0"}
    usual = [with_half(day, **newer) for day in range(11, 16)]
    verdicts = across(quiet(), *usual, with_half(16, (0.77, 0.79), **newer))
    assert half_of(verdicts) == [("ok",)] * 5 + [("worse",)]


def test_a_loss_in_two_steps_is_flagged_against_the_software_before():
    """Neither step is half a point."""
    newer = {"tensorflow": "2.22.0"}
    first = [with_half(day, (0.796, 0.816), **newer) for day in range(11, 16)]
    verdicts = across(quiet(), *first, with_half(16, (0.792, 0.812), **newer))
    assert half_of(verdicts) == [("ok",)] * 5 + [("worse",)]
    assert verdicts[5].pairs[2].accuracy_change.value == pytest.approx(-0.008)


def test_an_outcome_that_no_session_had_is_a_change_though_it_is_expected_now():
    guesses = [
        with_half(day, (0.1, 0.1), "chance", "chance", keras="3.16.0") for day in (11, 12, 13)
    ]
    verdicts = across(quiet(), *guesses)
    assert half_of(verdicts) == [("outcome changed",)] * 3
    assert verdicts[2].pairs[2].since == {"keras": ("3.15.1", "3.16.0")}


def test_an_outcome_that_was_expected_before_is_none():
    before = [with_half(day, expected="learns|chance") for day in range(1, 8)]
    later = with_half(8, (0.1, 0.1), "chance", "chance", keras="3.16.0")
    assert half_of(across(before, later)) == [("ok",)]


def test_an_acceptance_renews_all_that_is_known_of_a_pair():
    """Seconds, accuracies of both versions, outcomes, and where a drift began."""
    newer = {"tensorflow": "2.22.0"}
    series = Series()
    for session in quiet():
        series.judge(session)
    series = series.continued()
    accepted = [Acceptance("0011_session", HALF, "a new kernel")]
    half = {"fit_s": (3.0,), "outcomes": ("chance",), "expected": "chance"}
    first = summary(11, stored_pair("half", accuracies=(0.1, 0.1), **half), **newer)
    verdict, standing = series.judge(first, accepted)
    assert verdict.pairs[2].verdicts == ("outcome changed", "slower")
    assert standing.renewed == (HALF,)
    lower = [summary(d, stored_pair("half", (3.0,), (0.7, 0.72)), **newer) for d in range(12, 28)]
    again = summary(28, stored_pair("half", accuracies=(0.1, 0.1), **half), **newer)
    verdicts = [series.judge(session)[0] for session in [*lower, again]]
    of_half = [{p.pair: p for p in verdict.pairs}[HALF].verdicts for verdict in verdicts]
    assert of_half == [("no baseline",)] * 2 + [("ok",)] * 15
