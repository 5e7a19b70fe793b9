"""A real profile of a tiny training."""

import pytest

from lowprec.rows.models import MODELS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.profiler import profiled
from tests.training.tiny_inputs import task_of


@pytest.mark.parametrize("scheme", ["single", "mixed"])
def test_operations_of_an_epoch(scheme):
    found = profiled(task_of(MODELS["NN-I"]), SCHEMES[scheme], seed=12)
    assert str(found.pair) == f"NN-I {scheme}"
    assert found.steps == 2
    # Two layers, forward and their two gradients but that of the input, in two steps; forward may
    # be fused with what follows.
    products = [time for kind, time in found.operations.items() if kind.endswith("MatMul")]
    assert sum(time.count for time in products) == 2 * 5
    assert all(time.seconds > 0 for time in products)
    assert ("Cast" in found.operations) >= (scheme == "mixed")
    assert found.wall_s > 0
    assert found.start_s > 0
