"""What changed between two sides, on literal sessions."""

import math

import pytest

from lowprec.judging.comparison import Comparison, compare_pairs
from lowprec.judging.sides import Side
from lowprec.record.data_info import DataInfo
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import Budget
from tests.literals import parted, stored_pair, summary


def side(*pairs):
    """A side with a session for each pair, or for each list of pairs."""
    stored = [pair if isinstance(pair, list) else [pair] for pair in pairs]
    return Side(tuple(summary(day, *pairs) for day, pairs in enumerate(stored, start=1)))


def seconds(*fit_s, **others):
    """A side of three-round sessions with these median seconds."""
    return side(*(stored_pair(fit_s=(s,), accuracies=(0.8,) * 3, **others) for s in fit_s))


def compared(before, after):
    """The comparison of the one pair that these sides have."""
    [comparison] = compare_pairs(before, after)
    return comparison


def test_nothing_changed():
    pair = compared(seconds(2.0, 2.1, 1.9), seconds(2.0, 2.1, 1.9))
    assert pair.verdicts == ("ok",)
    assert pair.log_ratio.value == 0
    assert pair.log_ratio.low == pytest.approx(-pair.log_ratio.high)
    assert (pair.before_s, pair.after_s) == (2.0, 2.0)


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ((4.0, 4.2, 3.8), "slower"),
        ((1.0, 1.05, 0.95), "faster"),
        ((2.1, 2.2, 2.0), "ok"),
    ],
)
def test_time(after, verdict):
    assert compared(seconds(2.0, 2.1, 1.9), seconds(*after)).verdicts == (verdict,)


def test_a_change_under_the_least_one_is_none_however_sure():
    before, after = seconds(*[2.0, 2.0001] * 10), seconds(*[2.08, 2.0801] * 10)
    pair = compared(before, after)
    assert pair.log_ratio.low > math.log(1.039)
    assert pair.verdicts == ("ok",)


def test_a_sessions_time_is_the_median_of_its_rounds():
    spiky = stored_pair(fit_s=(2.0, 9.0, 2.2), accuracies=(0.8,) * 3)
    assert compared(side(spiky), side(spiky)).before_s == 2.2


def test_one_session_on_each_side_says_nothing_of_time():
    pair = compared(seconds(2.0), seconds(4.0))
    assert pair.log_ratio.value == pytest.approx(math.log(2))
    assert pair.log_ratio.low is None
    assert pair.verdicts == ("time not judged",)
    assert not pair.judged


def test_one_new_session_is_judged_by_the_noise_of_the_earlier_ones():
    assert compared(seconds(2.0, 2.1, 1.9), seconds(6.0)).verdicts == ("slower",)
    assert compared(seconds(2.0, 2.1, 1.9), seconds(2.2)).verdicts == ("ok",)


def test_seconds_relative_to_single_are_taken_within_a_session():
    def pairs(single_s, half_s):
        return [stored_pair("single", (single_s,)), stored_pair("half", (half_s,))]

    _, half = compare_pairs(side(pairs(1.0, 3.0), pairs(2.0, 6.0)), side(pairs(4.0, 2.0)))
    assert (half.before_relative, half.after_relative) == (3.0, 0.5)


def accuracies(*values, **others):
    return side(*[stored_pair(accuracies=values, **others)] * 3)


def test_equal_seeds_see_a_small_loss():
    """Seeds scatter by ten points, but each one lost two."""
    pair = compared(accuracies(0.7, 0.75, 0.8), accuracies(0.68, 0.73, 0.78))
    assert pair.accuracy_change.value == pytest.approx(-0.02)
    assert pair.seeds == (12, 13, 14)
    assert pair.verdicts == ("worse",)


def test_a_loss_that_only_some_seeds_have_is_noise():
    pair = compared(accuracies(0.7, 0.75, 0.8), accuracies(0.65, 0.76, 0.78))
    assert pair.accuracy_change.value == pytest.approx(-0.02)
    assert pair.verdicts == ("ok",)


def test_a_gain_is_told_and_is_no_regression():
    pair = compared(accuracies(0.7, 0.75, 0.8), accuracies(0.72, 0.77, 0.82))
    assert pair.verdicts == ("improved",)
    assert not pair.worse


def test_less_than_half_a_point_is_not_worth_a_flag():
    assert compared(accuracies(0.7, 0.75, 0.8), accuracies(0.696, 0.746, 0.796)).verdicts == ("ok",)


