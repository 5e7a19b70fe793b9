"""What `fit` and `predict` are fed."""

import numpy as np
import pytest

from lowprec.data import inputs as inputs_module
from lowprec.data.datasets import Dataset, Split, load
from lowprec.data.inputs import Reviews, load_inputs
from lowprec.framework import import_tensorflow
from lowprec.record.data_info import DataInfo
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS

tf = import_tensorflow()

VOCABULARY = ("", "[UNK]", "good", "bad", "film")
QUICK, PAPER = PROTOCOLS["quick"], PROTOCOLS["paper"]


def reviews(*texts):
    return Split(np.array(texts, dtype=object), np.arange(len(texts)) % 2)


@pytest.fixture
def tiny_reviews(monkeypatch):
    def use(vocabulary, *texts):
        split = reviews(*texts)
        info = DataInfo("imdb_reviews", "sample", len(texts), len(texts), "0" * 64)
        dataset = Dataset(info, split, split, vocabulary)
        monkeypatch.setattr(inputs_module, "load", lambda name, source: dataset)
        monkeypatch.setattr(inputs_module, "front", lambda dataset, size: dataset)
        inputs_module._load.cache_clear()

    yield use
    inputs_module._load.cache_clear()


def test_images_are_float64_in_0_to_1_and_labels_stay_integers():
    feed = load_inputs(MODELS["CNN-I"], QUICK).test
    arguments = feed.fit_arguments(batch_size=32)
    assert arguments["x"].shape == (1000, 28, 28, 1)
    assert arguments["x"].dtype == np.float64
    assert (arguments["x"].min(), arguments["x"].max()) == (0.0, 1.0)
    assert (arguments["y"].dtype, arguments["batch_size"]) == (np.int64, 32)


def test_a_budget_takes_the_front_of_the_training_set():
    inputs = load_inputs(MODELS["CNN-I"], QUICK)
    assert inputs.info.train_size == len(inputs.train.labels) == 1250
    assert inputs.info.sha256 != load("fashion_mnist", "sample").info.sha256


def test_reviews_go_through_the_vocabulary_and_are_cut_to_their_end(tiny_reviews):
    tiny_reviews(VOCABULARY, "Good, GOOD film!", "bad " * 100 + "weird film")
    train = load_inputs(MODELS["RNN-T"], QUICK).train
    assert train.ids.dtype == tf.int32
    assert train.ids[0].numpy().tolist() == [2, 2, 4]
    assert train.ids[1].numpy().tolist() == [3] * 46 + [1, 4]


def test_without_a_vocabulary_it_is_learnt_from_the_training_reviews(tiny_reviews):
    tiny_reviews(None, "film film film good good bad", "film")
    train = load_inputs(MODELS["NN-T"], PAPER).train
    assert train.ids.to_list() == [[2, 2, 2, 3, 3, 4], [2]]


def test_batches_are_padded_to_their_longest_review_and_shuffled_anew_each_epoch():
    labels = np.arange(64) % 2
    rows = [[i] * (1 + i % 3) for i in range(1, 65)]
    feed = Reviews(tf.cast(tf.ragged.constant(rows), tf.int32), labels)
    batches = feed.fit_arguments(batch_size=16)["x"]
    epochs = []
    for _ in range(2):
        x, y = zip(*batches.as_numpy_iterator(), strict=True)
        assert {a.shape[0] for a in x} == {16}
        assert all(a.shape[1] <= 3 for a in x)
        first = np.concatenate([a[:, 0] for a in x])
        assert sorted(first) == list(range(1, 65))
        assert np.concatenate(y)[:, 0].tolist() == [(i - 1) % 2 for i in first]
        epochs.append(first.tolist())
    assert epochs[0] != epochs[1]


def test_predictions_keep_the_order():
    feed = Reviews(tf.cast(tf.ragged.constant([[5], [6, 6], [7]]), tf.int32), np.zeros(3, int))
    (batch,) = feed.predict_arguments(batch_size=3)["x"].as_numpy_iterator()
    assert batch.tolist() == [[5, 0], [6, 6], [7, 0]]


def test_whole_reviews_are_predicted_in_batches_padded_as_in_training():
    ids = tf.cast(tf.ragged.constant([[5], [6], [7, 7, 7]]), tf.int32)
    whole = Reviews(ids, np.zeros(3, int)).predict_arguments(batch_size=2)["x"]
    assert [batch.tolist() for batch in whole.as_numpy_iterator()] == [[[5], [6]], [[7, 7, 7]]]
    cut = Reviews(ids, np.zeros(3, int), sequence_length=3).predict_arguments(batch_size=2)["x"]
    assert [len(batch) for batch in cut.as_numpy_iterator()] == [3]


def test_a_budgets_length_is_known_to_the_reviews(tiny_reviews):
    tiny_reviews(VOCABULARY, "film", "bad")
    assert load_inputs(MODELS["RNN-T"], QUICK).test.sequence_length == 48
    assert load_inputs(MODELS["RNN-T"], PAPER).test.front(1).sequence_length is None


def test_the_front_keeps_examples_and_labels_together():
    images = load_inputs(MODELS["NN-I"], QUICK).test
    front = images.front(3)
    assert front.labels.tolist() == images.labels[:3].tolist()
    assert np.array_equal(front.x, images.x[:3])
    texts = Reviews(tf.ragged.constant([[5], [6, 6], [7]], tf.int32), np.array([1, 0, 1]))
    assert (texts.front(2).ids.to_list(), texts.front(2).labels.tolist()) == ([[5], [6, 6]], [1, 0])
    assert len(texts.front(9).labels) == 3
