"""Nights against a bare repository, with the suite replaced by sessions as it would store them."""

import io
import json
import shutil
import signal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lowprec import cli
from lowprec.commands import night as night_module
from lowprec.commands import nightly
from lowprec.commands.command import Result
from lowprec.history import branch as branch_module
from lowprec.history.storage import Folder
from lowprec.nightly.stopping import Stopped
from lowprec.nightly.suite import SuiteEnd
from tests.literals import stored_document
from tests.repositories import git

SCHEMES = ("double", "single", "half", "mixed")
NOISE = (2.0, 2.02, 1.98, 2.01)


@pytest.fixture
def remote(tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    return tmp_path / "remote.git"


@pytest.fixture
def project(tmp_path, remote, monkeypatch):
    """A clone, in which the nights run."""
    monkeypatch.setattr(branch_module, "LONGEST_WAIT_S", 0.0)
    git(tmp_path, "clone", "--quiet", str(remote), "project")
    folder = tmp_path / "project"
    (folder / "README").write_text("the project")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "code")
    monkeypatch.chdir(folder)
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def suite(monkeypatch):
    """Stands in for the suite: stores NN-I of a day, `half` as slow as told."""

    class Suite:
        day, fit_s, factor, code, damage, options, tests = 0, 2.0, 1.0, 0, None, (), None
        says = "what the suite says"

        def run(self, tests, options, log):
            log.write_text(self.says)
            self.day, self.tests = self.day + 1, tests
            own = [option for option in options if option.startswith("--benchmark-")]
            places = dict(option.removeprefix("--benchmark-").split("=") for option in own[1:])
            self.options = [option for option in options if option not in own]
            seconds = {s: self.fit_s * (self.factor if s == "half" else 1) for s in SCHEMES}
            path = Path(places["storage"]) / "Linux" / f"{self.day:04}_x.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(stored_document(self.day, seconds)))
            if "json" in places:
                shutil.copy(path, places["json"])
            if self.damage:
                self.damage(path)
            return SuiteEnd(self.code)

    suite = Suite()
    monkeypatch.setattr(night_module, "run_suite", suite.run)
    # The report has tests of its own, and takes seconds.
    monkeypatch.setattr(
        night_module,
        "report",
        lambda storage, name, out: (out / "index.html").write_text(name) and Result([]),
    )
    return suite


@pytest.fixture
def quiet(project, suite):
    for suite.fit_s in NOISE:
        assert nightly.main([]) == 0


def stored(remote):
    return git(remote, "ls-tree", "-r", "--name-only", "lowprec-history").splitlines()


def test_nights_are_kept_on_the_branch(project, suite, remote, capsys):
    for suite.fit_s in NOISE[:2]:
        assert nightly.main([]) == 0
    assert stored(remote) == [f".benchmarks/Linux/000{n}_x.json" for n in (1, 2)]
    assert "0002_x is on branch lowprec-history of origin" in capsys.readouterr().out
    assert "no baseline" in (project / "nightly" / "summary.md").read_text()


def test_unknown_options_go_to_pytest(project, suite):
    nightly.main(["--models", "NN-I", "--branch=other", "--require-gpu"])
    assert suite.options == ["--models", "NN-I", "--require-gpu"]


@pytest.mark.usefixtures("quiet")
def test_a_flagged_pair_fails_the_night_and_is_kept(project, suite, remote, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "step.md"))
    suite.factor = 1.5
    assert nightly.main([]) == 1
    summary = (project / "step.md").read_text()
    assert summary.startswith("### 0005: quick protocol")
    assert "- NN-I half: slower; 1.50 times the 2.00 s of 4 earlier sessions" in summary
    assert len(stored(remote)) == 5
    suite.factor = 1.0
    assert nightly.main([]) == 0


@pytest.mark.usefixtures("quiet")
def test_a_night_that_another_overtook(suite, remote, tmp_path):
    """While the suite runs, another machine pushes a session."""

    def overtake(_):
        git(tmp_path, "clone", "--quiet", "--branch=lowprec-history", str(remote), "other")
        (tmp_path / "other" / ".benchmarks" / "Linux" / "0005_y.json").write_text("[]")
        git(tmp_path / "other", "add", ".")
        git(tmp_path / "other", "commit", "--quiet", "-m", "y")
        git(tmp_path / "other", "push", "--quiet")

    suite.damage = overtake
    nightly.main([])
    assert stored(remote)[-2:] == [".benchmarks/Linux/0005_x.json", ".benchmarks/Linux/0005_y.json"]


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("code", [2, 3, 4])
def test_a_suite_that_broke_off_is_no_success(suite, code):
    suite.code = code
    assert nightly.main([]) == 2


