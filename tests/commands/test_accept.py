"""`lowprec accept` over small stored histories."""

import time
from threading import Thread

import pytest

from lowprec import whole_files
from lowprec.commands.accept import accept
from lowprec.history import folder
from lowprec.history.storage import open_storage
from tests.commands.histories import SCHEMES, SLOWER_LINE


def table(storage):
    """The rows of the table of acceptances."""
    return (storage / "accepted.csv").read_text().splitlines()[1:]


@pytest.mark.usefixtures("six_quiet_sessions")
def test_accept(run, save, storage):
    save(7, factor=1.5)
    code, printed = run("accept", "0007", "NN-I-half", "--reason", "new kernel")
    assert (code, printed.out.splitlines()) == (
        0,
        [SLOWER_LINE, "0007_x: accepted NN-I half; their baseline starts anew there"],
    )
    assert table(storage) == ["0007_x,NN-I,half,new kernel"]
    code, printed = run("check")
    assert "NN-I half: slower; 1.50 times" in printed.out
    assert "accepted: new kernel" in " ".join(printed.out.split())
    assert code == 0


@pytest.mark.usefixtures("six_quiet_sessions")
def test_of_two_that_accept_at_once_neither_loses_its_row(run, save, storage, monkeypatch):
    save(7, fit_s=3.0)
    read = folder.load_acceptances

    def slowly(path):
        rows = read(path)
        time.sleep(0.3)
        return rows

    monkeypatch.setattr(folder, "load_acceptances", slowly)
    place = open_storage(str(storage))
    pairs = ("NN-I-half", "NN-I-single")
    threads = [Thread(target=accept, args=(place, "0007", pair, "new")) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(table(storage)) == ["0007_x,NN-I,half,new", "0007_x,NN-I,single,new"]


@pytest.mark.usefixtures("six_quiet_sessions")
@pytest.mark.parametrize(
    ("argument", "reason"), [("n\udcc3\udca4chtlich", "n\u00e4chtlich"), ("n\udce4", "n\ufffd")]
)
def test_a_reason_with_letters_that_the_locale_lacks(run, save, storage, argument, reason):
    save(7, factor=1.5)
    assert run("accept", "0007", "NN-I-half", "--reason", argument)[0] == 0
    assert table(storage) == [f"0007_x,NN-I,half,{reason}"]


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_storage_that_cannot_be_written_accepts_nothing(run, save, storage, monkeypatch):
    save(7, factor=1.5)

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", fail)
    code, printed = run("accept", "0007", "NN-I-half", "--reason", "new kernel")
    assert code == 2
    assert "accepted.csv: cannot be written: [Errno 28] No space left" in printed.err
    assert "accepted" not in printed.out
    assert not (storage / "accepted.csv").exists()


@pytest.mark.usefixtures("six_quiet_sessions")
def test_without_a_reason_is_shown_what_would_be_accepted(run, save, storage):
    save(7, factor=1.5)
    for pair in ([], ["NN-I-half"]):
        code, printed = run("accept", "0007", *pair)
        assert (code, printed.err, printed.out.splitlines()) == (
            0,
            "",
            [SLOWER_LINE, "0007_x: nothing is accepted yet: give --reason TEXT"],
        )
    assert not (storage / "accepted.csv").exists()
    assert run("check")[0] == 1


@pytest.mark.usefixtures("six_quiet_sessions")
def test_all_flagged_pairs_are_accepted_with_one_reason(run, save, storage):
    save(7, fit_s=3.0)
    code, printed = run("accept", "0007", "--reason", "another compiler")
    *lines, last = printed.out.splitlines()
    assert code == 0
    assert [line.partition(": slower; 1.50 times")[0] for line in lines] == [
        f"NN-I {scheme}" for scheme in SCHEMES
    ]
    assert last.startswith("0007_x: accepted NN-I double, NN-I single, NN-I half, NN-I mixed;")
    assert table(storage) == ["0007_x,,,another compiler"]
    assert run("check")[0] == 0


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_whole_change_of_version_is_accepted_with_one_reason(run, save, storage):
    save(7, fit_s=3.0, tensorflow="2.22.0")
    assert run("check")[0] == 1
    code, printed = run("accept", "0007", "--reason", "TensorFlow 2.22 is slower here, see #12")
    assert code == 0
    assert [line.partition(": slower;")[0] for line in printed.out.splitlines()[:-1]] == [
        f"NN-I {scheme}" for scheme in SCHEMES
    ]
    assert len(table(storage)) == 1
    assert run("check")[0] == 0


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_faster_pair_can_be_accepted(run, save):
    save(7, factor=0.5)
    assert run("check")[0] == 0
    assert run("accept", "0007", "NN-I-half", "--reason", "new kernel")[0] == 0
    code, printed = run("check")
    assert code == 0
    assert "faster (accepted)" in printed.out


@pytest.mark.usefixtures("six_quiet_sessions")
def test_two_sessions_of_one_name_are_accepted_one_at_a_time(run, save, storage):
    """In a folder of another Python each; both are slow."""
    save(7, factor=1.5)
    save(7, factor=1.6, folder="Linux-CPython-3.12-64bit", dated="2026-11-07T11:00:00+00:00")
    code, printed = run("accept", "0007_x", "--reason", "new kernel")
    assert code == 2
    assert (
        "2 sessions are named 0007_x... "
        "(Linux-CPython-3.11-64bit/0007_x, Linux-CPython-3.12-64bit/0007_x), expected one"
    ) in printed.err
    assert not (storage / "accepted.csv").exists()

    code, printed = run("accept", "Linux-CPython-3.12-64bit/0007_x", "--reason", "new kernel")
    assert code == 0
    assert printed.out.splitlines()[-1].startswith("Linux-CPython-3.12-64bit/0007_x: accepted")
    assert table(storage) == ["Linux-CPython-3.12-64bit/0007_x,,,new kernel"]
    assert run("check", "--session", "Linux-CPython-3.12-64bit/0007_x")[0] == 0
    assert run("check", "--session", "Linux-CPython-3.11-64bit/0007_x")[0] == 1
    assert run("accept", "Linux-CPython-3.11-64bit/0007", "--reason", "likewise")[0] == 0
    assert run("check", "--session", "Linux-CPython-3.11-64bit/0007_x")[0] == 0


@pytest.mark.usefixtures("six_quiet_sessions")
def test_a_row_of_no_session_is_told_and_kept(run, save, storage):
    save(7, factor=1.5)
    (storage / "accepted.csv").write_text("session,model,scheme,reason\n0007_y,,,a typo\n")
    code, printed = run("accept", "0007", "--reason", "new kernel")
    assert code == 0
    assert "accepted.csv:2: no stored session is named 0007_y; correct the row" in printed.err
    assert table(storage) == ["0007_y,,,a typo", "0007_x,,,new kernel"]


@pytest.mark.usefixtures("six_quiet_sessions")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("0006", "NN-I-half", "--reason", "x"), "NN-I half is neither flagged nor faster"),
        (("0006", "--reason", "x"), "no pair is flagged or faster"),
        (("0006",), "no pair is flagged or faster"),
        (("0006", "GPT-half", "--reason", "x"), "GPT-half: no such pair"),
        (("0006", "nn-i-hlaf", "--reason", "x"), "; did you mean 'NN-I-half'?"),
        (("0006", "--reason", " "), "--reason: got nothing"),
        (("0099", "--reason", "x"), "of 6 sessions none is named 0099"),
    ],
)
def test_nothing_to_accept(run, storage, arguments, message):
    code, printed = run("accept", *arguments)
    assert (code, message in printed.err) == (2, True)
    assert not (storage / "accepted.csv").exists()
