"""What changed between two sides, on literal sessions."""

import math

import pytest

from lowprec.comparison import REGRESSIONS, UNJUDGED, compare_pairs
from lowprec.datasets import DataInfo
from lowprec.matching import Side
from tests.literals import session, stored_pair


def side(*pairs):
    """A side with a session for each pair, or for each list of pairs."""
    stored = [pair if isinstance(pair, list) else [pair] for pair in pairs]
    return Side(tuple(session(day, *pairs) for day, pairs in enumerate(stored, start=1)))


def seconds(*fit_s, **others):
    """A side of three-round sessions with these median seconds."""
    return side(*(stored_pair(fit_s=(s,), accuracies=(0.8,) * 3, **others) for s in fit_s))


def one(before, after):
    [found] = compare_pairs(before, after)
    return found


def test_nothing_changed():
    found = one(seconds(2.0, 2.1, 1.9), seconds(2.0, 2.1, 1.9))
    assert found.verdicts == ("ok",)
    assert found.log_ratio.value == 0
    assert found.log_ratio.low == pytest.approx(-found.log_ratio.high)
    assert (found.before_s, found.after_s) == (2.0, 2.0)


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ((4.0, 4.2, 3.8), "slower"),
        ((1.0, 1.05, 0.95), "faster"),
        ((2.1, 2.2, 2.0), "ok"),
    ],
)
def test_time(after, verdict):
    assert one(seconds(2.0, 2.1, 1.9), seconds(*after)).verdicts == (verdict,)


def test_a_change_under_the_least_one_is_none_however_sure():
    before, after = seconds(*[2.0, 2.0001] * 10), seconds(*[2.08, 2.0801] * 10)
    found = one(before, after)
    assert found.log_ratio.low > math.log(1.039)
    assert found.verdicts == ("ok",)


def test_a_sessions_time_is_the_median_of_its_rounds():
    spiky = stored_pair(fit_s=(2.0, 9.0, 2.2), accuracies=(0.8,) * 3)
    assert one(side(spiky), side(spiky)).before_s == 2.2


def test_one_session_on_each_side_says_nothing_of_time():
    found = one(seconds(2.0), seconds(4.0))
    assert found.log_ratio.value == pytest.approx(math.log(2))
    assert found.log_ratio.low is None
    assert found.verdicts == ("time not judged",)
    assert not found.judged


def test_one_new_session_is_judged_by_the_noise_of_the_earlier_ones():
    assert one(seconds(2.0, 2.1, 1.9), seconds(6.0)).verdicts == ("slower",)
    assert one(seconds(2.0, 2.1, 1.9), seconds(2.2)).verdicts == ("ok",)


def test_seconds_relative_to_single_are_taken_within_a_session():
    def pairs(single_s, half_s):
        return [stored_pair("single", (single_s,)), stored_pair("half", (half_s,))]

    _, half = compare_pairs(side(pairs(1.0, 3.0), pairs(2.0, 6.0)), side(pairs(4.0, 2.0)))
    assert (half.before_relative, half.after_relative) == (3.0, 0.5)


def accuracies(*values, **others):
    return side(*[stored_pair(accuracies=values, **others)] * 3)


def test_equal_seeds_see_a_small_loss():
    """Seeds scatter by ten points, but each one lost two."""
    found = one(accuracies(0.7, 0.75, 0.8), accuracies(0.68, 0.73, 0.78))
    assert found.accuracy.value == pytest.approx(-0.02)
    assert found.seeds == (12, 13, 14)
    assert found.verdicts == ("worse",)


def test_a_loss_that_only_some_seeds_have_is_noise():
    found = one(accuracies(0.7, 0.75, 0.8), accuracies(0.65, 0.76, 0.78))
    assert found.accuracy.value == pytest.approx(-0.02)
    assert found.verdicts == ("ok",)


def test_a_gain_is_told_and_is_no_regression():
    found = one(accuracies(0.7, 0.75, 0.8), accuracies(0.72, 0.77, 0.82))
    assert found.verdicts == ("improved",)
    assert not found.flagged


def test_less_than_half_a_point_is_not_worth_a_flag():
    assert one(accuracies(0.7, 0.75, 0.8), accuracies(0.696, 0.746, 0.796)).verdicts == ("ok",)


def test_only_seeds_of_both_sides_count():
    found = one(accuracies(0.7, 0.8), accuracies(0.8, 0.5, first_seed=13))
    assert found.seeds == (13,)
    assert found.accuracy.value == 0
    assert (found.before_accuracy, found.after_accuracy) == pytest.approx((0.8, 0.8))


def test_without_a_common_seed_accuracy_is_not_judged():
    found = one(accuracies(0.8, 0.8), accuracies(0.6, 0.6, first_seed=20))
    assert found.verdicts == ("accuracy not judged",)


def test_one_seed_is_judged_by_the_sampling_error():
    """25,000 test reviews: the paper's NN-T single on Keras 2 and 3."""
    found = one(accuracies(0.8309, total=25_000), accuracies(0.8044, total=25_000))
    error = math.sqrt((0.8309 * 0.1691 + 0.8044 * 0.1956) / 25_000)
    assert found.accuracy.low == pytest.approx(-0.0265 - 2.5758 * error, abs=1e-6)
    assert found.verdicts == ("worse",)


def test_one_seed_and_few_test_examples_see_little():
    assert one(accuracies(0.83, total=1000), accuracies(0.80, total=1000)).verdicts == ("ok",)


