"""What is seen of commands in poor surroundings."""

import json
import subprocess
from subprocess import CompletedProcess

import pytest

from lab.hostile import hosts, surroundings
from lab.hostile.surroundings import COMMANDS, SURROUNDINGS, Surrounding

ONE = {"history/0001.json": b"{}"}
TWO = {**ONE, "history/0002.json": b"{}"}


@pytest.mark.parametrize(
    ("program", "code", "said", "after", "wrong"),
    [
        ("lowprec", 0, b"", ONE, None),
        ("lowprec", 1, b"", TWO, None),
        ("lowprec", 2, b"no space", ONE, None),
        ("lowprec", 2, b"no space", TWO, "files changed"),
        ("lowprec", 2, b"Traceback (most recent call last)", ONE, "traceback"),
        ("lowprec", 99, b"", ONE, "exit code 99"),
        ("lowprec", -9, b"", ONE, "exit code -9"),
        ("pytest", 0, b"", TWO, None),
        ("pytest", 0, b"", ONE, "session lost"),
        ("pytest", 1, b"", ONE, "session lost"),
        ("pytest", 4, b"", ONE, None),
        ("pytest", 4, b"", TWO, "files changed"),
        ("pytest", 2, b"", TWO, "exit code 2"),
    ],
)
def test_what_should_not_be_is_found(program, code, said, after, wrong):
    done = CompletedProcess([], code, said, b"")
    assert surroundings._wrong(program, done, ONE, after) == wrong


@pytest.mark.parametrize("what", ["mounts", "clocks"])
def test_what_this_machine_cannot_be_made_is_no_pass(monkeypatch, what):
    for made in ("mounts", "clocks"):
        monkeypatch.setattr(surroundings, f"has_{made}", lambda made=made: made != what)
    rows = {
        name: {
            surroundings._tried(surrounding, arguments, "")
            for command, arguments in COMMANDS.items()
            if command != "session" or surrounding.trains
        }
        for name, surrounding in SURROUNDINGS.items()
        if not surrounding.is_possible
    }
    assert len(rows) == (2 if what == "mounts" else 3)
    assert all(row == {"not tried here"} for row in rows.values())


def test_a_session_is_not_tried_everywhere():
    assert surroundings._tried(Surrounding(), COMMANDS["session"], "") == "-"


def test_a_clock_that_jumps(tmp_path, monkeypatch):
    monkeypatch.setattr(hosts, "JUMP_AFTER_S", 0.001)
    seen = set()
    with hosts.clock(tmp_path / "clock", ("+0", "-400d")) as changes:
        assert changes["FAKETIME_TIMESTAMP_FILE"] == str(tmp_path / "clock")
        while seen != {"+0", "-400d"}:
            seen |= {(tmp_path / "clock").read_text()} - {""}


def test_a_session_of_another_year(tmp_path):
    path = tmp_path / "0001.json"
    path.write_text(json.dumps({"datetime": "2026-03-01T02:00:00+00:00", "benchmarks": []}))
    surroundings._dated(1970, path)
    assert json.loads(path.read_text())["datetime"] == "1970-03-01T02:00:00+00:00"


@pytest.mark.parametrize("kind", hosts.MOUNTS)
def test_a_mount_is_of_one_command_and_what_it_leaves_is_kept(tmp_path, kind):
    if not hosts.has_mounts():
        pytest.skip("mounting is not allowed here")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").write_text("one")
    command = hosts.in_mounts(kind, folder, ["sh", "-c", f"echo two > {folder}/b"])
    assert subprocess.run(command, capture_output=True).returncode != 0
    after = surroundings._files(tmp_path / f"folder{hosts.AFTER}")
    assert after.pop("b", b"") == b""  # a full disk has room for a name
    assert after == {"a": b"one"}
    assert [path.name for path in folder.iterdir()] == ["a"]
