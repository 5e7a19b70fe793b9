"""Counts, and the names that may have been meant."""

import pytest

from lowprec.wording import counted, did_you_mean, nearest


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 pairs"), (1, "1 pair"), (2, "2 pairs"), (11, "11 pairs")]
)
def test_a_number_with_its_noun(number, text):
    assert counted(number, "pair") == text


@pytest.mark.parametrize(
    ("name", "near"),
    [
        *(("nn-i", "NN-I"), ("NNI", "NN-I"), ("CNNI", "CNN-I"), ("Half", "half")),
        *(("hlaf", "half"), ("LSTM", None), ("", None)),
    ],
)
def test_the_nearest_name(name, near):
    assert nearest(name, ["NN-I", "CNN-I", "half", "mixed"]) == near


def test_the_end_of_a_message():
    assert did_you_mean("nn-i", ["NN-I"]) == "; did you mean 'NN-I'?"
    assert did_you_mean("LSTM", ["NN-I"]) == did_you_mean("NN-I", []) == ""
