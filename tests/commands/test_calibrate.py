"""The `calibrate` command: what it says, writes and keeps, on rounds that are not trained."""

import argparse
import functools
import sys

import pytest

from lowprec.cli import main
from lowprec.commands.calibrate import CALIBRATE
from lowprec.commands.command import FAILED, OK
from lowprec.data import inputs as inputs_module
from lowprec.errors import BrokenOffError, ClusterError, DataError, UsageError
from lowprec.expectations.table import load_expectations, write_expectations
from lowprec.seeds import here as here_module
from lowprec.seeds import rows as rows_module
from lowprec.seeds.journal import Journal, default_journal
from tests.literals import INFO, expectation
from tests.seeds.rounds import MAKER, finished, without_kernel

SEEDS = range(1000, 1008)
MADE_WITH = "TensorFlow 2.21.0, Keras 3.15.1, cpu without oneDNN, 2026-11-25"


class Place:
    """Stands for a place where rounds are trained: `half` diverges, `mixed` has no kernel."""

    maker = MAKER
    broken = None
    trained = ()

    def __init__(self, protocol):
        self.protocol = protocol

    def data(self, model):
        return INFO

    def train(self, works, keep):
        for work in works:
            if self.broken and work.scheme == "single" and work.seed == 1003:
                raise self.broken
            type(self).trained += (work,)
            keep(self.round_of(work))
            yield self.round_of(work)

    def round_of(self, work):
        if work.scheme == "mixed":
            return without_kernel(work)
        outcome, hits = ("diverged", 100) if work.scheme == "half" else ("learns", 800)
        return finished(work, hits, outcome=outcome)


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Path of the table that the command reads and writes: one row, NN-I single."""
    path = tmp_path / "expectations.csv"
    write_expectations([expectation("learns", 0.81, 0.82, "old", scheme="single")], path)
    load = functools.partial(load_expectations, path)
    load.cache_clear = load_expectations.cache_clear
    for module, name, stand_in in (
        (here_module, "Here", type("FreshPlace", (Place,), {})),
        (rows_module, "load_expectations", load),
        (rows_module, "write_expectations", lambda rows: write_expectations(rows, path)),
    ):
        monkeypatch.setattr(module, name, stand_in)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return path


def trained():
    return [(work.scheme, work.seed) for work in here_module.Here.trained]


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


def test_every_pair_is_trained_once_a_seed_model_by_model(path):
    printed_lines(models="NN-I,NN-T", schemes="half,single")
    works = here_module.Here.trained
    assert [(w.model, w.scheme, w.seed) for w in works] == [
        (model, scheme, seed)
        for model in ("NN-I", "NN-T")
        for scheme in ("half", "single")
        for seed in SEEDS
    ]
    assert {work.protocol for work in works} == {"quick"}


def test_missing_data_is_told_before_any_training(path, monkeypatch):
    def check_available(name, source):
        asked.append((name, source))
        if name == "imdb_reviews":
            raise DataError("imdb_reviews: not there")

    asked = []
    monkeypatch.setattr(inputs_module, "check_available", check_available)
    with pytest.raises(DataError, match="imdb_reviews: not there"):
        printed_lines(models="NN-I,CNN-I,NN-T,RNN-T")
    assert here_module.Here.trained == ()
    assert asked == [("fashion_mnist", "sample"), ("imdb_reviews", "sample")]


def test_what_was_broken_off_goes_on_where_it_stopped(path):
    """Eight rounds of half and three of single are kept; the row of half is written."""
    here_module.Here.broken = KeyboardInterrupt()
    with pytest.raises(BrokenOffError) as raised:
        printed_lines(schemes="half,single", write=True)
    journal = default_journal()
    assert str(raised.value) == (
        f"broken off; 11 finished rounds of this run are kept in {journal}, and the same command "
        "goes on from there"
    )
    assert [key.scheme for key in load_expectations(path)] == ["single", "half"]
    here_module.Here.broken, here_module.Here.trained = None, ()
    told, row, *_ = printed_lines(schemes="single")
    assert told == (
        f"3 of 8 rounds were finished earlier; {journal} has them, and without it they are trained "
        "again"
    )
    assert row.startswith("NN-I single: learns 0.7960 to 0.8040\n  learns in 8 of 8 seeds")
    assert trained() == [("single", seed) for seed in SEEDS[3:]]


def test_rounds_are_kept_until_their_row_is_written(path):
    printed_lines(schemes="half,single")
    here_module.Here.trained = ()
    printed_lines(schemes="half", write=True)
    assert trained() == []
    [*rounds], _ = Journal(default_journal()).read()
    assert {each.work.scheme for each in rounds} == {"single"}
    printed_lines(schemes="single", write=True)
    assert not default_journal().exists()
    printed_lines(schemes="half")
    assert trained() == [("half", seed) for seed in SEEDS]


def test_a_damaged_round_is_named_and_trained_again(path):
    printed_lines()
    lines = default_journal().read_bytes().splitlines(True)
    default_journal().write_bytes(b"".join([lines[0][:-20] + b"\n", *lines[1:]]))
    here_module.Here.trained = ()
    damaged, earlier, row = printed_lines()
    assert damaged.startswith(f"{default_journal()}:1: no finished round: ")
    assert earlier.startswith("7 of 8 rounds were finished earlier")
    assert row.startswith("NN-I half: diverged 0.0000 to 0.2800")
    assert trained() == [("half", 1000)]


def test_a_cluster_that_is_gone_ends_in_one_line_with_what_is_kept(path, capsys):
    here_module.Here.broken = ClusterError("tcp://there:8786: the scheduler is gone")
    assert main(["calibrate", "--models", "NN-I", "--schemes", "single"]) == FAILED
    assert capsys.readouterr().err == (
        "lowprec: tcp://there:8786: the scheduler is gone; 3 finished rounds of this run are kept "
        f"in {default_journal()}, and the same command goes on from there\n"
    )


@pytest.mark.parametrize("option", [["--workers", "2"], ["--scheduler", "tcp://there:8786"]])
def test_without_distributed_the_extra_is_named(path, monkeypatch, option):
    monkeypatch.setitem(sys.modules, "distributed", None)
    for name in [name for name in sys.modules if name.startswith("lowprec.seeds.")]:
        monkeypatch.delitem(sys.modules, name)
    parser = argparse.ArgumentParser()
    CALIBRATE.add_options(parser)
    with pytest.raises(UsageError, match=rf"{option[0]}: .* pip install 'lowprec\[cluster\]'"):
        CALIBRATE.run(parser.parse_args(option))


def test_a_scheduler_has_its_own_number_of_workers(path, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["calibrate", "--workers", "2", "--scheduler", "tcp://there:8786"])
    assert "not allowed with argument" in capsys.readouterr().err
