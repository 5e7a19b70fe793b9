"""The `lowprec` command: quick help, one message for an error, exit codes that can be trusted."""

import io
import platform
import subprocess
import sys
from contextlib import suppress
from importlib import metadata

import pytest

from lowprec import __version__, cli
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


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("chekc", "argument COMMAND: unknown name 'chekc', expected one of data, calibrate, "),
        ("chekc", "; did you mean 'check'?"),
        ("data prepair", "argument COMMAND: unknown name 'prepair', expected one of status, prep"),
        ("doctor nn-i half", "argument MODEL: unknown name 'nn-i', expected one of NN-I, CNN-I, "),
        ("doctor nn-i half", "; did you mean 'NN-I'?"),
        ("doctor NN-I hlaf", "; did you mean 'half'?"),
        ("profile NN-I half --against Singel", "argument --against: unknown name 'Singel', "),
        ("compare --across Keras", "; did you mean 'keras'?"),
        ("calibrate --schemes quater", "; did you mean 'quarter'?"),
        ("check --format jsn", "expected one of table, markdown, json; did you mean 'json'?"),
    ],
)
def test_a_mistyped_name_is_told_with_the_one_that_is_near(capsys, arguments, message):
    with pytest.raises(SystemExit) as caught:
        main(arguments.split())
    assert caught.value.code == 2
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_a_name_that_is_near_none_is_told_without_a_guess(capsys):
    with pytest.raises(SystemExit):
        main(["--", "zzz"])
    assert capsys.readouterr().err.endswith("profile, nightly, issues\n")


def test_version(capsys, monkeypatch):
    known = {"tensorflow": "2.21.0", "tf-keras": "2.21.1"}

    def version(name):
        if name not in known:
            raise metadata.PackageNotFoundError(name)
        return known[name]

    monkeypatch.setattr(metadata, "version", version)
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    python = platform.python_version()
    assert capsys.readouterr().out == (
        f"lowprec {__version__}, Python {python}, tensorflow 2.21.0, tf-keras 2.21.1\n"
    )


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


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--storage", "http://user:secret@host/x"],
        ["check", "--storage", "user:secret@host/x"],
        ["check", "a", "b", "http://user:secret@host/x"],
        ["check", "--format", "http://user:secret@host/x"],
    ],
)
def test_no_password_is_shown(arguments, capsys):
    with suppress(SystemExit):
        assert cli.main(arguments) == 2
    told = capsys.readouterr().err
    assert "***@host/x" in told
    assert "secret" not in told


def test_what_a_message_quotes_is_shown_and_never_run(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--storage", "\x1b[2J\u202e"]) == 2
    assert capsys.readouterr().err.startswith(r"lowprec: \x1b[2J\u202e: no such folder")
