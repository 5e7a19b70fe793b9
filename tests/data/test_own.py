"""Users' data: arrays and data sets, what they are, and what is refused."""

import numpy as np
import pytest

from lowprec.data.own import own_inputs
from lowprec.errors import DataError
from lowprec.framework import import_tensorflow, keras_module

tf = import_tensorflow()

X = np.arange(12.0).reshape(6, 2)
Y = np.array([0, 1, 0, 1, 1, 0])
TEST = X[:4], Y[:4]


def dataset(x=X, y=Y, batch=4):
    return tf.data.Dataset.from_tensor_slices((x, y)).batch(batch)


class Batches(getattr(keras_module().utils, "PyDataset", keras_module().utils.Sequence)):
    def __init__(self, x=X, y=Y):
        super().__init__()
        self.x, self.y = x, y

    def __len__(self):
        return 2

    def __getitem__(self, i):
        part = slice(3 * i, 3 * i + 3)
        return self.x[part], self.y[part]


def test_arrays():
    inputs = own_inputs("mine", (X, Y), TEST)
    info = inputs.info
    assert (info.name, info.source, info.train_size, info.test_size) == ("mine", "own", 6, 4)
    assert inputs.test.labels.tolist() == [0, 1, 0, 1]
    assert inputs.train.front(2).labels.tolist() == [0, 1]
    assert inputs.train.fit_arguments(32)["batch_size"] == 32
    assert [part.shape for part in inputs.train.example()] == [(2, 2), (2,)]


def test_nests_of_arrays():
    inputs = own_inputs("mine", ({"a": X, "b": X[:, :1]}, Y), ({"a": X, "b": X[:, :1]}, Y))
    assert inputs.info.train_size == 6
    x, _ = inputs.train.example()
    assert {name: array.shape for name, array in x.items()} == {"a": (2, 2), "b": (2, 1)}


@pytest.mark.parametrize("make", [dataset, Batches, lambda: dataset, lambda: Batches])
def test_data_sets_of_batches(make):
    """A function is called for each training."""
    inputs = own_inputs("mine", make(), make())
    assert (inputs.info.train_size, inputs.info.test_size) == (6, 6)
    assert inputs.test.labels.tolist() == Y.tolist()
    assert inputs.train.front(3) is None
    x, y = inputs.train.example()
    assert (np.shape(x)[1:], np.ndim(y)) == ((2,), 1)
    assert inputs.train.fit_arguments(32).keys() - {"shuffle"} == {"x"}


def digest(train, test=TEST, **options):
    return own_inputs("mine", train, test, **options).info.sha256


def test_the_hash_is_of_the_content_and_nothing_else():
    assert digest((X, Y)) == digest((X.copy(), Y.copy()))
    others = [(X + 1, Y), (X, 1 - Y), (X.astype("float32"), Y), (X[:5], Y[:5])]
    assert len({digest(data) for data in [(X, Y), *others]}) == 5
    assert digest((X, Y)) != digest((X, Y), (X, Y))


def test_the_hash_of_a_data_set_does_not_depend_on_its_order_nor_its_batches():
    shuffled = dataset().unbatch().shuffle(6).batch(2)
    assert digest(dataset()) == digest(shuffled)
    assert digest(dataset()) != digest(dataset(y=1 - Y))
    twice = dataset(np.concatenate([X, X]), np.concatenate([Y, Y]))
    assert digest(dataset()) != digest(twice)


class Noisy(Batches):
    def __getitem__(self, i):
        x, y = super().__getitem__(i)
        self.x = self.x + 1  # so that the next pass differs
        return x, y


def noisy():
    return Noisy()


def test_data_that_differs_from_pass_to_pass_must_be_named():
    with pytest.raises(DataError, match=r"mine: train data differs from pass to pass.*data_id="):
        digest(noisy())
    named = own_inputs("mine", noisy(), TEST, data_id="noisy").info
    assert named.name == "noisy"
    assert named.sha256 != digest(noisy(), data_id="noisier")


def test_test_data_in_another_order_each_time_is_refused():
    y = np.arange(6)
    shuffled = dataset(y=y).unbatch().shuffle(6, seed=1).batch(4)
    with pytest.raises(DataError, match="mine: test data comes in another order in each pass"):
        own_inputs("mine", (X, Y), shuffled)


@pytest.mark.parametrize(
    ("train", "message"),
    [
        ((X, Y[:5]), "train data has arrays of 5 and 6 examples, expected one and the same number"),
        ((X[:0], Y[:0]), "train data has arrays of 0 examples"),
        ((X,), "train data has 1 parts, expected two: x and y"),
        ((X, Y, Y), "train data has 3 parts, expected two"),
        (X, "train data is of the type ndarray, expected"),
        (dataset().take(0), "train data has no batch, expected at least one"),
        (lambda: 3, "train data is of the type int, expected"),
    ],
)
def test_what_is_no_data(train, message):
    with pytest.raises(DataError, match=f"mine: {message}"):
        own_inputs("mine", train, TEST)


@pytest.mark.parametrize("name", ["test_a[\x1b[2J]", "x" * 201])
def test_a_name_that_no_stored_session_may_have_is_refused_before_the_training(name):
    with pytest.raises(DataError, match=r"^the model .*; name the test and its parameters"):
        own_inputs(name, (X, Y), TEST)
