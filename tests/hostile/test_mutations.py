"""Damaged histories through the commands that read one."""

import json
import random

import pytest

from lab.hostile.damage import DAMAGES
from lab.hostile.mutations import tried
from lowprec.history import files
from tests.literals import document, environment, parted, stored_pair


@pytest.fixture
def sources(tmp_path):
    """Five small sessions, three of another TensorFlow."""
    paths = []
    for day in range(1, 6):
        pairs = [
            stored_pair(s, (2.0,), (0.8,), **parted(2 + day / 100)) for s in ("single", "half")
        ]
        made = environment(tensorflow="2.20.0" if day < 4 else "2.21.0")
        paths.append(tmp_path / "stored" / f"{day:04}_x.json")
        paths[-1].parent.mkdir(exist_ok=True)
        paths[-1].write_text(json.dumps(document(*pairs, day=day, environment=made)))
    return paths


def test_no_damage_ends_in_a_traceback_or_a_silent_pass(sources, monkeypatch):
    monkeypatch.setattr("lab.hostile.mutations.REPORT_EVERY", 1000)
    found = dict.fromkeys(DAMAGES, ())
    for name, findings in tried(sources, count=30, seed=4):
        found[name] += tuple(findings)
    assert found == dict.fromkeys(DAMAGES, ())


def test_what_should_not_be_is_found(sources, monkeypatch):
    """A reader that fails, and one that takes anything for a file of others."""

    def failing(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(files, "_from_file", failing)
    monkeypatch.setattr("lab.hostile.mutations.DAMAGES", {"none": lambda content, _: content})
    ((_, findings),) = tried(sources, count=1, seed=1)
    assert {finding.what for finding in findings} == {"traceback"}
    monkeypatch.undo()
    monkeypatch.setattr("lab.hostile.mutations.lowprec", lambda _: 0)
    monkeypatch.setattr("lab.hostile.mutations.DAMAGES", {"emptied": lambda *_: b"{}"})
    ((_, findings),) = tried(sources, count=1, seed=1)
    assert {finding.what for finding in findings} == {"silent pass"}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_one_and_the_same_for_a_seed(name):
    content = json.dumps(document(stored_pair())).encode()
    damaged = {DAMAGES[name](content, random.Random(seed)) for seed in range(20)}
    assert len(damaged) > 10
    assert DAMAGES[name](content, random.Random(3)) in damaged
