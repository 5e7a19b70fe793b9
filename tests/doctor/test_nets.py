"""A model's state and constants."""

import numpy as np
import pytest

from lowprec import framework
from lowprec.doctor import nets
from lowprec.rows.schemes import SCHEMES
from lowprec.training.precision import precision
from tests.doctor.trainings import built, points


def adam(**constants):
    return framework.keras_module().optimizers.Adam(**constants)


def test_the_state_is_put_back():
    with precision(SCHEMES["half"], 1):
        net = built(SCHEMES["half"], optimizer=adam())
        state = framework.state_variables(net)
        before = nets.taken(state)
        net.train_on_batch(*points(8))
        changed = [not np.array_equal(a, b) for a, b in zip(before, nets.taken(state), strict=True)]
        assert any(changed)
        nets.put(state, before)
        assert [a.tobytes() for a in nets.taken(state)] == [b.tobytes() for b in before]


def test_an_optimizer_takes_the_state_of_another_dtype():
    with precision(SCHEMES["half"], 1):
        net = built(SCHEMES["half"], optimizer=adam())
        net.train_on_batch(*points(8))
    with precision(SCHEMES["double"], 1):
        twin = built(SCHEMES["double"], optimizer=adam())
        assert nets.put_optimizer(twin, net)
        low, wide = (framework.second_moments(n)[0].numpy() for n in (net, twin))
        assert (low.dtype, wide.dtype) == (np.float16, np.float64)
        assert np.array_equal(low.astype(np.float64), wide)
        assert not nets.put_optimizer(built(SCHEMES["double"]), net)  # SGD has no such state


@pytest.mark.parametrize(
    ("dtype", "held"), [("float16", {"epsilon": 0.0}), ("bfloat16", {"beta_2": 1.0})]
)
def test_constants_as_the_weights_hold_them(dtype, held):
    with precision(SCHEMES["single"], 1):
        net = built(SCHEMES["single"], optimizer=adam(epsilon=1e-8))
        found = {constant.name: constant for constant in nets.constants(net, dtype)}
        assert nets.learning_rate(net) == pytest.approx(1e-3)
    assert found["epsilon"].value == pytest.approx(1e-8)
    assert held.items() <= {name: constant.held for name, constant in found.items()}.items()


def test_dropout_is_off_inside_and_on_again():
    with precision(SCHEMES["single"], 1):
        net = built(SCHEMES["single"], dropout=0.5)
        (dropout,) = [layer for layer in net.layers if "Dropout" in type(layer).__name__]
        with nets.without_dropout(net):
            assert dropout.rate == 0
        assert dropout.rate == 0.5