@pytest.mark.usefixtures("project")
def test_a_failed_test_fails_the_night(suite):
    suite.code = 1
    assert nightly.main([]) == 1


@pytest.mark.usefixtures("project")
def test_a_suite_that_stored_nothing(suite, capsys):
    suite.damage = Path.unlink
    suite.code = 4
    assert nightly.main([]) == 2
    assert "The suite ended with exit code 4" in (told := capsys.readouterr().err)
    assert "and stored 0 sessions, expected one" in told


def test_a_session_that_cannot_be_pushed_is_kept(project, suite, remote, capsys):
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    assert nightly.main([]) == 2
    assert "The session could not be pushed: branch lowprec-history" in capsys.readouterr().err
    assert (project / "nightly" / "0001_x.json").exists()
    summary = (project / "nightly" / "summary.md").read_text()
    assert "kept in `nightly/0001_x.json`" in summary
    assert "### 0001: quick protocol" in summary  # and it is judged all the same


def test_the_command_runs_tests_of_ones_own_with_options_for_pytest(project, suite, capsys):
    options = ["--tests", "perf", "--branch=other", "--", "-k", "coder", "--lowprec-schemes=half"]
    assert cli.main(["nightly", *options]) == 0
    assert (suite.tests, suite.options) == ("perf", ["-k", "coder", "--lowprec-schemes=half"])
    assert "is on branch other of origin" in capsys.readouterr().out
    for _ in range(3):
        assert cli.main(["nightly", "--branch=other"]) == 0
    suite.factor = 3.0
    assert cli.main(["nightly", "--branch=other"]) == 1


def summary(project):
    return (project / "nightly" / "summary.md").read_text()


def test_what_a_night_writes_for_other_programs(project, suite, quiet):
    suite.factor = 1.5
    nightly.main([])
    suites = ElementTree.parse(project / "nightly" / "junit.xml").getroot()
    assert [case.get("name") for case in suites.iter("testcase")] == [f"NN-I-{s}" for s in SCHEMES]
    (failure,) = suites.iter("failure")
    assert failure.get("message").startswith("NN-I half: slower; 1.50 times")
    said = json.loads((project / "nightly" / "pairs.json").read_text())["pairs"]
    # The last is what all pairs share.
    assert [pair["state"] for pair in said] == ["fine", "fine", "flagged", "fine", "fine"]


def test_a_night_that_breaks_off_leaves_no_older_result(project, suite, capsys):
    assert nightly.main([]) == 0
    (project / "nightly" / "mine.txt").write_text("mine")
    suite.damage, suite.code = Path.unlink, 4
    suite.says = "collecting\nERROR: --require-gpu: TensorFlow 2.21 sees no GPU ```"
    assert nightly.main(["--require-gpu"]) == 2
    left = sorted(path.name for path in (project / "nightly").iterdir())
    assert left == ["mine.txt", "pytest.txt", "summary.md"]
    assert summary(project) == (
        "### This night broke off and has no result\n\n"
        "The suite ended with exit code 4 (it was given an option that it does not take, or lacks "
        "something that it needs) and stored 0 sessions, expected one.\n\n"
        "- **Lost:** This night has no verdicts and no report.\n"
        "- **Kept:** The history is as it was. What the suite printed is in `nightly/pytest.txt`.\n"
        "- **To do:** Mend what the last lines name, then run it again.\n\n"
        "The last lines of the suite:\n\n"
        "````text\ncollecting\n"
        "ERROR: --require-gpu: TensorFlow 2.21 sees no GPU ```\n````\n"
    )
    assert "lowprec: The suite ended with exit code 4" in capsys.readouterr().err


def test_a_history_that_cannot_be_fetched(project, suite, remote):
    shutil.rmtree(remote)
    assert nightly.main([]) == 2
    assert suite.day == 0
    assert "It broke off while the history was fetched:" in summary(project)
    assert "- **Lost:** Nothing was trained.\n" in summary(project)
    assert "does not appear to be a git repository" in summary(project)


def test_a_suite_that_broke_off_with_a_session_is_judged_by_it(project, suite, remote):
    suite.code = -11
    assert nightly.main([]) == 2
    assert "The suite was ended by SIGSEGV (a crash in native code). What it" in summary(project)
    assert "```text\nwhat the suite says\n```" in summary(project)
    assert "### 0001: quick protocol" in summary(project)
    assert len(stored(remote)) == 1


