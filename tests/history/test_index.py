"""The index saves work and changes nothing."""

import gc
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from lowprec.commands import check as check_module
from lowprec.history import files as files_module
from lowprec.history import folder as folder_module
from lowprec.history import index as index_module
from lowprec.history.collected import History
from lowprec.history.index import INDEX_NAME, Summaries
from lowprec.history.storage import Folder
from lowprec.history.walk import FileState
from lowprec.judging.series import Series
from lowprec.judging.session import judge_session
from lowprec.record.acceptance import Acceptance
from lowprec.record.summary import summaries_of
from lowprec.rows.matrix import Pair
from tests.literals import document, stored_document, stored_pair, summary

NOISE = (2.0, 2.02, 1.98, 2.01, 1.99)
HALF = Pair("NN-I", "half")


@pytest.fixture(autouse=True)
def any_history_is_long_enough(monkeypatch):
    monkeypatch.setattr(index_module, "LEAST_SESSIONS", 1)


@pytest.fixture
def read(monkeypatch):
    """The names of files that were read since the list was last cleared, by whomever."""
    names = []
    read_session = files_module.read_session

    def counting(path, folder):
        names.append(path.name)
        return read_session(path, folder)

    for module in (files_module, folder_module):
        monkeypatch.setattr(module, "read_session", counting)
    return names


@pytest.fixture
def judged(monkeypatch):
    """The names of sessions that were judged, rather than recalled."""
    names = []
    judge = Series.judge

    def counting(series, session, accepted=(), **how):
        names.append(session.name)
        return judge(series, session, accepted, **how)

    monkeypatch.setattr(Series, "judge", counting)
    return names


@pytest.fixture
def save(tmp_path):
    def write(day, fit_s=2.0, schemes=("half",), **changes):
        path = tmp_path / f"{day:04}_x.json"
        content = stored_document(day, dict.fromkeys(schemes, fit_s), **changes)
        path.write_text(json.dumps(content))
        return path

    return write


@pytest.fixture
def history(save, tmp_path):
    for day, fit_s in enumerate(NOISE, start=1):
        save(day, fit_s)
    return tmp_path


def check(storage, accepted=()):
    """Judge the newest session, as the command does."""
    summaries = Folder(storage).summaries()
    newest = summaries.sessions[-1]
    verdict = judge_session(newest, summaries.sessions, accepted, summaries.standings)
    summaries.keep()
    return verdict


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
    assert [session.name for session in Folder(history).summaries().sessions] == [
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


def replaced(path, content):
    """Write another content of equal size in a file's place, with its times."""
    assert len(content) == path.stat().st_size
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    scratch = path.with_suffix(".new")
    scratch.write_bytes(content)
    scratch.replace(path)
    os.utime(path, ns=times)


def overwritten(path, content):
    """Write another content of equal size into a file, and set its times back."""
    before = path.stat()
    assert len(content) == before.st_size
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # the clock of files ticks in milliseconds
        path.write_bytes(content)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [replaced, overwritten])
def test_a_file_of_other_content_is_seen_whatever_its_size_and_time(history, save, change):
    newest = save(6, 2.0)
    assert check(history).pairs[0].verdicts == ("ok",)
    change(newest, newest.read_bytes().replace(b'"fit_s": 2.0', b'"fit_s": 4.8'))
    assert check(history).pairs[0].verdicts == ("slower",)


@pytest.mark.parametrize("field", FileState._fields)
def test_a_file_is_read_again_when_anything_of_its_state_changes(history, read, monkeypatch, field):
    check(history)
    assert len(read) == 5
    state_of = FileState.of

    def changed(status):
        state = state_of(status)
        return state._replace(**{field: getattr(state, field) + 1})

    monkeypatch.setattr(FileState, "of", changed)
    check(history)
    assert len(read) == 10


@pytest.mark.parametrize("change", [replaced, overwritten])
def test_a_file_of_zeros_is_seen(history, save, change):
    newest = save(6, 2.0)
    check(history)
    change(newest, bytes(newest.stat().st_size))
    [line] = Folder(history).summaries().faults
    assert line.startswith(f"{newest}: not a stored session")


