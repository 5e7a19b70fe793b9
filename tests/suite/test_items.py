"""What is read off collected tests, here off objects with as much of a test as is looked at."""

from types import SimpleNamespace

import pytest

from lowprec.rows.matrix import MATRIX, Pair
from lowprec.suite.items import asked_for, judges, pair_of, trains


def item(*fixtures, **parameters):
    """A test with these fixtures and parameters."""
    callspec = {"callspec": SimpleNamespace(params=parameters)} if parameters else {}
    return SimpleNamespace(fixturenames=[*fixtures], **callspec)


def test_a_test_trains_or_judges_by_its_fixture():
    training, history = item("model", "train_pair"), item("model", "regression")
    assert (trains(training), judges(training)) == (True, False)
    assert (trains(history), judges(history)) == (False, True)


def test_a_test_without_fixtures_is_none_of_them():
    """As a doctest is, or what another plugin collects."""
    assert not trains(SimpleNamespace())
    assert not judges(SimpleNamespace())


@pytest.mark.parametrize(
    ("parameters", "pair"),
    [
        ({"model": "NN-I", "scheme": "half"}, Pair("NN-I", "half")),
        ({"scheme": "half", "model": "NN-I", "other": 1}, Pair("NN-I", "half")),
        ({"scheme": "half"}, None),
        ({}, None),
    ],
)
def test_the_pair_is_told_by_the_parameters(parameters, pair):
    assert pair_of(item("train_pair", **parameters)) == pair


def test_the_matrix_in_any_order_is_none():
    assert asked_for(item(**pair._asdict()) for pair in reversed(MATRIX)) is None


def test_a_part_of_the_matrix_is_told():
    pairs = MATRIX[:2]
    assert asked_for([item(), *(item(**pair._asdict()) for pair in pairs)]) == pairs
