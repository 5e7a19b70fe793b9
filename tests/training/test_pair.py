"""All rounds of a pair: seeds, warm-ups, and nothing left behind."""

import pytest

from lowprec.framework import import_tensorflow
from lowprec.record.timing import Timing
from lowprec.rows.models import MODELS
from lowprec.rows.protocols import PROTOCOLS
from lowprec.rows.schemes import SCHEMES
from lowprec.training import pair as pair_module
from lowprec.training import task
from lowprec.training.pair import PairTrainer, Plan
from tests.training.tiny_inputs import inputs

tf = import_tensorflow()


@pytest.fixture(autouse=True)
def tiny_inputs(monkeypatch):
    monkeypatch.setattr(task, "load_inputs", lambda model, protocol: inputs(model))


def plan(model, scheme, *seeds, warmups=0, least_s=0.0):
    """A plan under the quick protocol."""
    quick = PROTOCOLS["quick"]
    trained = task.paper_task(MODELS[model], quick)
    return Plan(trained, SCHEMES[scheme], quick, seeds, warmups, least_s)


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


def test_trainings_that_are_short_are_repeated_for_the_sake_of_their_times(monkeypatch):
    """A round of three epochs of 0.1 s: four are as long as the start, three as is wanted."""
    clock = Timing(
        fit_s=1.1, start_s=1.0, epoch_s=(1.1,), cpu_s=0.1, start_cpu_s=1.5, epoch_cpu_s=(1.6,)
    )
    trained = []

    def fit(self, on_epoch):
        self.timing, self._losses = clock, (0.5,)
        trained.append(self._epochs)
        on_epoch(1)

    monkeypatch.setattr(pair_module.Training, "fit", fit)
    told = []
    short = plan("NN-I", "single", 5, 5, 6, warmups=1, least_s=0.8)
    with PairTrainer(short, lambda *epoch: told.append(epoch)) as trainer:
        trainer.train_all()
    record = trainer.record()
    assert trained == [1, 3, 3, 3, 3]
    assert [r.seed for r in record.rounds] == [5, 6]
    assert told == [(1, 1), (2, 1), (3, 1)], "of the rounds alone, which are known beforehand"
    assert (record.startup_s, record.startup_cpu_s) == (1.0, 1.5)
    assert (record.timings, record.shared_model) == ((clock,) * 4, True)


def test_the_times_of_a_pair_begin_with_its_first_step():
    with PairTrainer(plan("NN-I", "single", 5, 6)) as trainer:
        trainer.train_all()
    record = trainer.record()
    first, second = record.timings
    assert record.startup_s == first.start_s
    assert record.startup_cpu_s == first.start_cpu_s > 2 * second.start_cpu_s
    assert [timing.fit_s for timing in record.timings] == [r.fit_s for r in record.rounds]


def test_peak_memory_is_the_pairs_own(monkeypatch):
    """12 bytes are in use before the pair; its two rounds have their peaks at 52 and 42."""
    memory = iter([(12, 99), (20, 52), (15, 42)])
    monkeypatch.setattr(pair_module.framework, "memory_bytes", lambda: next(memory))
    with PairTrainer(plan("NN-I", "single", 5, 6)) as trainer:
        trainer.train_all()
    assert trainer.record().peak_memory_bytes == 40
