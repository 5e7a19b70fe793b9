"""What is said of a pair: a verdict for each way in which a session and its row can differ."""

from itertools import product

import pytest

from lowprec.expectations.verdict import Judgement, judge_record
from lowprec.record.record import Unsupported
from lowprec.record.verdicts import Verdict
from tests.literals import CONDITIONS, expectation, one_round, record

NO_QR = record(unsupported=Unsupported("Qr", "float16"))
NO_KERNEL = expectation("unsupported", None, None)
LUCK = expectation("chance|diverged", 0.0, 0.2)


def rounds(*outcomes, hits=800):
    return record(*(one_round(name, hits=hits) for name in outcomes))


def judged(trained, row):
    """The judgement on a record of the conditions that `expectation()` is for."""
    return judge_record(trained, CONDITIONS, row)


def three(outcome, hits=800):
    """As many rounds as the quick protocol has, so that a row's bounds hold as they are."""
    return rounds(*[outcome] * 3, hits=hits)


SEE = "see lowprec/expectations/expectations.csv"
UPDATE = "update the row in lowprec/expectations/expectations.csv"
LEARNS = "expected learns with accuracy 0.7500 to 0.8500"


@pytest.mark.parametrize("hits", [750, 800, 850])
def test_ok_in_the_band_bounds_included(hits):
    assert judged(three("learns", hits=hits), expectation()) == Judgement(
        "ok",
        f"ok: accuracy {hits / 1000:.4f}, expected 0.7500 to 0.8500\n"
        f"NN-I half: learns with accuracy {hits / 1000:.4f}, {LEARNS}",
    )


@pytest.mark.parametrize(
    ("hits", "word"),
    [(74994, "worse"), (74996, "ok"), (85004, "ok"), (85006, "improved")],
)
def test_an_accuracy_is_judged_by_the_four_digits_that_are_shown(hits, word):
    trained = record(*[one_round(hits=hits, total=100_000)] * 3)
    assert judged(trained, expectation()).verdict == word


def test_worse_below_the_band():
    assert judged(three("learns", hits=749), expectation()) == Judgement(
        "worse",
        "worse: accuracy 0.7490, expected 0.7500 to 0.8500\n"
        f"NN-I half: learns with accuracy 0.7490, {LEARNS}\n{SEE}",
    )


def test_improved_above_the_band():
    assert judged(three("learns", hits=851), expectation()) == Judgement(
        "improved",
        "improved: accuracy 0.8510, expected 0.7500 to 0.8500\n"
        f"NN-I half: learns with accuracy 0.8510, {LEARNS}\n{UPDATE}",
    )


def test_improved_by_a_better_outcome():
    assert judged(three("learns"), expectation("diverged", 0.0, 0.2)) == Judgement(
        "improved",
        "improved: learns, expected diverged\nNN-I half: learns with accuracy 0.8000, "
        f"expected diverged with accuracy 0.0000 to 0.2000\n{UPDATE}",
    )


def test_outcome_changed_for_the_worse():
    assert judged(three("diverged", hits=100), expectation()) == Judgement(
        "outcome changed",
        "outcome changed: diverged, expected learns\n"
        f"NN-I half: diverged with accuracy 0.1000, {LEARNS}\n{SEE}",
    )


def test_one_round_of_three_changes_the_outcome_whatever_the_mean():
    """The first line names that round alone."""
    assert judged(rounds("learns", "diverged", "learns"), expectation()) == Judgement(
        "outcome changed",
        "outcome changed: diverged in 1 of 3 rounds, expected learns\n"
        "NN-I half: learns in 2 of 3 rounds and diverged in 1 of 3 rounds with accuracy 0.8000, "
        f"{LEARNS}\n{SEE}",
    )


@pytest.mark.parametrize(
    "trained",
    [
        *(three("learns", hits=hits) for hits in (749, 800, 851)),
        *(three(outcome, hits=100) for outcome in ("chance", "diverged")),
        NO_QR,
    ],
)
@pytest.mark.parametrize("row", [expectation(), LUCK, NO_KERNEL, None])
def test_the_first_line_has_the_verdict_first_and_is_short(trained, row):
    judgement = judged(trained, row)
    first, second = judgement.message.split("\n")[:2]
    assert first.startswith(f"{judgement.verdict}: ")
    assert len(first) <= 95
    assert second.startswith("NN-I half: ")


def test_the_mean_over_rounds_is_what_the_band_bounds():
    uneven = record(one_round(hits=700), one_round(hits=800), one_round(hits=900))
    assert judged(uneven, expectation()).verdict == "ok"


