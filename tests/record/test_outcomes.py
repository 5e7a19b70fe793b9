"""What came of a training, decided on literal losses, weights and scores."""

from math import inf, nan, sqrt

import pytest

from lowprec.record.outcomes import (
    OUTCOMES,
    RoundOutcome,
    Score,
    Skill,
    chance_ceiling,
    ends_worse,
    kind_of,
    round_outcome,
    worst,
)

GOOD = Score(90, 100)
LOSSES = (0.9, 0.5, 0.4)


def decided(losses=LOSSES, bad_weight=None, bad_prediction=None, test=GOOD, classes=10):
    return round_outcome(losses, bad_weight, bad_prediction, test, 1 / classes)


def test_outcomes_stand_from_best_to_worst():
    assert OUTCOMES == ("learns", "chance", "diverged", "unsupported")


@pytest.mark.parametrize(
    ("outcomes", "outcome"),
    [
        (("learns", "learns"), "learns"),
        (("learns", "chance", "learns"), "chance"),
        (("diverged", "learns", "chance"), "diverged"),
        (("chance", "unsupported"), "unsupported"),
    ],
)
def test_the_worst_outcome(outcomes, outcome):
    assert worst(outcomes) == outcome


def test_finite_and_good_is_learning():
    assert decided() == RoundOutcome("learns")


@pytest.mark.parametrize(
    ("losses", "epoch"), [((nan, nan, nan), 1), ((0.9, nan, nan), 2), ((0.9, 0.5, nan), 3)]
)
def test_a_nan_loss_is_a_divergence_at_its_first_epoch(losses, epoch):
    assert decided(losses) == RoundOutcome("diverged", kind="nan", epoch=epoch)


def test_a_nan_after_an_infinity_is_a_divergence_dated_to_the_infinity():
    assert decided((0.9, inf, nan)) == RoundOutcome("diverged", kind="nan", epoch=2)


def test_a_nan_loss_diverges_however_good_the_predictions():
    assert decided((0.9, nan, 0.4), test=Score(100, 100)).outcome == "diverged"


@pytest.mark.parametrize("kind", ["nan", "+inf", "-inf"])
def test_a_bad_weight_is_a_divergence_with_its_name_and_kind(kind):
    assert decided(bad_weight=("dense/kernel", kind)) == RoundOutcome(
        "diverged", kind=kind, weight="dense/kernel"
    )


def test_a_bad_weight_goes_before_a_nan_loss_and_keeps_its_epoch():
    assert decided((0.9, nan, nan), bad_weight=("dense/bias", "+inf")) == RoundOutcome(
        "diverged", kind="+inf", epoch=2, weight="dense/bias"
    )


@pytest.mark.parametrize("kind", ["nan", "+inf", "-inf"])
def test_bad_predictions_of_good_weights_are_a_divergence(kind):
    assert decided(bad_prediction=kind) == RoundOutcome("diverged", kind=kind)


@pytest.mark.parametrize("overflow", [inf, -inf])
@pytest.mark.parametrize(("hits", "outcome"), [(90, "learns"), (10, "chance")])
def test_an_overflowed_sum_is_no_divergence_where_weights_and_predictions_are_finite(
    overflow, hits, outcome
):
    assert decided((0.9, overflow, 0.4), test=Score(hits, 100)) == RoundOutcome(
        outcome, epoch=2, sum_overflowed=True
    )


def test_an_infinite_loss_of_a_training_that_diverged_is_no_overflowed_sum():
    assert decided((inf, inf), bad_prediction="+inf") == RoundOutcome(
        "diverged", kind="+inf", epoch=1
    )


@pytest.mark.parametrize(("classes", "ceiling"), [(2, 0.6), (4, 0.4), (10, 0.28)])
def test_chance_ceiling_is_a_fifth_of_the_way_to_perfect(classes, ceiling):
    assert chance_ceiling(1 / classes) == ceiling


@pytest.mark.parametrize(
    ("classes", "hits", "total", "outcome"),
    [
        (2, 0, 400, "chance"),
        (2, 200, 400, "chance"),
        (2, 240, 400, "chance"),
        (2, 241, 400, "learns"),
        (10, 206, 1000, "chance"),  # NN-I half, collapsed onto a few of the ten labels
        (10, 280, 1000, "chance"),
        (10, 281, 1000, "learns"),
    ],
)
def test_learning_starts_just_above_the_ceiling(classes, hits, total, outcome):
    assert decided(test=Score(hits, total), classes=classes) == RoundOutcome(outcome)


def test_the_ceiling_of_two_labels_is_four_deviations_of_guessing_on_400_examples():
    deviation = sqrt(0.5 * 0.5 / 400)
    assert chance_ceiling(1 / 2) == pytest.approx(0.5 + 4 * deviation)


@pytest.mark.parametrize(
    ("value", "kind"),
    [(0.0, "finite"), (-1e308, "finite"), (nan, "nan"), (inf, "+inf"), (-inf, "-inf")],
)
def test_kind_of(value, kind):
    assert kind_of(value) == kind


@pytest.mark.parametrize(("hits", "total", "accuracy"), [(0, 4, 0.0), (3, 4, 0.75), (4, 4, 1.0)])
def test_accuracy(hits, total, accuracy):
    assert Score(hits, total).accuracy == accuracy


@pytest.mark.parametrize(("hits", "total"), [(5, 4), (-1, 4), (0, 0)])
def test_a_score_that_cannot_be(hits, total):
    with pytest.raises(ValueError, match=f"score: got {hits} hits of {total}"):
        Score(hits, total)


@pytest.mark.parametrize(
    ("outcomes", "known", "is_worse"),
    [
        ({"chance"}, {"learns"}, True),
        ({"learns", "diverged"}, {"learns", "chance"}, True),
        ({"chance"}, {"chance", "diverged"}, False),
        ({"learns"}, {"learns"}, False),
        ({"learns"}, {"unsupported"}, False),
    ],
)
def test_outcomes_that_end_worse_than_all_that_are_known(outcomes, known, is_worse):
    assert ends_worse(outcomes, known) is is_worse


@pytest.mark.parametrize(("value", "accuracy"), [(1.0, 1.0), (0.25, 0.25), (0.0, 0.0), (-3.0, 0.0)])
def test_what_is_worse_than_a_constant_answer_is_as_bad_as_one(value, accuracy):
    skill = Skill(value, 1)
    assert (skill.accuracy, skill.hits) == (accuracy, None)


@pytest.mark.parametrize(("value", "total"), [(1.001, 10), (nan, 10), (0.5, 0), (2.0, 0)])
def test_a_skill_is_at_most_one_and_of_examples(value, total):
    with pytest.raises(ValueError, match=f"got {value} on {total} examples, expected <= 1"):
        Skill(value, total)


def test_an_outcome_that_has_no_name_any_more_is_no_worse_than_learning():
    assert not ends_worse(["vanished"], ["learns"])
    assert ends_worse(["chance"], ["vanished"])
