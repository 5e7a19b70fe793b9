"""One round on a handful of examples: dtypes read back, outcome, what the clock sees."""

import numpy as np
import pytest

from lowprec import training as training_module
from lowprec.datasets import DataInfo
from lowprec.errors import PrecisionError, UnsupportedError
from lowprec.framework import import_tensorflow, keras_generation
from lowprec.inputs import Images, Inputs, Reviews
from lowprec.models import MODELS, Model
from lowprec.precision import precision
from lowprec.schemes import PAPER_SCHEMES, SCHEMES
from lowprec.training import (
    Training,
    bad_weight,
    build,
    check_dtypes,
    cross_entropy,
    read_dtypes,
    score,
)

tf = import_tensorflow()

INFO = DataInfo("tiny", "test", 64, 64, "0" * 64)
PAPER_PAIRS = [(model, scheme) for model in MODELS for scheme in PAPER_SCHEMES]


def images(count=64):
    """Class k is a bright row k."""
    labels = np.arange(count) % 10
    pixels = np.zeros((count, 28, 28, 1))
    pixels[np.arange(count), labels] = 1.0
    return Images(pixels, labels)


def reviews(count=64):
    """Positive reviews say 7, negative ones 8, at lengths from 2 to 5."""
    labels = np.arange(count) % 2
    rows = [[8 - label] * (2 + i % 4) for i, label in enumerate(labels)]
    return Reviews(tf.cast(tf.ragged.constant(rows), tf.int32), labels)


def inputs(model):
    feed = images() if model.dataset == "fashion_mnist" else reviews()
    return Inputs(INFO, feed, feed)


def trained(model_name, scheme, epochs=1, seed=3):
    model = MODELS[model_name]
    with precision(scheme, seed):
        training = Training(model, scheme, inputs(model), epochs, seed)
        training.fit()
        return training.dtypes, training.evaluate()


@pytest.mark.parametrize(("model", "scheme"), PAPER_PAIRS)
def test_every_layer_has_the_schemes_dtypes(model, scheme):
    with precision(SCHEMES[scheme], seed=1):
        report = read_dtypes(build(MODELS[model], SCHEMES[scheme]), MODELS[model])
    row = SCHEMES[scheme]
    lstm_stays = model == "RNN-T-published" and scheme in ("double", "half")
    assert report.variable == (
        "+".join(sorted({row.variable_dtype, "float32"})) if lstm_stays else row.variable_dtype
    )
    assert report.compute == (
        "+".join(sorted({row.compute_dtype, "float32"})) if lstm_stays else row.compute_dtype
    )
    is_text = MODELS[model].dataset == "imdb_reviews"
    assert report.inputs == ("int32" if is_text else row.variable_dtype,)


def test_wrapped_lstm_and_its_cells_are_read_back():
    with precision(SCHEMES["half"], seed=1):
        report = read_dtypes(build(MODELS["RNN-T"], SCHEMES["half"]), MODELS["RNN-T"])
    cells = [layer for layer in report.layers if layer.layer == "LSTMCell"]
    assert [(cell.compute, cell.weights) for cell in cells] == [("float16", ("float16",))] * 2


def test_wrong_dtypes_are_an_error_that_names_the_layer():
    forgetful = Model(
        "RNN-T",
        "imdb_reviews",
        classes=2,
        batch_size=64,
        layers=MODELS["RNN-T-published"].layers,
    )
    with precision(SCHEMES["half"], seed=1):
        report = read_dtypes(build(forgetful, SCHEMES["half"]), forgetful)
    with pytest.raises(PrecisionError, match=r"RNN-T half: layer \w*lstm\w* .*float32.*expected"):
        check_dtypes(report, forgetful, SCHEMES["half"])


@pytest.mark.parametrize("model", ["NN-I", "NN-T"])
def test_a_round_learns_what_is_plain(model):
    _, result = trained(model, SCHEMES["single"], epochs=60)
    assert result.outcome == "learns"
    assert result.test.hits > 60
    assert len(result.epoch_s) == len(result.loss) == 60
    assert 0 < sum(result.epoch_s) <= result.fit_s
    assert result.loss[-1] < result.loss[0]


