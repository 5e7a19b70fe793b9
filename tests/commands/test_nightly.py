"""Nights against a bare repository, with the suite replaced by sessions as it would store them."""

import json
from pathlib import Path

import pytest

from lowprec import cli
from lowprec.commands import night as night_module
from lowprec.commands import nightly
from lowprec.commands.command import Result
from lowprec.history import branch as branch_module
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

        def run(self, tests, storage, for_pytest, log):
            log.write_text(self.says)
            self.day, self.tests, self.options = self.day + 1, tests, for_pytest
            seconds = {s: self.fit_s * (self.factor if s == "half" else 1) for s in SCHEMES}
            path = storage / "Linux" / f"{self.day:04}_x.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(stored_document(self.day, seconds)))
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
    assert summary.startswith("### 0005_x: quick protocol")
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
    assert "### 0001_x: quick protocol" in summary  # and it is judged all the same


def test_the_command_runs_tests_of_ones_own_with_options_for_pytest(project, suite, capsys):
    options = ["--tests", "perf", "--branch=other", "--", "-k", "coder", "--lowprec-schemes=half"]
    assert cli.main(["nightly", *options]) == 0
    assert (suite.tests, suite.options) == ("perf", ["-k", "coder", "--lowprec-schemes=half"])
    assert "is on branch other of origin" in capsys.readouterr().out
    for _ in range(3):
        assert cli.main(["nightly", "--branch=other"]) == 0
    suite.factor = 3.0
    assert cli.main(["nightly", "--branch=other"]) == 1
