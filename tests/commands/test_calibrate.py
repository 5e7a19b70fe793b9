"""The `calibrate` command: what it says and writes, on trainings that are not trained."""

import argparse
import functools

import pytest

from lowprec import framework
from lowprec.commands.calibrate import CALIBRATE
from lowprec.commands.command import OK
from lowprec.data import inputs as inputs_module
from lowprec.errors import DataError
from lowprec.expectations import table as table_module
from lowprec.expectations.table import Conditions, load_expectations, write_expectations
from lowprec.record.record import Unsupported
from lowprec.training import pair as pair_module
from lowprec.training import progress as progress_module
from tests.literals import expectation, one_round, record

SEEDS = range(1000, 1008)
MADE_WITH = "TensorFlow 2.21.0, Keras 3.15.1, cpu without oneDNN, "
CPU = framework.Device("cpu", None, None, None, None, tf32=True, xla=False, onednn=False)


class Trainer:
    """Stands for a PairTrainer: `half` diverges, `mixed` has no kernel, others learn."""

    broken = ()
    plans = ()

    def __init__(self, plan, on_epoch):
        self.plan, self.on_epoch = plan, on_epoch

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def train_all(self):
        if self.plan.scheme.name in self.broken:
            raise KeyboardInterrupt
        type(self).plans += (self.plan,)

    def record(self):
        model, scheme = self.plan.pair
        if scheme == "mixed":
            return record(model=model, scheme=scheme, unsupported=Unsupported("Qr", "float16"))
        outcome, hits = ("diverged", 100) if scheme == "half" else ("learns", 800)
        rounds = (one_round(outcome, hits=hits, seed=seed) for seed in self.plan.seeds)
        return record(*rounds, model=model, scheme=scheme)


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Path of the table that the command reads and writes: one row, NN-I single."""
    path = tmp_path / "expectations.csv"
    write_expectations([expectation("learns", 0.81, 0.82, "old", scheme="single")], path)
    load = functools.partial(load_expectations, path)
    load.cache_clear = load_expectations.cache_clear
    for module, name, stand_in in (
        (pair_module, "PairTrainer", type("FreshTrainer", (Trainer,), {})),
        (table_module, "load_expectations", load),
        (table_module, "write_expectations", lambda rows: write_expectations(rows, path)),
        (table_module, "conditions_of", lambda r: Conditions(r.protocol.name, *r.pair, "3", "cpu")),
        (progress_module, "real_terminal", lambda: None),
    ):
        monkeypatch.setattr(module, name, stand_in)
    monkeypatch.setattr(framework, "device", lambda: CPU)
    monkeypatch.setattr(framework, "tensorflow_version", lambda: "2.21.0")
    monkeypatch.setattr(framework, "keras_version", lambda: "3.15.1")
    return path


def printed_lines(models="NN-I", schemes="half", write=False):
    """What the command says with the seeds that it takes by itself, `SEEDS`."""
    parser = argparse.ArgumentParser()
    CALIBRATE.add_options(parser)
    arguments = ["--models", models, "--schemes", schemes, *(["--write"] if write else [])]
    result = CALIBRATE.run(parser.parse_args(arguments))
    assert result.exit_code == OK
    return list(result.lines)


def test_a_row_is_told_with_its_evidence(path):
    [line] = printed_lines()
    row, evidence = line.split("\n")
    assert row == "NN-I half: diverged 0.0000 to 0.2800"
    assert evidence.startswith(
        "  diverged in 8 of 8 seeds 1000-1007; accuracy 0.1000 to 0.1000; " + MADE_WITH
    )


def test_a_missing_kernel_has_no_band_to_tell(path):
    [line] = printed_lines(schemes="mixed")
    row, evidence = line.split("\n")
    assert row == "NN-I mixed: unsupported"
    assert evidence.startswith("  no kernel for Qr in float16; " + MADE_WITH)


def test_a_row_wider_than_the_one_in_force_is_told(path):
    """All seeds score the same; the band is as wide as one example of 1000 makes it."""
    row, _, *wider = printed_lines(schemes="single")
    assert row.startswith("NN-I single: learns 0.7960 to 0.8040\n")
    assert wider == ["  wider than the row in force: accuracy_min 0.8100 -> 0.7960"]


def test_the_row_in_force_is_tried_on_the_seeds(path):
    """Eight rounds of .80 make 56 sessions of three; the row in force asks for .81."""
    _, tried, _ = printed_lines(schemes="single")
    assert tried == (
        "  the row in force passes 0 of 56 sessions of these seeds, "
        "and notices a loss of 0.03 in 56 of these 56"
    )


def test_a_missing_kernel_makes_one_session(path):
    lines = printed_lines(schemes="mixed", write=True) + printed_lines(schemes="mixed")
    assert lines[-1] == "  the row in force passes 1 of 1 session of these seeds"


def test_rows_are_tried_together(path):
    printed_lines(schemes="double,half,mixed", write=True)
    lines = printed_lines(schemes="double,half,mixed")
    assert "  the row in force passes 56 of 56 sessions of these seeds" in lines
    assert lines[-1] == "the 3 rows in force pass together at a rate of 1.0000"


@pytest.mark.parametrize(
    ("device", "where"),
    [
        (CPU, "cpu without oneDNN"),
        (
            framework.Device("cpu", None, None, None, None, tf32=True, xla=False, onednn=True),
            "cpu with oneDNN",
        ),
        (
            framework.Device("gpu", "T4", "7.5", "12.5", "9", tf32=True, xla=False, onednn=True),
            "T4",
        ),
    ],
)
def test_evidence_ends_with_versions_device_and_date(path, monkeypatch, device, where):
    monkeypatch.setattr(framework, "device", lambda: device)
    made_with = printed_lines()[0].rpartition("; ")[2]
    versions, date = made_with.rsplit(", ", 1)
    assert versions == f"TensorFlow 2.21.0, Keras 3.15.1, {where}"
    year, month, day = map(int, date.split("-"))
    assert year >= 2025
    assert 1 <= month <= 12
    assert 1 <= day <= 31


def test_nothing_is_written_unless_asked(path):
    before = path.read_bytes()
    printed_lines(schemes="single,half")
    assert path.read_bytes() == before


def test_rows_are_written_and_others_kept(path):
    printed_lines(schemes="half,double", write=True)
    assert {key.scheme: row.outcome for key, row in load_expectations(path).items()} == {
        "double": "learns",
        "single": "learns",
        "half": "diverged",
    }


def test_a_written_row_takes_the_place_of_the_old_one(path):
    printed_lines(schemes="single", write=True)
    [row] = load_expectations(path).values()
    assert (row.accuracy_min, row.accuracy_max) == (0.796, 0.804)
    assert row.evidence.startswith("learns in 8 of 8 seeds 1000-1007")


def test_what_was_measured_before_the_run_was_broken_off_is_kept(path):
    pair_module.PairTrainer.broken = ("single",)
    with pytest.raises(KeyboardInterrupt):
        printed_lines(schemes="half,single", write=True)
    assert [key.scheme for key in load_expectations(path)] == ["single", "half"]


def test_every_pair_is_trained_once_a_seed_model_by_model(path):
    printed_lines(models="NN-I,NN-T", schemes="half,single")
    plans = pair_module.PairTrainer.plans
    assert [plan.pair for plan in plans] == [
        ("NN-I", "half"),
        ("NN-I", "single"),
        ("NN-T", "half"),
        ("NN-T", "single"),
    ]
    assert {(plan.protocol.name, plan.seeds, plan.warmups) for plan in plans} == {
        ("quick", tuple(SEEDS), 0)
    }


def test_missing_data_is_told_before_any_training(path, monkeypatch):
    def check_available(name, source):
        asked.append((name, source))
        if name == "imdb_reviews":
            raise DataError("imdb_reviews: not there")

    asked = []
    monkeypatch.setattr(inputs_module, "check_available", check_available)
    with pytest.raises(DataError, match="imdb_reviews: not there"):
        printed_lines(models="NN-I,CNN-I,NN-T,RNN-T")
    assert pair_module.PairTrainer.plans == ()
    assert asked == [("fashion_mnist", "sample"), ("imdb_reviews", "sample")]


@pytest.mark.parametrize("broken", [(), ("half",)])
def test_the_progress_line_is_closed_whatever_happens(path, monkeypatch, broken):
    calls = []

    class Line:
        def __init__(self, terminal):
            calls.append(terminal)

        def start(self, plan, column):
            calls.append((*plan.pair, column))

        def advance(self, round_number, epoch):
            pass

        def stop(self):
            calls.append("stop")

    monkeypatch.setattr(progress_module, "real_terminal", lambda: "terminal")
    monkeypatch.setattr(progress_module, "ProgressLine", Line)
    pair_module.PairTrainer.broken = broken
    try:
        printed_lines()
    except KeyboardInterrupt:
        assert broken
    assert calls == ["terminal", ("NN-I", "half", 0), "stop"]
