"""The rows of the models; their layers are tested with the training that builds them."""

import pytest

from lowprec.data.datasets import NAMES
from lowprec.rows.models import MODELS, PAPER_MODELS


@pytest.mark.parametrize(
    ("name", "dataset", "classes", "batch_size"),
    [
        ("NN-I", "fashion_mnist", 10, 32),
        ("CNN-I", "fashion_mnist", 10, 32),
        ("NN-T", "imdb_reviews", 2, 64),
        ("RNN-T", "imdb_reviews", 2, 64),
        ("RNN-T-published", "imdb_reviews", 2, 64),
    ],
)
def test_rows_are_the_papers(name, dataset, classes, batch_size):
    model = MODELS[name]
    assert (model.dataset, model.classes, model.batch_size) == (dataset, classes, batch_size)


def test_the_default_matrix_has_the_papers_four_in_its_order():
    assert PAPER_MODELS == ("NN-I", "CNN-I", "NN-T", "RNN-T")
    assert [name for name in MODELS if name in PAPER_MODELS] == list(PAPER_MODELS)


def test_every_model_has_a_data_set():
    assert {model.dataset for model in MODELS.values()} <= set(NAMES)


def test_only_the_published_lstm_stays_in_float32():
    assert {name: row.float32_layers for name, row in MODELS.items() if row.float32_layers} == {
        "RNN-T-published": ("LSTM", "LSTMCell")
    }


def test_the_table_is_read_only():
    with pytest.raises(TypeError):
        MODELS["NN-I"] = MODELS["CNN-I"]
