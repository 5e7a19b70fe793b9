"""One round of a calibration: the same as in a plan of many, and what it is kept with."""

import pytest

from lowprec.data import datasets
from lowprec.errors import DataError
from lowprec.record.seed_round import Work
from lowprec.training import one_seed as module
from lowprec.training.one_seed import data_of, plan_of, this_maker, train_round
from lowprec.training.own_code import own_code
from lowprec.training.pair import PairTrainer
from tests.training.tiny_inputs import INFO, task_of


@pytest.fixture
def tiny(monkeypatch):
    """Rounds on a handful of examples."""
    monkeypatch.setattr(module, "paper_task", lambda model, protocol: task_of(model))
    module._model.cache_clear()
    yield
    module._model.cache_clear()


def told(trained):
    return [loss.hex() for loss in trained.loss], trained.test_hits, trained.outcome


def test_rounds_one_by_one_are_those_of_a_plan(tiny):
    seeds = (7, 8, 9)
    work = [Work("quick", "NN-I", "single", seed) for seed in seeds]
    with PairTrainer(plan_of(work[0], *seeds)) as trainer:
        trainer.train_all()
    one_by_one = [train_round(each) for each in work]
    assert [told(each.round) for each in one_by_one] == list(map(told, trainer.record().rounds))
    assert {each.work for each in one_by_one} == set(work)
    assert {(each.data, each.budget, each.guess) for each in one_by_one} == {
        (INFO, work[0].budget, 0.1)
    }


def test_epochs_are_told(tiny):
    epochs = []
    train_round(Work("quick", "NN-I", "single", 7), lambda *epoch: epochs.append(epoch))
    assert epochs == [(1, 1), (1, 2), (1, 3)]


def test_this_process_is_told_by_code_and_environment():
    maker = this_maker()
    assert maker.code == own_code()
    assert maker.environment.tensorflow
    assert maker.host


def test_the_data_of_a_model_is_that_of_its_budget():
    info = data_of("quick", "CNN-I")
    assert (info.name, info.train_size) == ("fashion_mnist", 1250)


def test_missing_data_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    datasets.load.cache_clear()
    with pytest.raises(DataError):
        data_of("paper", "NN-I")
