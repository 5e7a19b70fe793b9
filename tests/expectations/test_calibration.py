"""Proposed rows from literal accuracies; the band's formula worked out by hand."""

import re
from datetime import UTC, date, datetime
from math import sqrt
from types import SimpleNamespace

import msgspec
import pytest

from lowprec import framework
from lowprec.choices import MIN_SEEDS
from lowprec.expectations import calibration
from lowprec.expectations.calibration import (
    AccuracySpread,
    made_by,
    made_with,
    propose,
    row_text,
    widened,
)
from lowprec.record.record import Unsupported
from lowprec.record.seed_round import Maker
from tests.literals import CONDITIONS, expectation, one_round, record
from tests.seeds.rounds import environment, finished, works

MADE_WITH = "TensorFlow 2.21.0, Keras 3.15.1, cpu, 2026-11-25"

# 0.80 and 0.82, four times each: mean 0.81, squared deviations 8 * 0.01**2 over n - 1 = 7.
HITS = (800, 820) * 4
ACCURACIES = tuple(hits / 1000 for hits in HITS)
DEVIATION = sqrt(8 * 0.01**2 / 7)
T_7 = 5.8991404
"""The 0.9997 quantile of Student's t with 7 degrees of freedom, by numeric integration."""
Z = 2.3263479
"""The 0.99 quantile of the normal distribution, from a table."""


def seeds(*outcomes_and_hits, **pair):
    return record(
        *(
            one_round(outcome, hits=hits, seed=1000 + i)
            for i, (outcome, hits) in enumerate(outcomes_and_hits)
        ),
        **pair,
    )


LEARNS = seeds(*(("learns", hits) for hits in HITS))


def test_spread():
    spread = AccuracySpread(ACCURACIES, rounds=3)
    half_width = T_7 * DEVIATION * sqrt(1 / 3 + 1 / 8)
    assert spread.mean == pytest.approx(0.81)
    assert spread.deviation == pytest.approx(DEVIATION)
    assert spread.half_width == pytest.approx(half_width, rel=1e-7)
    assert spread.detectable_loss == pytest.approx(half_width + Z * DEVIATION / sqrt(3), rel=1e-7)


@pytest.mark.parametrize("rounds", [1, 3, 100])
def test_more_rounds_make_a_narrower_band(rounds):
    assert AccuracySpread(ACCURACIES, rounds).half_width == pytest.approx(
        T_7 * DEVIATION * sqrt(1 / rounds + 1 / 8), rel=1e-7
    )


def test_a_pair_that_learns_gets_the_band_of_its_spread_rounded_outwards():
    """0.81 -+ 5.89914 * 0.01069 * sqrt(1/3 + 1/8) is 0.767305 to 0.852695."""
    assert propose(LEARNS, CONDITIONS, MADE_WITH) == expectation(
        "learns",
        0.7673,
        0.8527,
        "learns in 8 of 8 seeds 1000-1007; accuracy 0.8000 to 0.8200, mean 0.8100, sd 0.0107; "
        f"sees a loss of 0.057; {MADE_WITH}",
    )


def test_a_band_ends_at_one():
    row = propose(seeds(*(("learns", hits) for hits in (980, 1000) * 4)), CONDITIONS, MADE_WITH)
    assert (row.accuracy_min, row.accuracy_max) == (0.9473, 1.0)


@pytest.mark.parametrize("outcome", ["chance", "diverged"])
@pytest.mark.parametrize(
    ("model", "hits", "low", "high"), [("NN-I", 100, 0.0, 0.28), ("RNN-T", 500, 0.4, 0.6)]
)
def test_a_pair_that_does_not_learn_gets_the_band_of_guessing(outcome, model, hits, low, high):
    guesses = seeds(*((outcome, hits + i) for i in range(8)), model=model)
    assert propose(guesses, CONDITIONS._replace(model=model), MADE_WITH) == expectation(
        outcome,
        low,
        high,
        f"{outcome} in 8 of 8 seeds 1000-1007; accuracy {hits / 1000:.4f} to "
        f"{hits / 1000 + 0.007:.4f}; {MADE_WITH}",
        model=model,
    )