def test_only_seeds_of_both_sides_count():
    pair = compared(accuracies(0.7, 0.8), accuracies(0.8, 0.5, first_seed=13))
    assert pair.seeds == (13,)
    assert pair.accuracy_change.value == 0
    assert (pair.before_accuracy, pair.after_accuracy) == pytest.approx((0.8, 0.8))


def test_without_a_common_seed_accuracy_is_not_judged():
    pair = compared(accuracies(0.8, 0.8), accuracies(0.6, 0.6, first_seed=20))
    assert pair.verdicts == ("accuracy not judged",)


def test_one_seed_is_judged_by_the_sampling_error():
    """25,000 test reviews: the paper's NN-T single on Keras 2 and 3."""
    pair = compared(accuracies(0.8309, total=25_000), accuracies(0.8044, total=25_000))
    error = math.sqrt((0.8309 * 0.1691 + 0.8044 * 0.1956) / 25_000)
    assert pair.accuracy_change.low == pytest.approx(-0.0265 - 2.5758 * error, abs=1e-6)
    assert pair.verdicts == ("worse",)


def test_one_seed_and_few_test_examples_see_little():
    assert compared(accuracies(0.83, total=1000), accuracies(0.80, total=1000)).verdicts == ("ok",)


def test_noise_over_seeds_is_that_of_the_models_schemes_together():
    """Single's three seeds happen to move alike, which alone would look certain."""

    def pairs(single, half):
        return [stored_pair("single", accuracies=single), stored_pair("half", accuracies=half)]

    before = side(pairs((0.8, 0.8, 0.8), (0.8, 0.8, 0.8)))
    after = side(pairs((0.78, 0.78, 0.78), (0.7, 0.9, 0.8)))
    assert "worse" not in compare_pairs(before, after)[0].verdicts


def test_the_interval_of_accuracy_is_students_over_seeds():
    """Differences -.01, -.02, -.03: deviation .01 with 2 degrees, no other scheme to draw from."""
    pair = compared(accuracies(0.7, 0.75, 0.8), accuracies(0.69, 0.73, 0.77))
    half_width = 9.9248 * 0.01 / math.sqrt(3)
    assert pair.accuracy_change.low == pytest.approx(-0.02 - half_width, abs=1e-5)


