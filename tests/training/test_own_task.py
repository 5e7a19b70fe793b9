"""A user's own model: built, checked and scored."""

import numpy as np
import pytest

import lowprec
from lowprec.data.own import own_inputs
from lowprec.errors import PrecisionError, UnsupportedError, UsageError
from lowprec.framework import import_tensorflow, keras_module
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.own_task import own_task
from lowprec.training.pair import PairTrainer, Plan
from lowprec.training.precision import precision

tf = import_tensorflow()
keras = keras_module()
RNG = np.random.default_rng(3)
X = RNG.normal(size=(96, 4)).astype("float32")
CLASSES = (X[:, 0] > 0).astype(int)
SUMS = X.sum(axis=1, keepdims=True)


def dense(units=2, loss="sparse_categorical_crossentropy", activation="softmax", **compiled):
    """Builds a net of one layer."""

    def builder(keras, dtype):
        layer = keras.layers.Dense(units, activation=activation, dtype=dtype)
        net = keras.Sequential([keras.Input((4,)), layer])
        net.compile(keras.optimizers.Adam(0.1), loss, **compiled)
        return net

    return builder


def task(builder=None, y=CLASSES, epochs=8, **options):
    builder = builder or dense()
    return own_task("mine", builder, own_inputs("mine", (X, y), (X, y)), epochs, **options)


def trained(trained_task, scheme="single", seeds=(5,)):
    with PairTrainer(Plan(trained_task, SCHEMES[scheme], PROTOCOLS["quick"], seeds)) as trainer:
        trainer.train_all()
    return trainer.record()


def regression(**options):
    linear = dense(1, "mse", activation=None)
    return task(linear, SUMS, epochs=40, score=lowprec.explained, **options)


def one_hot(labels):
    return np.eye(2)[labels]


@pytest.mark.parametrize(
    ("builder", "y"),
    [
        (dense(), CLASSES),
        (dense(2, "categorical_crossentropy"), one_hot(CLASSES)),
        (dense(1, "binary_crossentropy", "sigmoid"), CLASSES),
        (dense(1, "binary_crossentropy", "sigmoid"), CLASSES[:, None]),
        (dense(1, keras.losses.BinaryCrossentropy(from_logits=True), None), CLASSES),
        (dense(2, keras.losses.SparseCategoricalCrossentropy(from_logits=True), None), CLASSES),
        (dense(2, "sparse_categorical_crossentropy", metrics=["accuracy"]), CLASSES),
    ],
    ids=["sparse", "one-hot", "binary", "a column", "logit", "logits", "metrics"],
)
def test_right_answers_are_counted_whatever_the_form_of_labels_and_predictions(builder, y):
    record = trained(task(builder, y, epochs=20))
    [one] = record.rounds
    assert one.outcome == "learns"
    assert one.test_hits > 90
    assert (one.test_total, one.train_total, record.metric) == (96, 96, "accuracy")
    assert record.guess == pytest.approx(max(CLASSES.mean(), 1 - CLASSES.mean()))


def test_answers_of_a_sequence_are_counted_one_by_one():
    x = RNG.integers(0, 3, (32, 5))

    def builder(keras, dtype):
        net = keras.Sequential([keras.Input((5,)), keras.layers.Embedding(3, 3, dtype=dtype)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        net.compile(keras.optimizers.Adam(0.1), loss)
        return net

    inputs = own_inputs("mine", (x, x), (x, x))
    [one] = trained(own_task("mine", builder, inputs, epochs=20)).rounds
    assert (one.test_hits, one.test_total) == (160, 160)


def test_the_best_constant_answer_of_labels_that_are_not_balanced_is_the_most_frequent():
    y = np.array([0] * 72 + [1] * 24)
    assert trained(task(y=y, epochs=1)).guess == 0.75


def test_a_score_of_ones_own():
    record = trained(regression())
    [one] = record.rounds
    assert (record.metric, record.guess, one.outcome) == ("explained", 0.0, "learns")
    assert (one.test_hits, one.train_hits) == (None, None)
    assert 0.9 < one.test_accuracy <= 1
    assert record.accuracy == one.test_accuracy


def test_a_score_below_that_of_a_constant_is_as_bad_as_one():
    record = trained(task(score=lambda predictions, labels: -3.0, epochs=1))
    [one] = record.rounds
    assert (one.test_accuracy, one.outcome) == (0.0, "chance")


@pytest.mark.parametrize("score", [float("nan"), 1.5])
def test_a_score_that_is_none_is_refused(score):
    def wrong(predictions, labels):
        return score

    with pytest.raises(UsageError, match=f"mine: score wrong returned {score}, expected a number"):
        trained(task(score=wrong, epochs=1))


def test_a_score_that_raises_is_told_with_its_line():
    def wrong(predictions, labels):
        return 1 / 0

    with pytest.raises(UsageError, match=r"mine: score wrong raised ZeroDivisionError: .*py:\d+"):
        trained(task(score=wrong, epochs=1))


def test_what_diverges_has_a_score_of_0_whatever_the_function_makes_of_it():
    def builder(keras, dtype):
        net = dense()(keras, dtype)
        net.layers[0].kernel.assign(np.full((4, 2), np.nan))
        return net

    [one] = trained(task(builder, score=lambda p, y: 1 / 0, epochs=2)).rounds
    assert (one.outcome, one.test_accuracy) == ("diverged", 0.0)


def test_accuracy_of_labels_that_are_no_answers_is_refused():
    with pytest.raises(
        UsageError, match=r"mine: accuracy counts right answers.*lowprec\.explained"
    ):
        task(y=SUMS)


def test_labels_that_do_not_fit_the_predictions_are_told_with_both_shapes():
    with pytest.raises(UsageError, match=r"shape \(96, 3\) and predictions \(96, 1\)"):
        trained(task(dense(1, "mse", None), np.ones((96, 3), int), epochs=1))


@pytest.mark.parametrize(
    ("builder", "message"),
    [
        (lambda keras, dtype: 1 / 0, r"mine single: the builder raised ZeroDivisionError: .*py:\d"),
        (lambda keras, dtype: None, "mine: the builder returned NoneType, expected a Keras model"),
        (
            lambda keras, dtype: keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)]),
            "mine: the builder returned a model that is not compiled; call compile",
        ),
    ],
    ids=["raises", "nothing", "not compiled"],
)
def test_a_builder_that_builds_no_model(builder, message):
    with precision(SCHEMES["single"], 1), pytest.raises(UsageError, match=message):
        task(builder).build(SCHEMES["single"])


