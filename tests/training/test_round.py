"""One round on a handful of examples: its outcome, what the clock sees."""

import numpy as np
import pytest

from lowprec.errors import UnsupportedError
from lowprec.framework import import_tensorflow, keras_generation
from lowprec.rows.models import MODELS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.paper_model import build
from lowprec.training.precision import precision
from tests.training.tiny_inputs import training_of

tf = import_tensorflow()


def trained(model_name, scheme, epochs=1, seed=3):
    model = MODELS[model_name]
    with precision(scheme, seed):
        training = training_of(model, scheme, epochs)
        training.fit()
        return training.evaluate(seed)


@pytest.mark.parametrize("model", ["NN-I", "NN-T"])
def test_a_round_learns_what_is_plain(model):
    result = trained(model, SCHEMES["single"], epochs=60)
    assert result.outcome == "learns"
    assert result.test_hits > 60
    assert len(result.epoch_s) == len(result.loss) == 60
    assert 0 < sum(result.epoch_s) <= result.fit_s
    assert result.loss[-1] < result.loss[0]


def test_the_same_seed_gives_the_same_losses():
    first, second, other = (
        trained("NN-T", SCHEMES["single"], epochs=2, seed=seed).loss for seed in (3, 3, 4)
    )
    assert first == second != other


def test_a_nan_weight_is_a_divergence_with_its_name():
    model, scheme = MODELS["NN-I"], SCHEMES["single"]
    with precision(scheme, seed=1):
        training = training_of(model, scheme, epochs=1)
        training.fit()
        training.net.layers[-1].bias.assign([np.nan] + [0.0] * 9)
        result = training.evaluate(seed=1)
    assert (result.outcome, result.kind) == ("diverged", "nan")
    assert "dense" in result.weight
    assert "bias" in result.weight


def test_a_missing_kernel_is_named():
    model, scheme = MODELS["RNN-T"], SCHEMES["bfloat16"]
    with precision(scheme, seed=1), pytest.raises(UnsupportedError) as caught:
        build(model, scheme)
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


def test_twice_the_epochs_are_twice_the_work():
    model, scheme = MODELS["NN-I"], SCHEMES["single"]
    with precision(scheme, seed=1):
        training = training_of(model, scheme, epochs=4)
        epochs = []
        training.fit(epochs.append)
        assert int(training.net.optimizer.iterations.numpy()) == 8
    assert epochs == [1, 2, 3, 4]


@pytest.mark.parametrize(("row", "outcome"), [(0, "chance"), (7, "diverged")])
def test_padding_that_is_not_read_is_told_and_is_no_divergence(row, outcome):
    """In float64 on a GPU the padding's row of RNN-T becomes NaN in training."""
    model, scheme = MODELS["RNN-T"], SCHEMES["double"]
    with precision(scheme, seed=1):
        training = training_of(model, scheme, epochs=1)
        training.fit()
        words = training.net.layers[0].embeddings
        values = words.numpy()
        values[row] = np.nan
        words.assign(values)
        result = training.evaluate(seed=1)
    assert (result.outcome == "diverged") is (outcome == "diverged")
    assert isinstance(result.unread, str) is (outcome != "diverged")
