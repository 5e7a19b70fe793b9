"""The folder of a night: only what nights wrote is removed."""

import pytest

from lowprec.errors import UsageError
from lowprec.nightly.folder import NightFolder, StepSummary, replace_text


@pytest.fixture
def folder(tmp_path):
    return NightFolder(tmp_path / "nightly")


def names(folder):
    return sorted(path.name for path in folder.summary.parent.rglob("*") if path.is_file())


def write_report(out):
    (out / "index.html").write_text("page")
    (out / "figures").mkdir()
    (out / "figures" / "a.png").write_text("figure")


def test_a_night_removes_what_the_last_one_wrote_and_nothing_else(folder):
    folder.begin()
    for path in (folder.summary, folder.junit, folder.pairs, folder.log):
        path.write_text("old")
    folder.write_report(write_report)
    (folder.summary.parent / "0001_kept.json").write_text("a session that was not pushed")
    (folder.summary.parent / "figures" / "mine.png").write_text("mine")
    folder.begin()
    assert names(folder) == ["0001_kept.json", "mine.png"]


def test_a_page_of_ones_own_stays(folder):
    folder.begin()
    (folder.summary.parent / "index.html").write_text("mine")
    folder.begin()
    assert names(folder) == ["index.html"]


def test_nothing_outside_is_removed(folder, tmp_path):
    folder.begin()
    (tmp_path / "mine").write_text("mine")
    (folder.summary.parent / "link").symlink_to(tmp_path)
    listed = f"../mine\n{tmp_path}/mine\nlink/mine\n"
    (folder.summary.parent / ".lowprec-report").write_text(listed)
    folder.begin()
    assert (tmp_path / "mine").exists()


def test_half_a_report_is_none(folder):
    folder.begin()

    def fail(out):
        write_report(out)
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        folder.write_report(fail)
    assert names(folder) == []


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"--out .*file: cannot be written to"):
        NightFolder(tmp_path / "file").begin()


def test_a_text_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "a"
    replace_text(path, "one")
    with pytest.raises(UnicodeEncodeError):
        replace_text(path, "\ud800")
    assert path.read_text() == "one"


def test_the_step_summary_leaves_what_others_wrote(tmp_path, monkeypatch):
    path = tmp_path / "step.md"
    path.write_text("others\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    summary = StepSummary()
    summary.write("a long text that stands for now\n")
    summary.write("ä\n")
    assert path.read_text() == "others\nä\n"


def test_there_may_be_no_step_summary(monkeypatch, tmp_path):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    monkeypatch.chdir(tmp_path)
    StepSummary().write("x")
    assert list(tmp_path.iterdir()) == []
