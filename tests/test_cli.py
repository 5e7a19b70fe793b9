"""The `lowprec` command: quick help, one message for an error, exit codes that can be trusted."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from lowprec import cli, sample
from lowprec.cli import main
from lowprec.commands import FAILED, FLAGGED, Command
from lowprec.errors import DataError
from lowprec.prepare import Prepared


@pytest.fixture(autouse=True)
def _no_full_sets(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "none"))


@pytest.mark.parametrize(
    "arguments", ["--help", "--version", "data --help", "data prepare --help", "data nonsense"]
)
def test_help_imports_nothing_heavy(arguments):
    code = f"""
import sys
from lowprec.cli import main
from lowprec.commands import FAILED, FLAGGED, Command
try:
    main({arguments.split()!r})
except SystemExit:
    pass
heavy = {{"tensorflow", "tensorflow_datasets", "keras", "pandas", "numpy", "tqdm", "tabulate"}}
print("imported", sorted(heavy & set(sys.modules)))
"""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert result.stdout.splitlines()[-1] == "imported []", result.stderr


def test_module_runs_the_command():
    result = subprocess.run(
        [sys.executable, "-m", "lowprec", "data", "status"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0
    assert result.stderr == ""


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["data"], ["data", "prepare", "--form"]])
def test_wrong_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: lowprec" in capsys.readouterr().err


def test_version(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("lowprec ")


def test_status_states_missing_full_sets(capsys, tmp_path):
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
    assert [line for line in lines if len(line) > 80 and path not in line] == []


def test_status_of_a_damaged_sample(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "SAMPLE_DIR", tmp_path)
    assert main(["data", "status"]) == 2
    assert "fashion_mnist.npz: cannot be read" in " ".join(capsys.readouterr().out.split())


def test_prepare_tells_what_it_did(capsys, tmp_path, monkeypatch):
    def prepare(from_dir, data_dir, on_done):
        assert (from_dir, data_dir) == (Path("files"), tmp_path)
        for name, how in (("a", "built"), ("b", "kept"), ("c", "rebuilt")):
            on_done(Prepared(name, tmp_path / name, how))

    monkeypatch.setattr("lowprec.prepare.prepare", prepare)
    assert main(["data", "prepare", "--from", "files", "--data-dir", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"a: built, in {tmp_path}/a",
        f"b: already there and whole, left alone, in {tmp_path}/b",
        f"c: was damaged, built anew, in {tmp_path}/c",
        f"to use it, set TFDS_DATA_DIR={tmp_path}",
    ]


def test_error_is_one_message(capsys, tmp_path):
    assert main(["data", "prepare", "--from", str(tmp_path / "nowhere")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        f"lowprec: {tmp_path / 'nowhere'}: not a folder; name the folder that holds the data files"
    ]


@pytest.mark.parametrize(
    ("error", "traceback"), [(DataError("no data"), False), (KeyError("a bug"), True)]
)
def test_exit_code_of_a_failure_is_not_that_of_a_finding(capsys, monkeypatch, error, traceback):
    def fail(options):
        raise error

    monkeypatch.setattr(cli, "COMMANDS", (Command(("fail",), "fails", fail),))
    assert main(["fail"]) == FAILED
    assert ("Traceback" in capsys.readouterr().err) == traceback


def test_command_outside_a_group_and_its_exit_code(monkeypatch):
    flag = Command(("flag",), "flags", lambda options: FLAGGED)
    monkeypatch.setattr(cli, "COMMANDS", (*cli.COMMANDS, flag))
    assert main(["flag"]) == 1


def test_a_letter_that_the_terminal_lacks_is_no_crash(monkeypatch):
    say = Command(("say",), "says", lambda options: print("caf\u00e9"))
    monkeypatch.setattr(cli, "COMMANDS", (say,))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    main(["say"])
    assert sys.stdout.buffer.getvalue() == rb"caf\xe9" + b"\n"


def test_reader_that_goes_away_is_no_crash(monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    command = [sys.executable, "-m", "lowprec", "data", "status"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == FAILED