def test_the_same_seed_gives_the_same_losses():
    first, second, other = (
        trained("NN-T", SCHEMES["single"], epochs=2, seed=seed)[1].loss for seed in (3, 3, 4)
    )
    assert first == second != other


def test_a_nan_weight_is_a_divergence_with_its_name():
    model, scheme = MODELS["NN-I"], SCHEMES["single"]
    with precision(scheme, seed=1):
        training = Training(model, scheme, inputs(model), epochs=1, seed=1)
        training.fit()
        training.net.layers[-1].bias.assign([np.nan] + [0.0] * 9)
        result = training.evaluate()
    assert (result.outcome, result.finding.kind) == ("diverged", "nan")
    assert "dense" in result.finding.weight
    assert "bias" in result.finding.weight


def test_a_missing_kernel_is_named():
    model, scheme = MODELS["RNN-T"], SCHEMES["bfloat16"]
    with precision(scheme, seed=1), pytest.raises(UnsupportedError) as caught:
        Training(model, scheme, inputs(model), epochs=1, seed=1)
    assert (caught.value.op, caught.value.dtype) == ("Qr", "bfloat16")


@pytest.mark.parametrize("model", ["NN-I", "CNN-I", "NN-T", "RNN-T", "RNN-T-published"])
def test_a_model_of_varying_length_is_not_compiled_with_xla(model, monkeypatch):
    """Keras 3 does so where it sees a GPU; Keras 2 never."""
    gpu = tf.config.PhysicalDevice("/physical_device:GPU:0", "GPU")
    scheme = SCHEMES["single"]
    with precision(scheme, seed=1):
        monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: [gpu])
        net = build(MODELS[model], scheme)
    default = keras_generation() == "3"
    assert bool(net.jit_compile) == (default and model in ("NN-I", "CNN-I"))


def test_the_timed_region_has_no_hook_per_batch():
    """Keras calls per-batch hooks where a callback overrides them; the clock must not."""
    clock = training_module._epoch_clock([], None)
    base = tf.keras.callbacks.Callback
    for hook in ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end"):
        assert getattr(type(clock), hook) is getattr(base, hook)


def test_twice_the_epochs_are_twice_the_work():
    model, scheme = MODELS["NN-I"], SCHEMES["single"]
    with precision(scheme, seed=1):
        training = Training(model, scheme, inputs(model), epochs=4, seed=1)
        epochs = []
        training.fit(lambda epoch, epoch_s: epochs.append(epoch))
        assert int(training.net.optimizer.iterations.numpy()) == 8
    assert epochs == [1, 2, 3, 4]


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
    assert score(np.array(predictions, dtype), np.array(labels)).hits == hits


def test_score_does_not_saturate_where_a_float16_sum_does():
    """A float16 sum of ones stops at 2,048."""
    assert score(np.ones((5000, 1), "float16"), np.ones(5000, int)).hits == 5000


@pytest.mark.parametrize(
    ("predictions", "labels", "loss"),
    [
        ([[0.25, 0.75]], [1], -np.log(0.75)),
        ([[0.25]], [0], -np.log(0.75)),
        ([[0.0, 1.0]], [0], -np.log(1e-7)),
        ([[1.0]], [0], -np.log(1e-7)),
    ],
)
def test_cross_entropy_is_clipped_as_keras_clips(predictions, labels, loss):
    assert cross_entropy(np.array(predictions), np.array(labels)) == pytest.approx(loss)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_cross_entropy_of_a_bad_prediction_is_nan(bad):
    assert np.isnan(cross_entropy(np.array([[0.5], [bad]]), np.array([0, 1])))


@pytest.mark.parametrize(("value", "kind"), [(np.nan, "nan"), (np.inf, "+inf"), (-np.inf, "-inf")])
def test_bad_weight_names_the_first(value, kind):
    net = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1, name="last")])
    assert bad_weight(net) is None
    net.layers[-1].bias.assign([value])
    name, found = bad_weight(net)
    assert "last" in name
    assert found == kind
