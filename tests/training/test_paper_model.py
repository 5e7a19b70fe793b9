"""The paper's models as schemes have them: their last layer, their loss, their optimizer."""

from dataclasses import replace

import numpy as np
import pytest

from lowprec import framework
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.training.evaluation import even_odds
from lowprec.training.pair import PairTrainer, Plan
from lowprec.training.paper_model import LOGITS_LAYER
from lowprec.training.precision import precision
from tests.training.tiny_inputs import task_of


def built(model, scheme):
    with precision(SCHEMES[scheme], seed=1):
        return task_of(MODELS[model]).build(SCHEMES[scheme])


@pytest.mark.parametrize(("model", "width"), [("NN-I", 10), ("NN-T", 1)])
def test_half_safe_ends_in_float32_logits_that_its_loss_takes(model, width):
    net = built(model, "half-safe")
    last = net.layers[-1]
    assert (last.name, last.compute_dtype) == (LOGITS_LAYER, "float32")
    assert net.output_shape == (None, width)
    assert framework.from_logits(net)
    assert even_odds(net) == 0.0


@pytest.mark.parametrize("scheme", ["half", "mixed"])
def test_the_papers_schemes_end_in_probabilities(scheme):
    net = built("NN-T", scheme)
    assert not framework.from_logits(net)
    assert even_odds(net) == 0.5
    x = np.zeros((2, 4), "int32")
    assert ((net.predict(x, verbose=0) > 0) & (net.predict(x, verbose=0) < 1)).all()


@pytest.mark.parametrize("model", ["NN-I", "NN-T"])
def test_half_safe_learns_what_is_plain_with_its_weights_in_float16(model):
    task, scheme = longer(task_of(MODELS[model])), SCHEMES["half-safe"]
    with PairTrainer(Plan(task, scheme, PROTOCOLS["quick"], (3, 4))) as trainer:
        trainer.train_all()
    record = trainer.record()
    assert record.outcome == "learns"
    assert (record.dtypes.variable, record.dtypes.loss) == ("float16", "float32")
    assert record.shared_model


def longer(task):
    """A task with as many epochs as its few examples need."""
    return replace(task, budget=replace(task.budget, epochs=60))
