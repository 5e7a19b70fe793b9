"""The file of finished rounds: what is read again, damaged lines, and what is forgotten."""

from pathlib import Path

import msgspec
import pytest

from lowprec.errors import UsageError
from lowprec.seeds.journal import Journal, default_journal
from tests.seeds.rounds import MAKER, environment, finished, without_kernel, works


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "new" / "calibration.jsonl")


def test_what_is_added_is_read_again(journal):
    first, second, _ = works()
    rounds = [finished(first, 810), without_kernel(second)]
    for each in rounds:
        journal.add(each)
    assert journal.read() == (rounds, [])
    assert journal.added == 2
    assert len(journal.path.read_text().splitlines()) == 2


def test_no_file_has_no_rounds(journal):
    assert journal.read() == ([], [])


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (lambda line: line[: len(line) // 2], "Input data was truncated"),
        (lambda line: line.replace(b'"test_hits":800', b'"test_hits":801'), "its checksum is not"),
        (lambda line: b"\xff\xfe", "invalid"),
        (lambda line: b"{}", "missing required field"),
    ],
)
def test_a_damaged_line_is_named_and_hides_no_other(journal, damage, fault):
    for work in works():
        journal.add(finished(work))
    first, second, third = journal.path.read_bytes().splitlines()
    journal.path.write_bytes(b"\n".join([first, b"", damage(second), third, b""]))
    rounds, [line] = journal.read()
    assert [each.work.seed for each in rounds] == [1000, 1002]
    assert line.startswith(f"{journal.path}:3: no finished round: ")
    assert fault in line
    assert line.endswith("; it is trained again")


def test_a_round_after_a_torn_one_has_a_line_of_its_own(journal):
    first, second, _ = works()
    journal.add(finished(first))
    journal.path.write_bytes(journal.path.read_bytes()[:-10])
    journal.add(finished(second))
    rounds, faults = journal.read()
    assert [each.work.seed for each in rounds] == [1001]
    assert len(faults) == 1


def test_rounds_are_forgotten_and_others_kept(journal):
    first, second, _ = works()
    keras_2 = msgspec.structs.replace(MAKER, environment=environment(keras="2.15.0"))
    elsewhere = finished(first, maker=keras_2)
    for each in (finished(first), elsewhere, finished(second)):
        journal.add(each)
    with journal.path.open("ab") as file:
        file.write(b"damaged\n")
    journal.forget([finished(first, day="2026-11-26")])
    assert journal.read() == ([elsewhere, finished(second)], [])


def test_without_any_rounds_left_there_is_no_file(journal):
    first, second, _ = works()
    for work in (first, second):
        journal.add(finished(work))
    journal.forget([finished(first), finished(second)])
    assert not journal.path.exists()
    journal.forget([finished(first)])


def test_a_place_that_cannot_be_written_is_told_with_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "calibration.jsonl")
    with pytest.raises(UsageError, match=r"finished round cannot be kept: .*XDG_CACHE_HOME"):
        journal.add(finished(works(1)[0]))


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"cannot be read: .*Is a directory"):
        Journal(tmp_path).read()


def test_where_it_lies_follows_the_users_cache(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache/me")
    assert default_journal() == Path("/var/cache/me/lowprec/calibration.jsonl")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert default_journal() == Path("/home/me/.cache/lowprec/calibration.jsonl")
