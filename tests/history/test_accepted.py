"""The table of accepted changes beside the history."""

import pytest

from lowprec import whole_files
from lowprec.errors import HistoryError
from lowprec.history.accepted import ACCEPTED_NAME, load_acceptances, write_acceptances
from lowprec.record.acceptance import Acceptance
from lowprec.rows.matrix import Pair

HALF = Acceptance("0011_x", Pair("NN-I", "half"), "a new kernel, see #12")
ALL = Acceptance("0012_x", None, 'the machine was "moved", twice')


def test_what_is_written_is_read_back(tmp_path):
    write_acceptances(tmp_path / ACCEPTED_NAME, [HALF, ALL])
    assert load_acceptances(tmp_path / ACCEPTED_NAME) == (HALF, ALL)
    assert (tmp_path / ACCEPTED_NAME).read_text().splitlines()[:2] == [
        "session,model,scheme,reason",
        '0011_x,NN-I,half,"a new kernel, see #12"',
    ]


def test_each_row_has_its_place_for_messages(tmp_path):
    path = tmp_path / ACCEPTED_NAME
    write_acceptances(path, [HALF, ALL])
    assert [row.where for row in load_acceptances(path)] == [f"{path}:2", f"{path}:3"]


def test_no_table_is_nothing_accepted(tmp_path):
    assert load_acceptances(tmp_path / ACCEPTED_NAME) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "columns are None"),
        ("session,pair\n", r"columns are \['session', 'pair'\]"),
        ("session,model,scheme,reason\n0011_x,NN-I,half\n", ":2: expected 4 values"),
        ("session,model,scheme,reason\n0011_x,,,ok\n,NN-I,half,why\n", ":3: expected a session"),
        ("session,model,scheme,reason\n0011_x,NN-I,,why\n", ":2: expected a session"),
        ("session,model,scheme,reason\n0011_x,NN-I,half, \n", ":2: expected a session"),
        ('session,model,scheme,reason\n0011_x,,,"ok\n', "cannot be read"),
    ],
)
def test_a_wrong_table_is_named_with_its_line(tmp_path, text, message):
    (tmp_path / ACCEPTED_NAME).write_text(text)
    with pytest.raises(HistoryError, match=message):
        load_acceptances(tmp_path / ACCEPTED_NAME)


def test_a_full_disk_keeps_what_it_had(tmp_path, monkeypatch):
    write_acceptances(tmp_path / ACCEPTED_NAME, [HALF])

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", fail)
    with pytest.raises(HistoryError, match=r"accepted\.csv: cannot be written"):
        write_acceptances(tmp_path / ACCEPTED_NAME, [HALF, ALL])
    assert load_acceptances(tmp_path / ACCEPTED_NAME) == (HALF,)


def test_what_is_read_can_be_shown(tmp_path):
    path = tmp_path / ACCEPTED_NAME
    path.write_text("session,model,scheme,reason\n0001,,,\x1b[2Jmoved\n", encoding="utf-8")
    assert load_acceptances(path)[0].reason == r"\x1b[2Jmoved"