def test_noise_over_seeds_is_not_taken_from_another_model():
    def pairs(change, noise):
        steady = stored_pair("single", accuracies=[0.8 - change] * 3)
        noisy = (0.7 - noise, 0.7 + noise, 0.7)
        return [steady, stored_pair("single", model="CNN-I", accuracies=noisy)]

    compared_pairs = compare_pairs(side(pairs(0, 0)), side(pairs(0.02, 0.2)))
    assert [pair.verdicts for pair in compared_pairs] == [
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
    pair = compared(*sides)
    assert pair.verdicts == (verdict,)


def test_outcomes_are_told_from_the_best_to_the_worst():
    pair = compared(
        accuracies(0.5, 0.5, outcomes=("diverged", "learns")), accuracies(0.5, outcomes=("chance",))
    )
    assert (pair.before_outcomes, pair.after_outcomes) == (("learns", "diverged"), ("chance",))
    assert pair.accuracy_change is None


def test_a_pair_that_lost_its_kernel():
    pair = compared(seconds(2.0, 2.1), side(stored_pair(accuracies=(), expected="unsupported")))
    assert pair.verdicts == ("outcome changed",)
    assert (pair.after_s, pair.log_ratio, pair.after_accuracy) == (None, None, None)


def test_several_things_at_once():
    before = side(*[stored_pair(fit_s=(s,), accuracies=(0.7, 0.7)) for s in (2.0, 2.1, 1.9)])
    after = side(*[stored_pair(fit_s=(s,), accuracies=(0.6, 0.6)) for s in (4.0, 4.2, 3.8)])
    assert compared(before, after).verdicts == ("worse", "slower")


def test_a_missing_pair_is_a_regression_and_a_new_one_is_not():
    pairs = compare_pairs(side([stored_pair("half")]), side([stored_pair("mixed")]))
    assert [(pair.pair, pair.verdicts, pair.worse) for pair in pairs] == [
        (("NN-I", "half"), ("missing",), True),
        (("NN-I", "mixed"), ("new",), False),
    ]


def test_a_pair_is_missing_only_where_a_later_session_was_asked_for_it():
    before = side([stored_pair("half"), stored_pair("mixed")])
    partly = stored_pair("mixed", asked_for=(Pair("NN-I", "mixed"),))
    pair = compare_pairs(before, side([partly]))[0]
    assert (pair.verdicts, pair.worse, pair.judged) == (("not asked for",), False, True)
    assert compare_pairs(before, side([partly], [stored_pair("mixed")]))[0].worse


def test_pairs_come_in_the_order_of_the_tables():
    pairs = [
        stored_pair(scheme, model=model)
        for model, scheme in [("X", "single"), ("NN-T", "half"), ("NN-I", "x"), ("NN-I", "single")]
    ]
    assert [pair.pair for pair in compare_pairs(side(pairs), side(pairs))] == [
        ("NN-I", "single"),
        ("NN-I", "x"),
        ("NN-T", "half"),
        ("X", "single"),
    ]


@pytest.mark.parametrize("changed", [{"budget": Budget(epochs=4)}, {"data": None}])
def test_pairs_that_were_trained_otherwise_are_not_compared(changed):
    if "data" in changed:
        changed = {"data": DataInfo("fashion_mnist", "tfds", 1, 1, "1" * 64)}
    pair = compared(seconds(2.0, 2.1), seconds(4.0, 4.1, **changed))
    assert pair.verdicts == ("trained otherwise",)
    assert not pair.judged


def comparison(before, after):
    return Comparison(before, after, compare_pairs(before, after))


def test_a_comparison_is_worse_where_a_pair_is():
    before = seconds(2.0, 2.1, 1.9)
    assert comparison(before, seconds(4.0, 4.2, 3.8)).worse
    assert not comparison(before, seconds(1.0, 1.05, 0.95)).worse


def test_a_comparison_is_judged_where_all_its_pairs_are():
    before = seconds(2.0, 2.1, 1.9)
    assert comparison(before, seconds(4.0, 4.2, 3.8)).judged
    assert not comparison(before, seconds(4.0, 4.2, 3.8, first_seed=50)).judged


def test_a_comparison_of_sides_without_a_common_pair_is_not_judged():
    apart = comparison(side(stored_pair("half")), side(stored_pair("mixed")))
    assert all(pair.judged for pair in apart.pairs)
    assert not apart.judged


def test_seconds_that_are_measured_otherwise_are_not_compared():
    pair = compared(seconds(2.0, 2.1, 1.9), seconds(9.0, 9.1, 8.9, **parted(train_s=1.0)))
    assert pair.verdicts == ("measured otherwise",)
    assert not pair.judged
    assert (pair.before_s, pair.after_s, pair.log_ratio) == (None, None, None)
    assert pair.accuracy_change.value == 0


def test_sessions_that_are_measured_alike_are_compared_and_no_others():
    new = [stored_pair(accuracies=(0.8,) * 3, **parted(train_s=s)) for s in (1.0, 1.01, 0.99)]
    old = [stored_pair(fit_s=(s,), accuracies=(0.8,) * 3) for s in (2.0, 2.02, 1.98)]
    pair = compared(side(*old, *new), side(*new))
    assert pair.verdicts == ("ok",)
    assert (pair.before_s, pair.after_s, pair.log_ratio.value) == (1.0, 1.0, 0)


def test_a_pair_without_a_kernel_on_one_side_was_not_measured_otherwise():
    before, after = seconds(2.0, 2.1, 1.9), side(stored_pair(accuracies=(), outcomes=()))
    pair = compared(before, after)
    assert (pair.verdicts, pair.before_s) == (("outcome changed",), 2.0)


def test_a_pair_without_a_kernel_on_both_sides_was_not_measured_otherwise():
    sides = [side(stored_pair(accuracies=(), outcomes=())) for _ in range(2)]
    assert compared(*sides).verdicts == ("ok",)


def test_without_times_nothing_is_said_of_them_and_all_else_is():
    before = side(*(stored_pair("half", (s,), (0.8,) * 3) for s in (2.0, 2.1, 1.9)))
    after = side(stored_pair("half", (9.0,), (0.7,) * 3))
    [pair] = compare_pairs(before, after, with_times=False)
    assert pair.verdicts == ("worse",)
    assert (pair.log_ratio, pair.before_s, pair.after_relative) == (None, None, None)
    [pair] = compare_pairs(side(stored_pair()), side(stored_pair(**parted())), with_times=False)
    assert pair.verdicts == ("ok",)  # and not measured otherwise
