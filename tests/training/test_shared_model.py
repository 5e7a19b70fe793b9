"""One model for all rounds trains as a new one each would, to the digit."""

import hashlib
from functools import partial
from itertools import product

import pytest

from lowprec import framework
from lowprec.rows.models import MODELS, PAPER_MODELS
from lowprec.rows.schemes import PAPER_SCHEMES, SCHEMES
from lowprec.training.paper_model import build
from lowprec.training.precision import precision
from lowprec.training.shared_model import SharedModel
from tests.training.tiny_inputs import training_of

EPOCHS = 2


def shared_model(model, scheme):
    return SharedModel(partial(build, model, scheme))


def trained(shared, model, scheme, seed, epochs=EPOCHS, initial_scale=None):
    """Losses, right answers and a hash of all that training changed; nothing else to compare."""
    with precision(scheme, seed):
        net = shared.renewed(seed)
        training = training_of(model, scheme, epochs, net)
        if initial_scale:
            _loss_scale(net).assign(initial_scale)
        training.fit()
        result = training.evaluate(seed)
        state = b"".join(v.numpy().tobytes() for v in framework.state_variables(net))
    return str(result.loss), result.test_hits, hashlib.sha256(state).hexdigest()


def _loss_scale(net):
    """The variable, which each Keras calls by another name."""
    names = ("dynamic_scale", "current_loss_scale")
    variables = framework.state_variables(net)
    return next(v for v in variables if any(n in framework.weight_name(v) for n in names))


FAST = (("NN-I", "single"), ("NN-T", "half-safe"))


@pytest.mark.parametrize(
    ("model", "scheme"),
    [
        pytest.param(*pair, marks=() if pair in FAST else pytest.mark.slow, id="-".join(pair))
        for pair in (*product(PAPER_MODELS, PAPER_SCHEMES), *product(PAPER_MODELS, ["half-safe"]))
    ],
)
def test_a_later_round_on_one_model_is_that_of_a_new_model(model, scheme):
    model, scheme = MODELS[model], SCHEMES[scheme]
    one = shared_model(model, scheme)
    first, second = (trained(one, model, scheme, seed) for seed in (3, 4))
    assert one.is_shared
    assert second == trained(shared_model(model, scheme), model, scheme, seed=4)
    assert second != first or "None" in first[0]  # what is NaN is the same for every seed


def test_an_overflow_of_the_loss_scale_is_not_carried_over():
    """At this scale every gradient of the first steps overflows, and the scale is halved."""
    model, scheme = MODELS["NN-I"], SCHEMES["mixed"]
    one = shared_model(model, scheme)
    overflowed = trained(one, model, scheme, seed=3, initial_scale=2.0**40)
    assert trained(one, model, scheme, seed=3) == trained(
        shared_model(model, scheme), model, scheme, seed=3
    )
    assert overflowed == trained(
        shared_model(model, scheme), model, scheme, seed=3, initial_scale=2.0**40
    )


def test_a_model_that_draws_in_another_way_is_built_anew_each_time():
    """The noise of Keras 2 comes from an operation whose state cannot be put back."""
    keras = framework.keras_module()

    def noisy():
        net = keras.Sequential([keras.Input((4,)), keras.layers.GaussianNoise(1.0)])
        net.compile("sgd", "mse")
        return net

    with precision(SCHEMES["single"], seed=3):
        shared = SharedModel(noisy)
        first, second = shared.renewed(3), shared.renewed(3)
    keras_3 = framework.keras_generation() == "3"
    assert (first is second) is shared.is_shared is keras_3
