"""`lowprec data`: which data sets are there, and how the full ones get ready."""

from pathlib import Path

import pytest

from lowprec.cli import main
from lowprec.data import sample
from lowprec.data.prepare import build
from lowprec.data.prepare.build import Prepared


@pytest.fixture(autouse=True)
def _no_full_sets(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "none"))


def test_status_states_missing_full_sets(capsys):
    assert main(["data", "status"]) == 0
    out = capsys.readouterr().out
    states = [tuple(line.split()[:3]) for line in out.splitlines()[2:6]]
    assert states == [
        ("fashion_mnist", "sample", "ready"),
        ("imdb_reviews", "sample", "ready"),
        ("fashion_mnist", "tfds", "missing"),
        ("imdb_reviews", "tfds", "missing"),
    ]
    assert out.count("`lowprec data prepare") >= 2


def test_status_fits_80_columns_but_for_paths(capsys, monkeypatch):
    path = "/data/" + "/".join(["a-deep-folder"] * 8)
    monkeypatch.setenv("TFDS_DATA_DIR", path)
    main(["data", "status"])
    lines = capsys.readouterr().out.splitlines()
    assert f"tfds: {path}" in lines
    assert f"sample: {sample.SAMPLE_DIR}" in lines  # where the checkout lies, which may be deep
    paths = (path, str(sample.SAMPLE_DIR))
    without_paths = [line for line in lines if not any(path in line for path in paths)]
    assert [line for line in without_paths if len(line) > 80] == []


def test_status_of_a_damaged_sample(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "SAMPLE_DIR", tmp_path)
    assert main(["data", "status"]) == 2
    assert "fashion_mnist.npz: cannot be read" in " ".join(capsys.readouterr().out.split())


def test_prepare_tells_what_it_did(capsys, tmp_path, monkeypatch):
    def prepare(from_dir, data_dir):
        assert (from_dir, data_dir) == (Path("files"), tmp_path)
        for name, how in (("a", "built"), ("b", "kept"), ("c", "rebuilt")):
            yield Prepared(name, tmp_path / name, how)

    monkeypatch.setattr(build, "prepare", prepare)
    assert main(["data", "prepare", "--from", "files", "--data-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"a: built, in {tmp_path}/a",
        f"b: already there and whole, left alone, in {tmp_path}/b",
        f"c: was damaged, built anew, in {tmp_path}/c",
        f"to use it, set TFDS_DATA_DIR={tmp_path}",
    ]
