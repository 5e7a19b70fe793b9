"""All rounds of a pair: seeds, warm-ups, and nothing left behind."""

import pytest

from lowprec.framework import import_tensorflow
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.training import pair as pair_module
from lowprec.training.pair import PairTrainer, Plan
from tests.training.tiny_inputs import inputs

tf = import_tensorflow()


@pytest.fixture(autouse=True)
def tiny_inputs(monkeypatch):
    monkeypatch.setattr(pair_module, "load_inputs", lambda model, protocol: inputs(model))


def plan(model, scheme, *seeds, warmups=0):
    """A plan under the quick protocol."""
    return Plan(MODELS[model], SCHEMES[scheme], PROTOCOLS["quick"], seeds, warmups)


def test_each_round_has_its_seed_and_warmups_are_not_kept():
    warmed_up = plan("NN-I", "single", 5, 5, 6, warmups=1)
    epochs = []
    with PairTrainer(warmed_up, lambda *epoch: epochs.append(epoch)) as trainer:
        trainer.train_all()
    record = trainer.record()
    assert [r.seed for r in record.rounds] == [5, 6]
    assert warmed_up.epochs == (1, 3, 3)
    assert epochs == [(1, 1), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3)]
    assert record.dtypes.loss == "float32"
    assert record.peak_memory_bytes is None
    assert (record.protocol.name, *record.pair) == ("quick", "NN-I", "single")
    assert record.pair == warmed_up.pair


def test_rounds_start_from_fresh_weights():
    """With the same seed a second round repeats the first, so nothing was carried over."""
    with PairTrainer(plan("NN-I", "single", 5, 5)) as trainer:
        trainer.train_all()
    first, second = trainer.record().rounds
    assert first.loss == second.loss


def test_an_unsupported_pair_is_an_outcome():
    with PairTrainer(plan("RNN-T", "bfloat16", 1)) as trainer:
        trainer.train_all()
    record = trainer.record()
    assert record.outcome == "unsupported"
    assert (record.unsupported.op, record.rounds) == ("Qr", ())


@pytest.mark.parametrize("moment", ["start", "fit"])
def test_a_failure_restores_the_globals(monkeypatch, moment):
    def fail(*args, **kwargs):
        raise KeyboardInterrupt

    name = "__init__" if moment == "start" else "fit"
    monkeypatch.setattr(pair_module.Training, name, fail)
    with (
        pytest.raises(KeyboardInterrupt),
        PairTrainer(plan("NN-I", "mixed", 1)) as trainer,
    ):
        trainer.train_all()
    assert tf.keras.mixed_precision.global_policy().name == "float32"
