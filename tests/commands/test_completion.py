"""What a shell gets on TAB where a name is typed."""

import os
import subprocess
import sys
from itertools import count, takewhile

import pytest
from argcomplete import CompletionFinder

from lowprec import cli


@pytest.fixture
def offered():
    """What is offered where the cursor stands at the end of a line, by its last word."""
    finder = CompletionFinder(cli._parser(), append_space=False)

    def offer(line):
        words = line.removeprefix("lowprec ")
        lines = takewhile(bool, (finder.rl_complete(words, place) for place in count()))
        return [completed.rpartition(" ")[2] for completed in lines]

    return offer


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("lowprec ch", ["check"]),
        ("lowprec data ", ["-h", "--help", "status", "prepare"]),
        ("lowprec doctor N", ["NN-I", "NN-T"]),
        ("lowprec doctor NN-I mixed", ["mixed", "mixed-bfloat16"]),
        ("lowprec profile NN-I half --against si", ["single", "single-strict"]),
        ("lowprec compare --across keras", ["keras", "keras_backend"]),
        ("lowprec calibrate --models C", ["CNN-I"]),
        ("lowprec calibrate --models NN-I,N", ["NN-I,NN-T"]),
        ("lowprec calibrate --schemes half,q", ["half,quarter"]),
        ("lowprec accept 0001 NN-T-m", ["NN-T-mixed", "NN-T-mixed-bfloat16"]),
    ],
)
def test_names_of_the_tables(offered, line, names):
    assert offered(line) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("lowprec check --storage {} 000", ["0001_x", "0002_y", "0003_x"]),
        ("lowprec check --storage {} --session 0002", ["0002_y"]),
        ("lowprec check --storage file://{} 0002", ["0002_y"]),
        ("lowprec accept --storage {} 0003", ["0003_x"]),
        ("lowprec report --out x --storage {} 0001", ["0001_x"]),
        ("lowprec export --storage {} --session 0001", ["0001_x"]),
        ("lowprec check --storage {} Win", ["Windows/0003_x"]),
        ("lowprec check --storage {} ./", ["./0001_x"]),
        ("lowprec check --storage {} 9", []),
        ("lowprec check --storage {}/none 0", []),
        ("lowprec check --storage s3://bucket/x 0", []),
    ],
)
def test_names_of_sessions(offered, tmp_path, line, names):
    """Their files are not read: these hold nothing."""
    storage = tmp_path / "history"
    for name in ("0001_x.json", "Linux/0002_y.json", "Windows/0003_x.json", "Linux/notes.txt"):
        path = storage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert offered(line.format(storage)) == names


def test_the_command_answers_a_shell(tmp_path):
    answer = tmp_path / "answer"
    line = "lowprec repl"
    asked = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line))}
    told = {"_ARGCOMPLETE_STDOUT_FILENAME": str(answer)}
    command = [sys.executable, "-m", "lowprec"]
    subprocess.run(command, env=os.environ | asked | told, check=True)
    assert answer.read_text() == "replay "


def test_where_no_shell_asks_nothing_is_imported_for_it():
    code = "import sys; from lowprec.cli import main; main(['data', 'status']); print(*sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert "lowprec.commands.completion" in printed
    assert "argcomplete" not in printed
