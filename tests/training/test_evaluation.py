"""Right answers, the recomputed loss and bad weights, on literal numbers."""

import numpy as np
import pytest

from lowprec.framework import import_tensorflow
from lowprec.training.evaluation import bad_prediction, bad_weight, score, unread_weight

tf = import_tensorflow()


@pytest.mark.parametrize(
    ("predictions", "labels", "hits"),
    [
        ([[0.2, 0.7, 0.1], [0.5, 0.3, 0.2]], [1, 2], 1),
        ([[0.51], [0.5], [0.2]], [1, 1, 0], 2),
        ([[np.nan, np.nan]] * 2, [0, 1], 1),
        ([[np.nan]] * 2, [0, 1], 1),
    ],
)
@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_score_counts_right_answers(predictions, labels, hits, dtype):
    result = score(np.array(predictions, dtype), np.array(labels))
    assert (result.hits, result.total) == (hits, len(labels))


def test_score_does_not_saturate_where_a_float16_sum_does():
    """A float16 sum of ones stops at 2,048."""
    assert score(np.ones((5000, 1), "float16"), np.ones(5000, int)).hits == 5000


@pytest.mark.parametrize(
    ("bad", "kind"), [(np.nan, "nan"), (np.inf, "+inf"), (-np.inf, "-inf"), (0.25, None)]
)
@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_the_first_prediction_that_is_not_finite(bad, kind, dtype):
    predictions = np.array([[0.5], [bad]], dtype)
    assert bad_prediction(predictions) == kind
    assert bad_prediction([np.ones((2, 3)), predictions]) == kind, "of any output"


@pytest.fixture
def net():
    """A model with the weights `kernel` and `bias` of one layer."""
    return tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1, name="last")])


@pytest.mark.parametrize(("value", "kind"), [(np.nan, "nan"), (np.inf, "+inf"), (-np.inf, "-inf")])
def test_bad_weight_names_the_weight_and_the_kind(net, value, kind):
    assert bad_weight(net) is None
    net.layers[-1].bias.assign([value])
    name, bad_kind = bad_weight(net)
    assert "last" in name
    assert bad_kind == kind


def test_bad_weight_names_the_first(net):
    net.layers[-1].kernel.assign([[1.0], [-np.inf]])
    net.layers[-1].bias.assign([np.nan])
    name, kind = bad_weight(net)
    assert "kernel" in name
    assert kind == "-inf"


def embedded(pooling):
    """A model whose embedding masks its padding, which `pooling` may heed or not."""
    keras = tf.keras
    embedding = keras.layers.Embedding(10, 4, mask_zero=True, name="words")
    return keras.Sequential([keras.Input((3,), dtype="int32"), embedding, pooling])


IDS = np.array([[1, 2, 0], [3, 0, 0]])


def unread(net, row):
    """What is said of a model in which a row of the embedding is NaN."""
    words = net.layers[0].embeddings
    values = words.numpy()
    values[row] = np.nan
    words.assign(values)
    predict = lambda: net.predict(IDS, verbose=0)  # noqa: E731
    return unread_weight(net, predict, predict())


def test_padding_that_the_mask_hides_is_not_read():
    net = embedded(tf.keras.layers.LSTM(2))
    assert "embeddings" in unread(net, 0)
    assert bad_weight(net) is None


@pytest.mark.filterwarnings("ignore:.*does not support masking:UserWarning")
def test_padding_that_is_read_in_spite_of_the_mask_is_left_as_it_is():
    net = embedded(tf.keras.layers.Flatten())
    assert unread(net, 0) is None
    assert bad_weight(net)[1] == "nan"


def test_a_row_of_a_word_is_no_padding():
    net = embedded(tf.keras.layers.LSTM(2))
    assert unread(net, 1) is None
    assert bad_weight(net)[1] == "nan"
    assert unread(net, 0) is None, "beside a word's row the padding's explains nothing"


def test_beside_a_word_that_no_example_has_the_padding_explains_nothing():
    net = embedded(tf.keras.layers.LSTM(2))
    assert unread(net, 9) is None
    assert unread(net, 0) is None


def test_finite_padding_is_not_looked_at(net):
    masked = embedded(tf.keras.layers.LSTM(2))
    before = masked.layers[0].embeddings.numpy()
    assert unread_weight(masked, lambda: pytest.fail("predicted"), None) is None
    assert (masked.layers[0].embeddings.numpy() == before).all()
    assert unread_weight(net, lambda: pytest.fail("predicted"), None) is None
