"""Pairs in the order of the tables."""

from itertools import product

from lowprec.models import MODELS
from lowprec.order import place
from lowprec.schemes import SCHEMES


def test_pairs_are_ordered_as_models_and_schemes_are_and_unknown_names_come_last():
    pairs = [*product(MODELS, SCHEMES), ("A", "single"), ("Z", "a"), ("Z", "b")]
    backwards = pairs[::-1]
    assert sorted(backwards, key=lambda pair: place(*pair)) == pairs


def test_an_unknown_scheme_comes_after_those_of_its_model():
    pairs = [("NN-I", "mixed"), ("NN-I", "quarter"), ("CNN-I", "double")]
    backwards = pairs[::-1]
    assert sorted(backwards, key=lambda pair: place(*pair)) == pairs