def test_noise_over_seeds_is_that_of_the_models_schemes_together():
    """Single's three seeds happen to move alike, which alone would look certain."""

    def pairs(single, half):
        return [stored_pair("single", accuracies=single), stored_pair("half", accuracies=half)]

    before = side(pairs((0.8, 0.8, 0.8), (0.8, 0.8, 0.8)))
    after = side(pairs((0.78, 0.78, 0.78), (0.7, 0.9, 0.8)))
    assert "worse" not in compare_pairs(before, after)[0].verdicts


def test_the_interval_of_accuracy_is_students_over_seeds():
    """Differences -.01, -.02, -.03: deviation .01 with 2 degrees, no other scheme to draw from."""
    found = one(accuracies(0.7, 0.75, 0.8), accuracies(0.69, 0.73, 0.77))
    half_width = 9.9248 * 0.01 / math.sqrt(3)
    assert found.accuracy.low == pytest.approx(-0.02 - half_width, abs=1e-5)


def test_noise_over_seeds_is_not_taken_from_another_model():
    def pairs(change, noise):
        steady = stored_pair("single", accuracies=[0.8 - change] * 3)
        noisy = (0.7 - noise, 0.7 + noise, 0.7)
        return [steady, stored_pair("single", model="CNN-I", accuracies=noisy)]

    found = compare_pairs(side(pairs(0, 0)), side(pairs(0.02, 0.2)))
    assert [pair.verdicts for pair in found] == [
        ("worse", "time not judged"),
        ("time not judged",),
    ]


LUCK = "chance|diverged"


@pytest.mark.parametrize(
    ("before", "expected", "after", "verdict"),
    [
        (["learns"] * 3, "learns", ["chance"] * 3, "outcome changed"),
        (["learns"] * 3, "learns", ["learns", "learns", "diverged"], "outcome changed"),
        (["chance"] * 3, "chance", ["diverged"] * 3, "outcome changed"),
        (["chance"] * 3, LUCK, ["diverged"] * 3, "ok"),
        (["chance"] * 3, None, ["diverged"] * 3, "outcome changed"),
        (["learns"] * 3, LUCK, ["diverged"] * 3, "outcome changed"),
        (["diverged"] * 3, LUCK, ["learns"] * 3, "improved"),
        (["diverged", "learns", "learns"], "learns", ["learns"] * 3, "ok"),
    ],
)
def test_outcomes(before, expected, after, verdict):
    sides = (
        side(*[stored_pair(accuracies=(0.5,) * 3, outcomes=names, expected=expected)] * 3)
        for names in (before, after)
    )
    found = one(*sides)
    assert found.verdicts == (verdict,)


def test_outcomes_are_told_from_the_best_to_the_worst():
    found = one(
        accuracies(0.5, 0.5, outcomes=("diverged", "learns")), accuracies(0.5, outcomes=("chance",))
    )
    assert (found.before_outcomes, found.after_outcomes) == (("learns", "diverged"), ("chance",))
    assert found.accuracy is None


def test_a_pair_that_lost_its_kernel():
    found = one(seconds(2.0, 2.1), side(stored_pair(accuracies=(), expected="unsupported")))
    assert found.verdicts == ("outcome changed",)
    assert (found.after_s, found.log_ratio, found.after_accuracy) == (None, None, None)


def test_several_things_at_once():
    before = side(*[stored_pair(fit_s=(s,), accuracies=(0.7, 0.7)) for s in (2.0, 2.1, 1.9)])
    after = side(*[stored_pair(fit_s=(s,), accuracies=(0.6, 0.6)) for s in (4.0, 4.2, 3.8)])
    assert one(before, after).verdicts == ("worse", "slower")


def test_a_missing_pair_is_a_regression_and_a_new_one_is_not():
    found = compare_pairs(side([stored_pair("half")]), side([stored_pair("mixed")]))
    assert [(pair.scheme, pair.verdicts, pair.flagged) for pair in found] == [
        ("half", ("missing",), True),
        ("mixed", ("new",), False),
    ]


def test_a_pair_is_missing_only_where_a_later_session_was_asked_for_it():
    before = side([stored_pair("half"), stored_pair("mixed")])
    partly = stored_pair("mixed", asked_for=(("NN-I", "mixed"),))
    found = compare_pairs(before, side([partly]))[0]
    assert (found.verdicts, found.flagged, found.judged) == (("not asked for",), False, True)
    assert compare_pairs(before, side([partly], [stored_pair("mixed")]))[0].flagged


def test_pairs_come_in_the_order_of_the_tables():
    pairs = [
        stored_pair(scheme, model=model)
        for model, scheme in [("X", "single"), ("NN-T", "half"), ("NN-I", "x"), ("NN-I", "single")]
    ]
    found = compare_pairs(side(pairs), side(pairs))
    assert [(pair.model, pair.scheme) for pair in found] == [
        ("NN-I", "single"),
        ("NN-I", "x"),
        ("NN-T", "half"),
        ("X", "single"),
    ]


@pytest.mark.parametrize("changed", [{"budget": {"epochs": 4}}, {"data": None}])
def test_pairs_that_were_trained_otherwise_are_not_compared(changed):
    if "data" in changed:
        changed = {"data": DataInfo("fashion_mnist", "tfds", 1, 1, "1" * 64)}
    found = one(seconds(2.0, 2.1), seconds(4.0, 4.1, **changed))
    assert found.verdicts == ("trained otherwise",)
    assert not found.judged


def test_the_words_are_apart():
    assert not set(REGRESSIONS) & set(UNJUDGED)
