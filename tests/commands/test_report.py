"""`lowprec report` over small stored histories: what is written, and the exit code."""

import json

import pytest

from lowprec import whole_files
from lowprec.report import style
from tests.literals import ENVIRONMENT
from tests.pages import page_parts, points_of

FIGURES = ("figure2", "gaps", "losses", "times")


@pytest.fixture
def without_files(monkeypatch):
    """Draws no figure, which takes seconds; the page shows an empty one."""
    monkeypatch.setattr(style, "save", lambda figure, folder, name: None)
    monkeypatch.setattr(style, "svg_of", lambda figure: b"<svg/>")


@pytest.fixture
def report(run, tmp_path):
    """Writes a report; returns exit code, folder and what was printed."""
    out = tmp_path / "out"

    def command(*options):
        code, printed = run("report", "--out", str(out), *options)
        return code, out, printed

    return command


def page_of(out):
    """The page's text without scripts, and the data of its plot."""
    return page_parts((out / "index.html").read_text())


def test_one_other_session(run, save, tmp_path):
    save(1)
    save(2)
    assert run("report", "--out", str(tmp_path))[1].out.endswith(": 0002_x and 1 other session\n")


@pytest.mark.usefixtures("four_quiet_sessions")
def test_everything_is_written(report):
    code, out, printed = report()
    assert (code, printed.err) == (0, "")
    assert printed.out == f"{out}/index.html: 0004_x and 3 other sessions\n"
    figures = [f"{name}.{kind}" for name in FIGURES for kind in ("png", "svg")]
    tables = [f"{name}.{kind}" for name in ("table1", "table2") for kind in ("csv", "md", "txt")]
    assert {path.name for path in out.iterdir()} == {"index.html", *figures, *tables}
    assert (
        (out / "table1.txt")
        .read_text()
        .startswith("Table 1: training time in seconds, with its start\nquick")
    )
    assert "0004\\_x" in (out / "table1.md").read_text()


@pytest.mark.usefixtures("four_quiet_sessions", "without_files")
def test_a_full_disk_leaves_the_report_that_was_there(report, save, monkeypatch):
    assert report()[0] == 0
    _, out, _ = report()
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    save(5)

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_files.os, "fsync", fail)
    code, _, printed = report()
    assert code == 2
    assert f"--out {out}: cannot be written to ([Errno 28] No space left" in printed.err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


@pytest.mark.usefixtures("four_quiet_sessions", "without_files")
def test_the_page_begins_with_the_verdicts_of_the_newest_session(report, save):
    save(5, factor=1.5)
    _, out, _ = report()
    text, data = page_of(out)
    assert "lowprec 0005 2026-11-05 10:00 UTC, quick protocol" in text
    assert "1 of 4 pairs flagged" in text
    states = [point["state"] for point in points_of(data, "NN-I half")]
    assert states == ["ok"] * 4 + ["flagged"]


@pytest.mark.usefixtures("four_quiet_sessions", "without_files")
def test_a_session_may_be_chosen(report, save):
    save(5, factor=1.5)
    _, out, _ = report("--session", "0004")
    assert "None of 4 pairs flagged." in page_of(out)[0]
    assert "0004_x" in (out / "table1.txt").read_text()


@pytest.mark.usefixtures("without_files")
def test_one_session_is_enough_and_is_not_called_ok(report, save):
    save(1)
    code, out, _ = report()
    assert code == 0
    assert "Could not judge 4 of 4 pairs (no baseline)." in page_of(out)[0]


@pytest.mark.usefixtures("without_files")
def test_mixed_protocols_and_missing_pairs(report, save):
    save(1)
    path = save(2)
    content = json.loads(path.read_text())
    content["benchmarks"] = content["benchmarks"][1:2]
    for bench in content["benchmarks"]:
        bench["extra_info"]["lowprec"]["protocol"] = "paper"
    path.write_text(json.dumps(content))
    _, out, _ = report()
    assert (out / "table1.csv").read_text().splitlines()[1:] == [
        f"NN-I,single,2.0,30.81,{2 / 30.81},learns,paper,{ENVIRONMENT.key}"
    ]
    assert len(page_of(out)[1]["pairs"]) == 4


@pytest.mark.usefixtures("four_quiet_sessions", "without_files")
def test_a_damaged_file_is_told_on_the_page_and_is_no_success(report, save):
    path = save(9)
    path.write_text("{")
    code, out, printed = report()
    assert code == 2
    assert str(path) in printed.err
    assert str(path) in page_of(out)[0]


@pytest.mark.usefixtures("four_quiet_sessions", "without_files")
def test_an_acceptance_of_no_session_is_told_on_the_page_and_is_no_success(report, storage):
    (storage / "accepted.csv").write_text("session,model,scheme,reason\n0009_x,,,why\n")
    code, out, printed = report()
    line = "accepted.csv:2: no stored session is named 0009_x"
    assert (code, line in printed.err, line in page_of(out)[0]) == (2, True, True)


def test_no_session_is_refused(report, storage):
    code, out, printed = report()
    assert (code, "no such folder" in printed.err, out.exists()) == (2, True, False)
    storage.mkdir()
    code, out, printed = report()
    assert (code, "no stored session" in printed.err, out.exists()) == (2, True, False)


@pytest.mark.usefixtures("four_quiet_sessions", "without_files")
def test_a_folder_that_cannot_be_written(report, tmp_path):
    (tmp_path / "out").write_text("a file")
    code, _, printed = report()
    assert (code, "--out" in printed.err, "cannot be written to" in printed.err) == (2, True, True)