@pytest.mark.parametrize(
    ("hits", "verdict"), [(713, "worse"), (714, "ok"), (886, "ok"), (887, "improved")]
)
def test_one_round_of_the_protocols_three_may_scatter_more(hits, verdict):
    """0.8 -+ 0.05 * sqrt(3 rounds / 1 round), which is 0.71339... to 0.88660..., outward."""
    judgement = judged(rounds("learns", hits=hits), expectation())
    assert judgement.verdict == verdict
    assert judgement.message.count("0.7133 to 0.8867") == 2


@pytest.mark.parametrize(("accuracy", "verdict"), [(0.7133, "ok"), (0.7132, "worse")])
def test_the_message_the_stored_band_and_the_verdict_are_of_one_band(accuracy, verdict):
    trained = record(one_round(hits=round(accuracy * 10_000), total=10_000))
    judgement, stored = judged(trained, expectation()), expectation().stored(rounds=1)
    assert judgement.verdict == verdict
    assert f"{stored.accuracy_min:.4f} to {stored.accuracy_max:.4f}" in judgement.message
    assert (accuracy >= stored.accuracy_min) == judgement.passed


@pytest.mark.parametrize(
    ("own_table", "table", "command"),
    [
        (
            None,
            "lowprec/expectations/expectations.csv",
            "lowprec calibrate --protocol quick --models NN-I --schemes half --write",
        ),
        ("expectations.csv", "expectations.csv", "pytest --lowprec-calibrate 8"),
    ],
)
def test_no_evidence_without_a_row(own_table, table, command):
    conditions = CONDITIONS._replace(keras="2", device="gpu")
    assert judge_record(three("learns"), conditions, None, own_table) == Judgement(
        "no evidence",
        f"no evidence: no row for protocol quick, Keras 2, gpu in {table}\n"
        "NN-I half: learns with accuracy 0.8000; could not judge\n"
        f"measure a row with `{command}`",
    )


def test_no_evidence_for_a_missing_kernel_either():
    judgement = judged(NO_QR, None)
    assert judgement.verdict == "no evidence"
    assert "\nNN-I half: unsupported (Qr in float16); could not judge\n" in judgement.message


def test_a_kernel_missing_as_expected():
    assert judged(NO_QR, NO_KERNEL) == Judgement(
        "ok",
        "ok: unsupported, expected unsupported\n"
        "NN-I half: unsupported (Qr in float16), expected unsupported",
    )


def test_a_kernel_missing_against_expectation():
    assert judged(NO_QR, expectation()) == Judgement(
        "outcome changed",
        "outcome changed: unsupported, expected learns\n"
        f"NN-I half: unsupported (Qr in float16), expected learns\n{SEE}",
    )


@pytest.mark.parametrize("outcome", ["learns", "chance", "diverged"])
def test_a_kernel_that_is_there_at_last_is_an_improvement(outcome):
    assert judged(three(outcome), NO_KERNEL) == Judgement(
        "improved",
        f"improved: {outcome}, expected unsupported\n"
        f"NN-I half: {outcome} with accuracy 0.8000, expected unsupported\n{UPDATE}",
    )


@pytest.mark.parametrize("outcomes", list(product(["chance", "diverged"], repeat=3)))
def test_a_row_of_luck_takes_either_outcome_in_every_round(outcomes):
    assert judged(rounds(*outcomes, hits=100), LUCK).verdict == "ok"


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (("learns", "learns", "learns"), "improved"),
        (("learns", "chance", "chance"), "outcome changed"),
        (("chance", "diverged", "learns"), "outcome changed"),
    ],
)
def test_a_row_of_luck_takes_no_learning(outcomes, verdict):
    judgement = judged(rounds(*outcomes, hits=150), LUCK)
    assert judgement.verdict == verdict
    assert "expected chance or diverged with accuracy 0.0000 to 0.2000" in judgement.message
    assert not judgement.passed


@pytest.mark.parametrize(("hits", "verdict"), [(200, "ok"), (201, "improved")])
def test_a_row_of_luck_has_a_band_too(hits, verdict):
    assert judged(rounds("chance", "diverged", hits=hits), LUCK).verdict == verdict


def test_a_row_of_luck_is_told_in_words():
    assert judged(rounds("diverged", "chance", "chance", hits=100), LUCK).message == (
        "ok: accuracy 0.1000, expected 0.0000 to 0.2000\n"
        "NN-I half: chance in 2 of 3 rounds and diverged in 1 of 3 rounds with accuracy 0.1000, "
        "expected chance or diverged with accuracy 0.0000 to 0.2000"
    )


@pytest.mark.parametrize(
    ("name", "passed"),
    [
        ("ok", True),
        ("worse", False),
        ("improved", False),
        ("outcome changed", False),
        ("no evidence", False),
    ],
)
def test_only_ok_passes(name, passed):
    assert Judgement(Verdict(name), "").passed == passed