def test_half_a_session_is_kept_and_never_pushed(project, suite, remote, quiet):
    suite.damage = lambda path: path.write_text(path.read_text()[:-100])
    assert nightly.main([]) == 2
    assert len(stored(remote)) == 4
    assert "0005_x.json: not a stored session" in summary(project)
    assert "What was stored is kept in `nightly/0005_x.json`." in summary(project)
    suite.damage = None
    assert nightly.main([]) == 0


def test_a_night_that_is_stopped_keeps_what_the_suite_has_stored(project, suite, remote):
    def stop(_):
        signal.raise_signal(signal.SIGTERM)

    suite.damage = stop
    assert nightly.main([]) == 2
    assert "It was stopped while the suite ran (SIGTERM)." in summary(project)
    assert "What was stored is kept in `nightly/0001_x.json`." in summary(project)
    assert (project / "nightly" / "0001_x.json").exists()
    assert git(remote, "branch") == ""
    assert len(git(project, "worktree", "list").splitlines()) == 1


def test_a_night_that_is_stopped_while_it_pushes(project, suite, monkeypatch):
    def stop(self, session, message):
        raise Stopped(signal.SIGINT)

    monkeypatch.setattr(branch_module.HistoryBranch, "publish", stop)
    assert nightly.main([]) == 2
    assert "It was stopped while the session was pushed (SIGINT)." in summary(project)
    assert (project / "nightly" / "0001_x.json").exists()


def test_an_error_of_lowprec_itself_flags_nothing(project, suite, monkeypatch, capsys):
    def fail(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr(night_module, "checked_text", fail)
    assert nightly.main([]) == 2
    assert "while the session was judged, by an error of lowprec's own:" in summary(project)
    assert "```text\nRuntimeError: a bug\n```" in summary(project)
    assert "The session `0001_x` is on branch lowprec-history of origin." in summary(project)
    assert "Traceback" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_loses_no_verdict(project, suite, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(night_module, "report", fail)
    assert nightly.main([]) == 2
    assert "It broke off while the report was written:" in summary(project)
    assert "No space left on device" in summary(project)
    assert "### 0001: quick protocol" in summary(project)


def test_a_file_of_the_history_that_cannot_be_read_is_told(project, suite, quiet, tmp_path, remote):
    git(tmp_path, "clone", "--quiet", "--branch=lowprec-history", str(remote), "other")
    (tmp_path / "other" / ".benchmarks" / "Linux" / "0002_x.json").write_text("{")
    git(tmp_path / "other", "commit", "--quiet", "--all", "-m", "damage")
    git(tmp_path / "other", "push", "--quiet")
    assert nightly.main([]) == 2
    assert "Some of the history cannot be read, so what is said" in summary(project)
    assert "0002_x.json: not a stored session" in summary(project)


def test_tests_that_fail_for_no_pair_are_told(project, suite):
    suite.code = 1
    suite.says = "FAILED test_other.py"
    assert nightly.main([]) == 1
    assert "Tests failed, though no pair is flagged." in summary(project)
    assert "FAILED test_other.py" in summary(project)


def test_a_folder_that_cannot_be_written_is_found_before_the_training(project, suite, capsys):
    (project / "file").write_text("")
    assert nightly.main(["--out", "file"]) == 2
    assert suite.day == 0
    told = capsys.readouterr().err
    assert "--out file: cannot be written to" in told
    assert "the summary cannot be written" in told
    assert "Traceback" not in told


def test_a_summary_that_cannot_be_written(project, suite, capsys):
    def fill(_):
        shutil.rmtree(project / "nightly")
        (project / "nightly").write_text("")

    suite.damage = fill
    assert nightly.main([]) == 2
    told = capsys.readouterr().err
    assert "lowprec: the summary cannot be written" in told
    assert "Traceback" not in told


def test_on_github_pairs_are_annotated_and_nothing_else_is_a_command(
    suite, quiet, monkeypatch, capsys
):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    capsys.readouterr()
    suite.factor = 1.5
    nightly.main([])
    out, err = capsys.readouterr()
    first, *others = out.splitlines()
    token = first.removeprefix("::stop-commands::")
    end = others.index(f"::{token}::")
    assert any("NN-I half: slower" in line for line in others[:end])
    (annotation,) = others[end + 1 :]
    assert annotation.startswith(
        "::error title=lowprec%3A NN-I half::NN-I half: slower; 1.50 times"
    )
    assert err == ""


def test_on_github_a_night_that_broke_off_is_annotated(project, suite, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    suite.damage, suite.code, suite.says = Path.unlink, 4, "a\nERROR: no GPU\n"
    nightly.main([])
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("::error title=lowprec%3A this night::The suite ended with exit code 4")
    assert last.endswith("expected one. ERROR: no GPU")


def test_no_password_is_shown_or_kept(project, suite, capsys):
    address = "http://user:secret@127.0.0.1:1/x?token=secret"
    assert nightly.main(["--remote", address]) == 2
    out, err = capsys.readouterr()
    assert "http://***@127.0.0.1:1/x?***" in summary(project)
    assert "secret" not in out + err + summary(project)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ["--remote=--upload-pack=touch ran;false"],
            "--remote '--upload-pack=touch ran;false': ",
        ),
        (["--branch=HEAD"], "--branch 'HEAD': expected the name of a branch"),
    ],
)
def test_a_name_that_is_none_stops_the_night(project, suite, options, said):
    assert nightly.main(options) == 2
    assert suite.day == 0
    assert said in summary(project)
    assert "- **To do:** Run it again with what is expected there." in summary(project)
    assert not (project / "ran").exists()


