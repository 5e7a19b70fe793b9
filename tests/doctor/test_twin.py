"""What is in float64, and what is as the scheme has it."""

import pytest

from lowprec import framework
from lowprec.doctor.twin import TWIN, twin_net, twin_scheme
from lowprec.rows.models import MODELS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.precision import precision
from tests.training.tiny_inputs import task_of


@pytest.mark.parametrize("name", SCHEMES)
def test_a_twin_keeps_logits_and_optimizer(name):
    twin = twin_scheme(SCHEMES[name])
    assert (twin.variable_dtype, twin.compute_dtype) == ("float64", "float64")
    assert (twin.logits, twin.optimizer) == (SCHEMES[name].logits, SCHEMES[name].optimizer)
    assert (twin.rounding, twin.quantize) == (None, None)


@pytest.mark.parametrize("name", ["half", "mixed", "half-eps", "fp8"])
def test_the_net_is_in_float64(name):
    with precision(TWIN, 1):
        net = twin_net(task_of(MODELS["NN-I"]), SCHEMES[name])
    assert {w.dtype if isinstance(w.dtype, str) else w.dtype.name for w in net.weights} == {
        "float64"
    }
    epsilon = framework.inner_optimizer(net).get_config()["epsilon"]
    assert epsilon == pytest.approx(1e-4 if name == "half-eps" else 1e-7)
