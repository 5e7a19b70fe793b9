"""`lowprec calibrate` in one process and in two workers: the same rows, to the digit."""

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="needs the extra cluster: pip install -e '.[cluster]'")

from lowprec.seeds.journal import Journal

COMMAND = (sys.executable, "-m", "lowprec", "calibrate", "--models", "NN-I", "--schemes", "single")


def calibrated(cache, *options):
    """What the command prints, and its rounds with losses in hexadecimal."""
    result = subprocess.run(
        [*COMMAND, *options],
        check=True,
        capture_output=True,
        text=True,
        env={"XDG_CACHE_HOME": str(cache), "PATH": "", "PYTHONPATH": ":".join(sys.path)},
        cwd=Path(__file__).parents[2],
    )
    rounds, faults = Journal(cache / "lowprec" / "calibration.jsonl").read()
    assert (faults, result.stderr) == ([], "")
    return result.stdout, {
        each.work.seed: ([x.hex() for x in each.round.loss], each.round.test_hits)
        for each in rounds
    }


def test_two_workers_make_the_row_of_one_process(tmp_path):
    one = calibrated(tmp_path / "one")
    assert sorted(one[1]) == list(range(1000, 1008))
    assert calibrated(tmp_path / "two", "--workers", "2") == one
