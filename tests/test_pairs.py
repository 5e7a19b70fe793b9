"""All rounds of a pair: seeds, warm-ups, and nothing left behind."""

import pytest

from lowprec import pairs as pairs_module
from lowprec.framework import import_tensorflow
from lowprec.models import MODELS
from lowprec.pairs import PairTrainer, Plan, expectation_key
from tests.test_training import inputs

tf = import_tensorflow()


@pytest.fixture(autouse=True)
def tiny_inputs(monkeypatch):
    monkeypatch.setattr(pairs_module, "load_inputs", lambda model, protocol: inputs(MODELS[model]))


def test_each_round_has_its_seed_and_warmups_are_not_kept():
    plan = Plan("NN-I", "single", "quick", seeds=(5, 5, 6), warmups=1)
    epochs = []
    with PairTrainer(plan, lambda *epoch: epochs.append(epoch[:2])) as trainer:
        trainer.train_all()
    record = trainer.record()
    assert [r.seed for r in record.rounds] == [5, 6]
    assert plan.epochs == (1, 3, 3)
    assert epochs == [(1, 1), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3)]
    assert record.dtypes.loss == "float32"
    assert record.peak_memory_bytes is None
    assert expectation_key(record)[:3] == ("quick", "NN-I", "single")


def test_rounds_start_from_fresh_weights():
    """With the same seed a second round repeats the first, so nothing was carried over."""
    with PairTrainer(Plan("NN-I", "single", "quick", seeds=(5, 5))) as trainer:
        trainer.train_all()
    first, second = trainer.record().rounds
    assert first.loss == second.loss


def test_an_unsupported_pair_is_an_outcome():
    with PairTrainer(Plan("RNN-T", "bfloat16", "quick", seeds=(1,))) as trainer:
        trainer.train_all()
    record = trainer.record()
    assert record.outcome == "unsupported"
    assert (record.unsupported.op, record.rounds) == ("Qr", ())


@pytest.mark.parametrize("moment", ["start", "fit"])
def test_a_failure_restores_the_globals(monkeypatch, moment):
    def fail(*args, **kwargs):
        raise KeyboardInterrupt

    name = "__init__" if moment == "start" else "fit"
    monkeypatch.setattr(pairs_module.Training, name, fail)
    with (
        pytest.raises(KeyboardInterrupt),
        PairTrainer(Plan("NN-I", "mixed", "quick", seeds=(1,))) as trainer,
    ):
        trainer.train_all()
    assert tf.keras.mixed_precision.global_policy().name == "float32"