def test_seeds_that_all_score_the_same_are_believed_to_one_example():
    """0.8 -+ 5.89914 * 0.001 * sqrt(1/3 + 1/8)."""
    same = seeds(*[("learns", 800)] * 8)
    row = propose(same, CONDITIONS, MADE_WITH)
    assert (row.accuracy_min, row.accuracy_max) == (0.796, 0.804)
    uncounted = [msgspec.structs.replace(r, test_hits=None) for r in same.rounds]
    row = propose(record(*uncounted), CONDITIONS, MADE_WITH)
    assert (row.accuracy_min, row.accuracy_max) == (0.8, 0.8)


@pytest.mark.parametrize(("best", "high"), [(280, 0.28), (281, 0.3782)])
def test_who_scores_just_what_guessing_may_guesses(best, high):
    guesses = seeds(*[("chance", 100)] * 7, ("chance", best))
    assert propose(guesses, CONDITIONS, MADE_WITH).accuracy_max == high


def test_guessing_may_be_as_far_below_one_half_as_above():
    guesses = seeds(*[("chance", 500)] * 7, ("chance", 400), model="RNN-T")
    row = propose(guesses, CONDITIONS._replace(model="RNN-T"), MADE_WITH)
    assert (row.accuracy_min, row.accuracy_max) == (0.4, 0.6)


def test_a_band_is_rounded_outwards_however_near_the_other_side_is():
    """0.8115 -+ 5.89914 * 0.01123 * sqrt(1/3 + 1/8) is 0.766670 to 0.856330."""
    row = propose(seeds(*(("learns", hits) for hits in (801, 822) * 4)), CONDITIONS, MADE_WITH)
    assert (row.accuracy_min, row.accuracy_max) == (0.7666, 0.8564)


def test_a_row_for_people():
    assert row_text(expectation("learns", 0.75, 0.85, "8 seeds")) == (
        "NN-I half: learns 0.7500 to 0.8500\n  8 seeds"
    )
    assert row_text(expectation("unsupported", None, None, "no kernel")) == (
        "NN-I half: unsupported\n  no kernel"
    )


@pytest.mark.parametrize(
    ("gpu", "onednn", "where"),
    [
        ("Tesla T4", True, "Tesla T4"),
        (None, True, "cpu with oneDNN"),
        (None, False, "cpu without oneDNN"),
    ],
)
def test_what_this_process_measures_with(monkeypatch, gpu, onednn, where):
    device = SimpleNamespace(gpu=gpu, onednn=onednn)
    monkeypatch.setattr(calibration.framework, "device", lambda: device)
    monkeypatch.setattr(calibration.framework, "tensorflow_version", lambda: "2.21.0")
    monkeypatch.setattr(calibration.framework, "keras_version", lambda: "3.15.1")
    before, day = made_with().rsplit(", ", 1)
    assert before == f"TensorFlow 2.21.0, Keras 3.15.1, {where}"
    assert date.fromisoformat(day) <= datetime.now(UTC).date()


def test_a_pair_that_is_called_diverged_and_does_not_guess_gets_the_band_of_its_accuracies():
    """As RNN-T double on a GPU was: a weight was not finite, the accuracies were as ever."""
    row = propose(
        seeds(*(("diverged", 700 + i) for i in range(8)), model="RNN-T"),
        CONDITIONS._replace(model="RNN-T"),
        MADE_WITH,
    )
    assert row.outcome == "diverged"
    assert 0.68 < row.accuracy_min < 0.700
    assert 0.707 < row.accuracy_max < 0.72


def test_where_the_seed_decides_every_outcome_seen_is_allowed_from_best_to_worst():
    mixed = seeds(*[("diverged", 100)] * 6, *[("chance", 110)] * 2)
    assert propose(mixed, CONDITIONS, MADE_WITH) == expectation(
        "chance|diverged",
        0.0,
        0.28,
        f"diverged in 6, chance in 2 of 8 seeds 1000-1007; accuracy 0.1000 to 0.1100; {MADE_WITH}",
    )


def test_a_pair_that_learns_by_luck_gets_the_band_of_its_spread():
    """Mean 0.5, deviation sqrt(8 * 0.01**2 / 7), so 0.4573 to 0.5427."""
    mixed = seeds(*[("learns", 510), ("diverged", 490)] * 4)
    assert propose(mixed, CONDITIONS, MADE_WITH) == expectation(
        "learns|diverged",
        0.4573,
        0.5427,
        f"learns in 4, diverged in 4 of 8 seeds 1000-1007; accuracy 0.4900 to 0.5100; {MADE_WITH}",
    )


