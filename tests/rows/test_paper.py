"""The published figures, and the expectations that rest on them."""

import math

import pytest
from scipy import stats

from lowprec.expectations.calibration import FALSE_ALARM_RATE
from lowprec.expectations.table import Conditions, load_expectations
from lowprec.record.outcomes import chance_ceiling
from lowprec.rows.models import MODELS, PAPER_MODELS
from lowprec.rows.paper import PUBLISHED
from lowprec.rows.schemes import PAPER_SCHEMES
from tests.literals import expectation

TABLE_1 = {  # as the paper prints it, three digits
    "NN-I": (3.84e1, 3.08e1, 3.66e1, 3.41e1),
    "CNN-I": (7.35e1, 3.95e1, 4.06e1, 5.91e1),
    "NN-T": (6.30e1, 3.13e1, 2.71e2, 4.21e1),
    "RNN-T-published": (2.03e2, 1.60e2, 1.81e2, 1.61e2),
}

TEST_SIZES = {"fashion_mnist": 10_000, "imdb_reviews": 25_000}
"""Data set -> number of test examples behind each published accuracy."""


def published_row(model, scheme):
    """The row that the paper's single published run of a pair supports.

    One run tells nothing of the spread over seeds. The band is what two runs of the same true
    accuracy p may differ by on test sets of n examples: z(1 - FALSE_ALARM_RATE / 2) *
    sqrt(2 p (1 - p) / n), rounded outward to four digits. Where the paper's loss was NaN, it is
    the band of guessing.
    """
    published, classes = PUBLISHED[model, scheme], MODELS[model].classes
    total = TEST_SIZES[MODELS[model].dataset]
    p = published.accuracy
    if published.diverged:
        outcome, band, high = "diverged", "guessing", chance_ceiling(1 / classes)
        low = max(0.0, round(2 / classes - high, 4))
    else:
        outcome, band = "learns", "sampling, the spread over seeds is unknown"
        quantile = float(stats.norm.ppf(1 - FALSE_ALARM_RATE / 2))
        half_width = quantile * math.sqrt(2 * p * (1 - p) / total)
        low = math.floor((p - half_width) * 1e4) / 1e4
        high = math.ceil((p + half_width) * 1e4) / 1e4
    return expectation(
        outcome,
        low,
        high,
        f"the paper's Table 2: {p:.4f} of {total} in one run, seed 12, Tesla T4, Keras 2; "
        f"band of {band}",
        Conditions("paper", model, scheme, keras="2", device="gpu"),
    )


@pytest.mark.parametrize("model", TABLE_1)
def test_seconds_are_those_of_table_1(model):
    ours = [float(f"{PUBLISHED[model, scheme].fit_s:.2e}") for scheme in PAPER_SCHEMES]
    assert ours == list(TABLE_1[model])


def test_only_cnn_i_half_diverged():
    assert [pair for pair, cell in PUBLISHED.items() if cell.diverged] == [("CNN-I", "half")]


def test_no_lstm_was_trained_in_double_or_half():
    missing = {(m, s) for m in PAPER_MODELS for s in PAPER_SCHEMES} - set(PUBLISHED)
    assert missing == {("RNN-T", "double"), ("RNN-T", "half")}


@pytest.mark.parametrize(("model", "scheme"), PUBLISHED, ids=map("-".join, PUBLISHED))
def test_the_table_of_expectations_holds_the_published_row(model, scheme):
    row = published_row(model, scheme)
    assert load_expectations()[row.conditions] == row
    assert row.accuracy_min < PUBLISHED[model, scheme].accuracy < row.accuracy_max


@pytest.mark.parametrize(
    ("scheme", "accuracy", "low", "high"),
    [("double", "0.8724", 0.8562, 0.8886), ("single", "0.8707", 0.8544, 0.8870)],
)
def test_a_published_band_is_that_of_sampling(scheme, accuracy, low, high):
    """0.8724 -+ 3.4316 * sqrt(2 * 0.8724 * 0.1276 / 10,000) is 0.85621 to 0.88859, and
    sqrt(2 * .8707 * .1293 / 10000) = .004745, times 3.4316 is .01628.
    """
    assert published_row("NN-I", scheme) == expectation(
        "learns",
        low,
        high,
        f"the paper's Table 2: {accuracy} of 10000 in one run, seed 12, Tesla T4, Keras 2; "
        "band of sampling, the spread over seeds is unknown",
        Conditions("paper", "NN-I", scheme, "2", "gpu"),
    )


def test_where_the_loss_was_nan_the_band_is_that_of_guessing():
    """Among ten classes."""
    assert published_row("CNN-I", "half") == expectation(
        "diverged",
        0.0,
        0.28,
        "the paper's Table 2: 0.1000 of 10000 in one run, seed 12, Tesla T4, Keras 2; "
        "band of guessing",
        Conditions("paper", "CNN-I", "half", "2", "gpu"),
    )