def test_a_missing_kernel_is_no_fault_of_the_builder():
    def builder(keras, dtype):
        return tf.linalg.qr(tf.zeros((2, 2), dtype))

    with precision(SCHEMES["bfloat16"], 1), pytest.raises(UnsupportedError):
        task(builder).build(SCHEMES["bfloat16"])


def test_a_model_that_ignores_the_dtype_is_an_error_that_names_the_layer():
    def builder(keras, dtype):
        return dense()(keras, None)

    with pytest.raises(
        PrecisionError, match=r"mine half: layer dense\w* .*float32.*float32_layers"
    ):
        trained(task(builder), "half")


def test_a_layer_in_float32_under_mixed():
    def builder(keras, dtype):
        last = keras.layers.Dense(2, activation="softmax", dtype="float32", name="last")
        net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, dtype=dtype), last])
        net.compile("adam", "sparse_categorical_crossentropy")
        return net

    with pytest.raises(PrecisionError, match="layer last"):
        trained(task(builder, epochs=1), "mixed")
    record = trained(task(builder, epochs=1, float32_layers=["last"]), "mixed")
    assert (record.dtypes.compute, record.dtypes.variable) == ("float16+float32", "float32")


def test_a_subclassed_model_with_rounds_that_repeat():
    def builder(keras, dtype):
        class Own(keras.Model):
            def __init__(self):
                super().__init__()
                self.hidden = keras.layers.Dense(8, activation="relu", dtype=dtype)
                self.drop = keras.layers.Dropout(0.2, dtype=dtype)
                self.last = keras.layers.Dense(2, activation="softmax", dtype=dtype)

            def call(self, x, training=None):
                return self.last(self.drop(self.hidden(x), training=training))

        net = Own()
        net.compile("adam", "sparse_categorical_crossentropy")
        return net

    first, second, other = trained(task(builder), seeds=(5, 5, 6)).rounds
    assert first.loss == second.loss != other.loss
    assert first.outcome in ("learns", "chance")


@pytest.mark.parametrize("optimizer", ["sgd", "rmsprop", "adam", "adagrad", "nadam"])
def test_rounds_repeat_with_any_optimizer(optimizer):
    def builder(keras, dtype):
        net = dense()(keras, dtype)
        net.compile(optimizer, "sparse_categorical_crossentropy")
        return net

    first, second = trained(task(builder, epochs=2), seeds=(5, 5)).rounds
    assert (first.loss, first.test_hits) == (second.loss, second.test_hits)


def test_a_data_set_that_a_function_makes_is_shuffled_by_the_rounds_seed():
    def data():
        return tf.data.Dataset.from_tensor_slices((X, CLASSES)).shuffle(96).batch(8)

    inputs = own_inputs("mine", data, (X, CLASSES))
    shuffled = own_task("mine", dense(), inputs, epochs=2, batch_size=None)
    first, second, other = trained(shuffled, seeds=(5, 5, 6)).rounds
    assert first.loss == second.loss != other.loss
    assert first.train_accuracy is None


def test_callbacks_see_every_fit():
    begun = []
    seen = keras.callbacks.LambdaCallback(on_train_begin=lambda logs: begun.append(1))
    trained(task(callbacks=[seen], epochs=1), seeds=(5, 6))
    assert len(begun) == 2


def test_a_training_that_a_callback_ends_early_is_refused():
    stop = keras.callbacks.EarlyStopping("loss", min_delta=10, patience=0)
    with pytest.raises(UsageError, match=r"mine: trained 2 epochs, expected 8; .*callback"):
        trained(task(callbacks=[stop]))