def test_a_missing_kernel_needs_no_seeds():
    without = record(unsupported=Unsupported("Qr", "bfloat16"))
    assert propose(without, CONDITIONS, MADE_WITH) == expectation(
        "unsupported", None, None, f"no kernel for Qr in bfloat16; {MADE_WITH}"
    )


@pytest.mark.parametrize("count", [1, MIN_SEEDS - 1])
def test_too_few_seeds_are_refused(count):
    few = seeds(*[("learns", 800)] * count)
    with pytest.raises(ValueError, match=f"NN-I half: {count} seeds, expected 8 or more"):
        propose(few, CONDITIONS, MADE_WITH)


UNSUPPORTED = expectation("unsupported", None, None)


@pytest.mark.parametrize(
    ("new", "ways"),
    [
        (expectation("learns", 0.75, 0.85), []),
        (expectation("learns", 0.76, 0.84), []),
        (expectation("learns", 0.74, 0.85), ["accuracy_min 0.7500 -> 0.7400"]),
        (expectation("learns", 0.75, 0.86), ["accuracy_max 0.8500 -> 0.8600"]),
        (expectation("chance|learns", 0.75, 0.85), ["also allows chance"]),
        (expectation("diverged", 0.8, 0.8), ["also allows diverged"]),
        (
            expectation("learns|chance|diverged", 0.0, 1.0),
            [
                "also allows chance",
                "also allows diverged",
                "accuracy_min 0.7500 -> 0.0000",
                "accuracy_max 0.8500 -> 1.0000",
            ],
        ),
        (UNSUPPORTED, ["also allows unsupported"]),
    ],
)
def test_widened(new, ways):
    assert widened(expectation("learns", 0.75, 0.85), new) == ways


def test_widened_from_a_row_of_luck():
    luck = expectation("chance|diverged", 0.0, 0.2)
    assert widened(luck, expectation("diverged", 0.0, 0.2)) == []
    assert widened(luck, expectation("chance", 0.0, 0.3)) == ["accuracy_max 0.2000 -> 0.3000"]


def test_widened_from_unsupported():
    assert widened(UNSUPPORTED, expectation("learns", 0.75, 0.85)) == ["also allows learns"]
    assert widened(UNSUPPORTED, UNSUPPORTED) == []


def maker(host="here", **changes):
    return Maker("0.1.0-code", environment(**changes), host)


@pytest.mark.parametrize(
    ("makers", "made"),
    [
        ([maker()] * 3, "cpu without oneDNN, 2026-11-26"),
        ([maker(onednn=True)] * 3, "cpu with oneDNN, 2026-11-26"),
        ([maker(device="gpu", gpu="T4")] * 3, "T4, 2026-11-26"),
        (
            [maker(), maker("there"), maker("there")],
            "cpu without oneDNN, 2026-11-26; 2 machines: 3 rounds on Xeon",
        ),
        (
            [maker(gpu="T4"), maker("there", gpu="H100"), maker("there", gpu="H100")],
            "H100 or T4, 2026-11-26; 2 machines: 2 rounds on H100, 1 on T4",
        ),
    ],
)
def test_rounds_are_told_with_versions_last_day_and_machines(makers, made):
    days = ("2026-11-25", "2026-11-26", "2026-11-25")
    rounds = [
        finished(work, maker=each, day=day)
        for work, each, day in zip(works(), makers, days, strict=True)
    ]
    assert made_by(rounds) == f"TensorFlow 2.21.0, Keras 3.15.1, {made}"


def test_this_process_is_told_with_versions_device_and_date(monkeypatch):
    t4 = framework.Device("gpu", "T4", "7.5", "12.5", "9", tf32=True, xla=False, onednn=True)
    monkeypatch.setattr(framework, "device", lambda: t4)
    monkeypatch.setattr(framework, "tensorflow_version", lambda: "2.21.0")
    monkeypatch.setattr(framework, "keras_version", lambda: "3.15.1")
    assert re.fullmatch(r"TensorFlow 2\.21\.0, Keras 3\.15\.1, T4, \d{4}-\d\d-\d\d", made_with())