def test_no_flipped_bit_of_an_index_changes_anything(history):
    first = check(history)
    index = history / INDEX_NAME
    intact = index.read_bytes()
    plain = Folder(history).summaries().sessions
    flips = random.Random(1).sample(range(8 * len(intact)), 300)
    for bit in [0, 8 * len(intact) - 1, *flips]:
        damaged = bytearray(intact)
        damaged[bit // 8] ^= 1 << bit % 8
        index.write_bytes(damaged)
        summaries = Folder(history).summaries()
        assert (summaries.sessions, summaries.faults) == (plain, ())
        assert summaries.standings == {}
    assert check(history) == first
    assert index.read_bytes() == intact


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x93\xa1a\x80"])
def test_a_damaged_index_is_made_anew(history, content, read):
    first = check(history)
    (history / INDEX_NAME).write_bytes(content)
    read.clear()
    assert check(history) == first
    assert len(read) == 5


@pytest.fixture
def made_by(monkeypatch):
    """Sets whose code the index is made by, as if it were changed."""
    return lambda *folders: monkeypatch.setattr(index_module, "MAKERS", folders)


def test_an_index_of_other_code_is_made_anew(history, read, made_by):
    check(history)
    read.clear()
    made_by("judging")
    check(history)
    assert len(read) == 5


def test_the_index_is_made_by_all_code_that_reads_and_judges():
    """What is beside these folders has no part in what the index holds."""
    code = (
        "import sys, lowprec.history.folder, lowprec.judging.session;"
        "print(*(name for name in sys.modules if name.startswith('lowprec.')))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    folders = {name.split(".")[1] for name in output.split()}
    assert folders == {
        *(*index_module.MAKERS, "code_digest", "errors", "wording"),
        *("csv_table", "masking", "whole_files"),
    }


def test_what_is_no_index_though_its_checksum_is_right_is_made_anew(history, read):
    check(history)
    for content in (b"\xc1", b"", b"\x93\xa1x\x80\x80"):
        (history / INDEX_NAME).write_bytes(index_module._checksum(content) + content)
        read.clear()
        check(history)
        assert len(read) == 5


def test_what_is_wrong_with_the_storage_itself_is_told_with_the_index_too(history):
    (history / "latest").symlink_to("nowhere")
    for _ in range(2):
        check(history)
        [fault] = Folder(history).summaries().faults
        assert fault.startswith(f"{history / 'latest'}: is a link to nothing")


def test_a_damaged_session_is_told_every_time(history):
    path = history / "0003_x.json"
    path.write_text("{")
    for _ in range(2):
        check(history)
        assert [str(path) in line for line in Folder(history).summaries().faults] == [True]


def test_files_of_others_are_read_once(history, read):
    (history / "other.json").write_text(json.dumps(document()))
    check(history)
    read.clear()
    check(history)
    assert read == []


def test_a_copy_is_told_with_an_index_and_without(history, read):
    latest = history / "latest.json"
    latest.write_bytes((history / "0005_x.json").read_bytes())
    for _ in range(2):
        summaries = Folder(history).summaries()
        assert [session.name for session in summaries.sessions] == [
            f"000{day}_x" for day in range(1, 6)
        ]
        [line] = summaries.remarks
        assert line == f"{latest}: a copy of {history / '0005_x.json'}, not counted again"
        summaries.keep()
    assert len(read) == 6


def test_an_index_with_a_damaged_file_beside_is_not_written_again(history):
    (history / "0003_x.json").write_text("{")
    check(history)
    index = history / INDEX_NAME
    os.utime(index, ns=(1, 1))
    check(history)
    assert index.stat().st_mtime_ns == 1


def test_a_file_that_is_gone_is_gone_from_the_index(history):
    check(history)
    size = (history / INDEX_NAME).stat().st_size
    (history / "0001_x.json").unlink()
    Folder(history).summaries().keep()
    assert (history / INDEX_NAME).stat().st_size < size


def test_an_index_serves_wherever_the_storage_is_seen_from(history, read, monkeypatch):
    check(history)
    read.clear()
    monkeypatch.chdir(history.parent)
    assert len(Folder(Path(history.name)).summaries().sessions) == 5
    assert read == []


def test_collections_of_garbage_go_on_after_reading(history):
    Folder(history).summaries()
    assert gc.isenabled()
    gc.disable()
    try:
        Folder(history).summaries()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_short_history_needs_no_index(history, monkeypatch):
    monkeypatch.setattr(index_module, "LEAST_SESSIONS", 6)
    check(history)
    assert not (history / INDEX_NAME).exists()


def test_a_folder_that_cannot_be_written_has_no_index(history, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(folder_module, "replace", refuse)
    assert check(history).pairs[0].verdicts == ("ok",)
    assert not (history / INDEX_NAME).exists()


def test_an_index_that_is_a_pipe_is_not_waited_for(history):
    os.mkfifo(history / INDEX_NAME)
    assert check(history).pairs[0].verdicts == ("ok",)
    assert (history / INDEX_NAME).is_file()


def test_an_index_is_not_written_through_a_link(history, tmp_path):
    """A cloned history may hold one, under any name that is easy to guess."""
    target = tmp_path / "somebody's"
    target.write_text("kept")
    for name in (INDEX_NAME, INDEX_NAME.replace("msgpack", "tmp")):
        (history / name).symlink_to(target)
    check(history)
    assert target.read_text() == "kept"
    assert (history / INDEX_NAME).is_file()


def test_what_a_changed_history_left_is_dropped(history, save):
    for fit_s in (2.1, 2.2, 2.3, 2.4):
        os.utime(save(1, fit_s), ns=(int(fit_s * 10), 1))
        check(history)
    assert len(Folder(history).summaries().standings) <= 10


def test_an_unchanged_index_is_not_written_again(history):
    check(history)
    index = history / INDEX_NAME
    os.utime(index, ns=(1, 1))
    check(history)
    assert index.stat().st_mtime_ns == 1


def test_what_was_judged_is_kept_though_no_file_changed(history, judged):
    """As after `lowprec replay`, which reads all files and leaves nothing for later."""
    Folder(history).summaries().keep()
    assert (history / INDEX_NAME).exists()
    check(history)
    judged.clear()
    check(history)
    assert judged == ["0005_x"]


def test_the_index_changes_no_verdict(history, save):
    """Of pairs that come and go, are flagged, and have outcomes that the seed decides."""
    save(6, 3.0, ("single", "half"))
    save(7, 3.0, ("single",), tensorflow="2.22.0")
    for day in (8, 9):
        luck = stored_pair("half", (2.0, 2.1), (0.8, 0.1), outcomes=("learns", "chance"))
        content = document(luck, stored_pair("single"), day=day)
        (history / f"{day:04}_x.json").write_text(json.dumps(content))
    accepted = [Acceptance("0006_x", HALF, "a new kernel")]

    def verdicts():
        summaries = Folder(history).summaries()
        said = [
            judge_session(session, summaries.sessions, accepted, summaries.standings)
            for session in summaries.sessions
        ]
        summaries.keep()
        return said

    first = verdicts()
    assert (history / INDEX_NAME).exists()
    assert verdicts() == first
    plain = files_module.read_history(history).sessions
    assert [verdict.session for verdict in first] == list(summaries_of(plain))


def test_summaries_without_an_index_have_no_place_to_be_kept():
    sessions = (summary(1), summary(2))
    summaries = Summaries(History(sessions, ("broken",), ("a copy",)))
    assert (summaries.sessions, summaries.standings) == (sessions, {})
    assert (summaries.faults, summaries.remarks) == (("broken",), ("a copy",))
    summaries.keep()


@pytest.mark.parametrize("least", [1, 200], ids=["index", "no index"])
def test_check_reads_each_file_once(history, save, read, monkeypatch, least):
    """The first session of a machine is set against the nearest other one, too."""
    monkeypatch.setattr(index_module, "LEAST_SESSIONS", least)
    save(6, 6.0, tensorflow="2.20.0")
    result = check_module.check(Folder(history), None, "table")
    text = "\n".join(result.lines)
    assert text.startswith("0006: ")
    assert "First session of tf2.20.0-keras3.15.1-cpu-" in text
    assert "slower: NN-I half: 2 s -> 6 s" in text
    assert sorted(read) == [f"{day:04}_x.json" for day in range(1, 7)]
