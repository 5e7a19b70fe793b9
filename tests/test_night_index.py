"""The index saves work and changes nothing."""

import json
import os

import pytest

from lowprec import gate, night_index
from lowprec.gate_verdicts import Acceptance
from lowprec.history import read_session
from lowprec.night_index import INDEX_NAME, read_nights
from tests.literals import document, stored_document

NOISE = (2.0, 2.02, 1.98, 2.01, 1.99)
HALF = ("NN-I", "half")


@pytest.fixture(autouse=True)
def any_history_is_long_enough(monkeypatch):
    monkeypatch.setattr(night_index, "LEAST_SESSIONS", 1)


@pytest.fixture
def read(monkeypatch):
    """The names of files that were read since the list was last cleared."""
    names = []

    def counting(path):
        names.append(path.name)
        return read_session(path)

    monkeypatch.setattr(night_index, "read_session", counting)
    return names


@pytest.fixture
def judged(monkeypatch):
    """The names of sessions that were judged, rather than recalled."""
    names = []
    judge = gate.Series.judged

    def counting(series, night, accepted=()):
        names.append(night.name)
        return judge(series, night, accepted)

    monkeypatch.setattr(gate.Series, "judged", counting)
    return names


@pytest.fixture
def save(tmp_path):
    def write(day, fit_s=2.0, schemes=("half",)):
        path = tmp_path / f"{day:04}_x.json"
        path.write_text(json.dumps(stored_document(day, dict.fromkeys(schemes, fit_s))))
        return path

    return write


@pytest.fixture
def history(save, tmp_path):
    for day, fit_s in enumerate(NOISE, start=1):
        save(day, fit_s)
    return tmp_path


def check(storage, accepted=()):
    """Judge the newest session, as the command does."""
    nights = read_nights(storage)
    found = nights.judge(nights.nights[-1], accepted)
    nights.keep()
    return found


def test_the_second_time_nothing_is_read_and_one_session_is_judged(history, read, judged):
    first = check(history)
    assert (len(read), len(judged)) == (5, 5)
    read.clear()
    judged.clear()
    assert check(history) == first
    assert (read, judged) == ([], ["0005_x"])


def test_a_new_session_alone_is_read(history, save, read, judged):
    check(history)
    read.clear()
    judged.clear()
    save(6, 3.0)
    [half] = check(history).pairs
    assert half.verdicts == ("slower",)
    assert (read, judged) == (["0006_x.json"], ["0005_x", "0006_x"])


def test_a_changed_file_is_read_again_and_later_sessions_are_judged_again(
    history, save, read, judged
):
    save(6, 2.0)
    check(history)
    read.clear()
    judged.clear()
    path = save(3, 2.5)
    os.utime(path, ns=(1, 1))
    changed = check(history)
    assert read == ["0003_x.json"]
    assert judged == ["0003_x", "0004_x", "0005_x", "0006_x"]
    (history / INDEX_NAME).unlink()
    assert check(history) == changed


def test_a_file_that_is_gone_is_gone(history):
    check(history)
    (history / "0002_x.json").unlink()
    assert [night.name for night in read_nights(history).nights] == [
        *("0001_x", "0003_x", "0004_x", "0005_x")
    ]


def test_an_acceptance_is_seen_through_the_index(history, save, judged):
    save(6, 3.0)
    save(7, 3.0)
    assert check(history).pairs[0].verdicts == ("slower",)
    judged.clear()
    accepted = [Acceptance("0006_x", HALF, "a new kernel")]
    assert check(history, accepted).pairs[0].verdicts == ("no baseline",)
    assert judged == ["0006_x", "0007_x"]


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93\xa1a\x80"])
def test_a_damaged_index_is_made_anew(history, content, read):
    first = check(history)
    (history / INDEX_NAME).write_bytes(content)
    read.clear()
    assert check(history) == first
    assert len(read) == 5


def test_an_index_of_other_code_is_made_anew(history, read, monkeypatch):
    check(history)
    read.clear()
    monkeypatch.setattr(night_index, "MAKERS", ("gate",))
    check(history)
    assert len(read) == 5


def test_a_damaged_session_is_told_every_time(history):
    path = history / "0003_x.json"
    path.write_text("{")
    for _ in range(2):
        check(history)
        assert [str(path) in line for line in read_nights(history).unreadable] == [True]


def test_files_of_others_are_read_once(history, read):
    (history / "other.json").write_text(json.dumps(document()))
    check(history)
    read.clear()
    check(history)
    assert read == []


def test_a_short_history_needs_no_index(history, monkeypatch):
    monkeypatch.setattr(night_index, "LEAST_SESSIONS", 6)
    check(history)
    assert not (history / INDEX_NAME).exists()


def test_a_folder_that_cannot_be_written_has_no_index(history, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(night_index.Path, "write_bytes", refuse)
    assert check(history).pairs[0].verdicts == ("ok",)
    assert not (history / INDEX_NAME).exists()


def test_what_a_changed_history_left_is_dropped(history, save):
    for fit_s in (2.1, 2.2, 2.3, 2.4):
        os.utime(save(1, fit_s), ns=(int(fit_s * 10), 1))
        check(history)
    assert len(read_nights(history)._index.standings) <= 10
