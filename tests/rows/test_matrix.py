"""Pairs of a model and a scheme: how they are written, the default matrix, their order."""

from itertools import product

import pytest

from lowprec.rows.matrix import MATRIX, Pair, scheme_rank
from lowprec.rows.models import MODELS
from lowprec.rows.schemes import SCHEMES


def in_order(pairs):
    """The pairs sorted from the wrong way round."""
    backwards = pairs[::-1]
    return sorted(backwards, key=Pair.sort_key)


def test_a_pair_is_written_with_a_blank_and_named_with_a_hyphen():
    pair = Pair("RNN-T-published", "half-floatx")
    assert str(pair) == f"{pair}" == "RNN-T-published half-floatx"
    assert pair.test_id == "RNN-T-published-half-floatx"


def test_a_pair_is_its_two_names():
    pair = Pair("CNN-I", "half")
    model, scheme = pair
    assert (model, scheme) == (pair.model, pair.scheme) == pair == ("CNN-I", "half")


def test_the_matrix_is_the_papers_sixteen_pairs_model_by_model():
    assert len(MATRIX) == 16
    assert MATRIX[:5] == (
        Pair("NN-I", "double"),
        Pair("NN-I", "single"),
        Pair("NN-I", "half"),
        Pair("NN-I", "mixed"),
        Pair("CNN-I", "double"),
    )
    assert [str(pair) for pair in MATRIX[-2:]] == ["RNN-T half", "RNN-T mixed"]
    assert in_order(MATRIX) == list(MATRIX)


def test_pairs_are_ordered_as_models_and_schemes_are_and_unknown_names_come_last():
    pairs = [
        *(Pair(*names) for names in product(MODELS, SCHEMES)),
        Pair("A", "single"),
        Pair("Z", "a"),
        Pair("Z", "b"),
    ]
    assert in_order(pairs) == pairs


def test_an_unknown_scheme_comes_after_those_of_its_model():
    pairs = [Pair("NN-I", "mixed"), Pair("NN-I", "quarter"), Pair("CNN-I", "double")]
    assert in_order(pairs) == pairs


@pytest.mark.parametrize("schemes", [("single", "a", "b"), ("double", "mixed", "a")])
def test_unknown_models_are_listed_model_by_model(schemes):
    """Each with its known schemes first, as a known model."""
    pairs = [Pair(model, scheme) for model in ("A", "Z") for scheme in schemes]
    assert in_order(pairs) == pairs


def test_schemes_are_ranked_as_in_their_table_and_unknown_ones_by_name_at_its_end():
    schemes = [*SCHEMES, "a", "quarter"]
    backwards = schemes[::-1]
    assert sorted(backwards, key=scheme_rank) == schemes
