"""How far pairs are from where they began, on literal levels."""

import math

import pytest

from lowprec.judging.drift import SESSIONS, Drift, Level, drifts
from lowprec.rows.matrix import MATRIX, Pair

HALF = Pair("NN-I", "half")
FOUR = [pair for pair in MATRIX if pair.model == "NN-I"]


def level(*seconds, first=(2.0,) * SESSIONS):
    """The level of a pair that began with `first` and came to these seconds."""
    made = Level()
    for value in first:
        made.add(math.log(value), counts=True)
    for value in seconds:
        made.add(math.log(value), counts=True)
    return made


def drifted(factor, **others):
    """A level without noise that is so many times the first one."""
    return level(*[2.0 * factor] * SESSIONS, **others)


def test_a_level_begins_with_the_first_sessions_and_ends_with_the_newest():
    long = level(*range(3, 40))
    assert long.first == [math.log(2.0)] * SESSIONS
    assert list(long.now) == [math.log(x) for x in range(30, 40)]


def test_what_does_not_count_is_part_of_the_level_now_alone():
    mixed = Level()
    for number in range(2 * SESSIONS):
        mixed.add(float(number), counts=number % 2 == 0)
    assert mixed.first == [float(x) for x in range(0, 20, 2)]
    assert list(mixed.now) == [float(x) for x in range(10, 20)]


def test_the_level_with_a_session_leaves_the_level_as_it_was():
    before = drifted(1.0)
    after = before.with_session(math.log(3.0))
    assert list(after.now) == [math.log(2.0)] * 9 + [math.log(3.0)]
    assert list(before.now) == [math.log(2.0)] * 10
    assert after.first == before.first


def test_a_copy_goes_its_own_way():
    original = Level()
    original.add(1.0, counts=True)
    copy = original.copy()
    copy.add(2.0, counts=True)
    assert (original.first, list(original.now)) == ([1.0], [1.0])
    assert (copy.first, list(copy.now)) == ([1.0, 2.0], [1.0, 2.0])


def test_a_level_is_known_from_ten_sessions_on():
    assert not level(first=(2.0,) * 9).known
    assert level(first=(2.0,) * 10).known


def test_the_change_is_that_from_the_first_sessions_to_the_newest():
    assert drifted(1.25).change == pytest.approx(math.log(1.25))
    mixed = level(*[2.0] * 9, 3.0)
    assert mixed.change == pytest.approx(math.log(1.5) / 10)
    assert mixed.newest == pytest.approx(math.log(1.5))


def test_a_level_without_noise_is_not_believed_to_have_none():
    """A thousandth a session."""
    assert drifted(1.25).deviation == pytest.approx(0.001 * math.sqrt(2 / 10))


def test_the_deviation_is_that_within_the_levels_and_not_between_them():
    noisy = [2.0 * math.exp(x) for x in (0.05, -0.05) * 5]
    quiet, far = level(*noisy, first=noisy), level(*(3 * x for x in noisy), first=noisy)
    assert far.deviation == pytest.approx(quiet.deviation)
    of_a_session = math.sqrt(20 * 0.05**2 / 18)  # 18 degrees of freedom
    assert quiet.deviation == pytest.approx(of_a_session * math.sqrt(2 / 10))


@pytest.mark.parametrize(("factor", "is_drift"), [(1.079, False), (1.083, True), (0.5, False)])
def test_a_pair_without_noise_has_drifted_from_8_percent_on(factor, is_drift):
    levels = {pair: drifted(1.0) for pair in FOUR} | {HALF: drifted(factor)}
    expected = {HALF: Drift(pytest.approx(factor), pytest.approx(2.0), shared=False)}
    assert drifts(levels) == (expected if is_drift else {})


@pytest.mark.parametrize(("factor", "is_drift"), [(1.079, False), (1.083, True), (0.5, False)])
def test_all_pairs_together_have_too(factor, is_drift):
    levels = {pair: drifted(factor) for pair in FOUR}
    expected = Drift(pytest.approx(factor), pytest.approx(2.0), shared=True)
    assert drifts(levels) == (dict.fromkeys(FOUR, expected) if is_drift else {})


def test_noise_needs_a_larger_drift():
    noise = [math.exp(x) for x in (0.06, -0.06) * 5]

    def noisy(factor):
        return level(*(2 * factor * x for x in noise), first=[2 * x for x in noise])

    quiet = {pair: noisy(1.0) for pair in FOUR}
    assert drifts(quiet | {HALF: noisy(1.1)}) == {}
    assert [*drifts(quiet | {HALF: noisy(1.25)})] == [HALF]


def test_a_pair_that_stayed_while_all_others_drifted_is_not_named():
    levels = {pair: drifted(1.2) for pair in FOUR} | {HALF: drifted(1.0)}
    assert [*drifts(levels)] == [pair for pair in FOUR if pair != HALF]


def test_a_pair_that_drifted_much_further_than_the_others_drifted_alone():
    levels = {pair: drifted(1.1) for pair in FOUR} | {HALF: drifted(1.3)}
    assert {pair: drift.shared for pair, drift in drifts(levels).items()} == {
        pair: pair != HALF for pair in FOUR
    }


def test_a_machine_that_got_faster_is_not_what_a_pair_has_drifted_by():
    """Against the others it is a quarter slower, but no slower than it was."""
    levels = {pair: drifted(0.8) for pair in FOUR} | {HALF: drifted(1.0)}
    assert drifts(levels) == {}


def test_of_fewer_than_four_pairs_each_is_its_own():
    levels = {pair: drifted(1.2) for pair in FOUR[:3]}
    assert [drift.shared for drift in drifts(levels).values()] == [False] * 3


def test_a_level_that_is_not_known_has_not_drifted_and_is_none_of_four():
    levels = {pair: drifted(1.2) for pair in FOUR} | {HALF: level(*[3.0] * 20, first=())}
    levels[HALF].first.pop()
    assert {pair: drift.shared for pair, drift in drifts(levels).items()} == {
        pair: False for pair in FOUR if pair != HALF
    }


@pytest.mark.parametrize(("newest", "is_drift"), [(2.0, False), (2.07, False), (2.09, True)])
def test_a_pair_that_came_back_in_this_session_has_not_drifted(newest, is_drift):
    levels = {pair: drifted(1.0) for pair in FOUR} | {HALF: level(*[2.6] * 9, newest)}
    assert (HALF in drifts(levels)) is is_drift


@pytest.mark.parametrize("outlier", [3.0, 20.0])
def test_one_outlier_is_no_drift(outlier):
    levels = {pair: drifted(1.0) for pair in FOUR}
    assert drifts(levels | {HALF: level(*[2.0] * 9, outlier)}) == {}
    first = (2.0,) * 9 + (2.0 / outlier,)
    assert drifts(levels | {HALF: level(*[2.0] * 10, first=first)}) == {}
    assert drifts({pair: level(*[2.0] * 9, outlier) for pair in FOUR}) == {}


def test_nothing_has_drifted_where_nothing_is_timed():
    assert drifts({}) == {}