def test_what_a_killed_night_stored_is_kept_and_told(project, suite, remote, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / "lowprec-history-killed"
    (left / "branch" / ".benchmarks" / "Linux").mkdir(parents=True)
    (left / "lock").write_text("")
    (left / "branch" / ".benchmarks" / "Linux" / "0009_lost.json").write_text("its session")
    assert nightly.main([]) == 2
    assert not left.exists()
    assert (project / "nightly" / "0009_lost.json").read_text() == "its session"
    assert "A night before this one was killed; it had stored `0009_lost`." in summary(project)
    assert "It belongs into `.benchmarks/Linux`." in summary(project)
    assert "### 0001: quick protocol" in summary(project)
    assert stored(remote) == [".benchmarks/Linux/0001_x.json"]
    assert nightly.main([]) == 0


def test_letters_that_the_terminal_lacks(project, suite, monkeypatch):
    printed = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(printed, "ascii"))
    monkeypatch.setattr("sys.stderr", io.TextIOWrapper(io.BytesIO(), "ascii"))
    assert nightly.main(["--branch=n\u00e4chte"]) == 0
    assert b"is on branch n\\xe4chte of origin" in printed.getvalue()


def test_a_night_may_keep_its_history_in_a_storage_that_others_use(project, suite, remote, capsys):
    for suite.fit_s in NOISE:
        assert nightly.main(["--storage=shared"]) == 0
    assert "lowprec: 0004_x is in shared\n" in capsys.readouterr().out
    suite.factor = 1.5
    assert cli.main(["nightly", "--storage", "shared"]) == 1
    assert "- NN-I half: slower; 1.50 times the 2.00 s of 4 earlier" in summary(project)
    assert len(list((project / "shared" / "Linux").iterdir())) == 5
    assert git(remote, "branch") == ""


def test_a_session_that_the_storage_lacks_is_kept(project, suite):
    suite.damage, suite.code = Path.unlink, 4
    assert nightly.main(["--storage=shared"]) == 2
    [kept] = (project / "nightly").glob("*_session.json")
    said = summary(project)
    assert "and its session is not in shared." in said
    assert f"What was stored is kept in `nightly/{kept.name}`." in said


def test_a_night_that_is_stopped_keeps_a_copy_before_it_asks_the_storage(
    project, suite, monkeypatch
):
    def stop(_):
        signal.raise_signal(signal.SIGTERM)

    kept = []

    def summaries(self):
        kept.extend((project / "nightly").glob("*_session.json"))
        return asked(self)

    asked = Folder.summaries
    monkeypatch.setattr(Folder, "summaries", summaries)
    suite.damage = stop
    assert nightly.main(["--storage=shared"]) == 2
    [copy] = kept
    said = summary(project)
    assert "The session `0001_x` is in shared. What was stored is kept in " in said
    assert f"`nightly/{copy.name}`" in said


def test_a_storage_that_is_none_stops_the_night(project, suite):
    assert nightly.main(["--storage=elasticsearch+http://u:secret@x"]) == 2
    assert suite.day == 0
    assert "keeps no histories in Elasticsearch any more" in summary(project)
    assert "secret" not in summary(project)


@pytest.mark.parametrize("option", ["--branch=other", "--remote=origin"])
def test_a_branch_beside_a_storage_is_refused(project, suite, capsys, option):
    with pytest.raises(SystemExit, match="2"):
        nightly.main(["--storage=shared", option])
    assert cli.main(["nightly", "--storage=shared", option]) == 2
    told = capsys.readouterr().err
    assert told.count("a history is there or on a --branch of a --remote, not both") == 2
    assert "Traceback" not in told
