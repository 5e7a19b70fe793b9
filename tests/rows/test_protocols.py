"""Protocols: every model has a budget in each, and the sample can pay for it."""

import numpy as np
import pytest

from lowprec.data.datasets import SOURCES, front, load
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS

QUICK = PROTOCOLS["quick"]


def test_quick_is_on_the_sample_and_paper_on_the_full_sets():
    assert {name: row.source for name, row in PROTOCOLS.items()} == {
        "quick": "sample",
        "paper": "tfds",
    }
    assert {row.source for row in PROTOCOLS.values()} <= set(SOURCES)


@pytest.mark.parametrize("protocol", list(PROTOCOLS.values()), ids=list(PROTOCOLS))
def test_every_model_has_a_budget(protocol):
    assert set(protocol.budgets) == set(MODELS)


def test_what_is_timed():
    assert {
        name: (row.warmup_rounds, row.rounds, row.least_training_s, row.second_look)
        for name, row in PROTOCOLS.items()
    } == {"quick": (1, 3, 6.0, True), "paper": (1, 3, 0.0, False)}


@pytest.mark.parametrize(
    "model", [name for name, budget in QUICK.budgets.items() if budget.train_size]
)
def test_the_sample_holds_what_quick_takes_of_it_in_balance(model):
    size = QUICK.budgets[model].train_size
    train = front(load(MODELS[model].dataset, "sample"), size).train
    classes = MODELS[model].classes
    assert np.bincount(train.y, minlength=classes).tolist() == [size // classes] * classes


@pytest.mark.parametrize("model", MODELS)
def test_only_reviews_are_cut_to_a_length(model):
    assert (QUICK.budgets[model].sequence_length is not None) == (
        MODELS[model].dataset == "imdb_reviews"
    )


def test_the_published_rnn_is_trained_as_the_repaired_one():
    for protocol in PROTOCOLS.values():
        assert protocol.budgets["RNN-T-published"] == protocol.budgets["RNN-T"]


@pytest.mark.parametrize("table", [PROTOCOLS, *(row.budgets for row in PROTOCOLS.values())])
def test_the_tables_are_read_only(table):
    with pytest.raises(TypeError):
        table["new"] = None
