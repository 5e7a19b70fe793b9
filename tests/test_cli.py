"""The `lowprec` command: quick help, one message for an error, exit codes that can be trusted."""

import io
import subprocess
import sys

import pytest

from lowprec import cli
from lowprec.cli import main
from lowprec.commands.command import FAILED, FLAGGED, Command, Result
from lowprec.errors import DataError


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
    flag = Command(("flag",), "flags", lambda options: Result([], FLAGGED))
    monkeypatch.setattr(cli, "COMMANDS", (*cli.COMMANDS, flag))
    assert main(["flag"]) == 1


def test_a_letter_that_the_terminal_lacks_is_no_crash(monkeypatch):
    say = Command(("say",), "says", lambda options: Result(["caf\u00e9"]))
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
