"""A history on a branch of a bare repository, pushes that overtake each other, hostile clones."""

import os
import subprocess
import sys

import pytest

from lowprec.errors import HistoryError, UsageError
from lowprec.history import branch as branch_module
from lowprec.history.branch import HistoryBranch
from lowprec.history.index import INDEX_NAME
from lowprec.history.scratch import PREFIX
from tests.repositories import git


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(branch_module, "LONGEST_WAIT_S", 0.0)


@pytest.fixture
def remote(tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    return tmp_path / "remote.git"


@pytest.fixture
def clone(tmp_path, remote):
    """Makes clones of the project, each a machine of its own."""

    def make(name):
        folder = tmp_path / name
        git(tmp_path, "clone", "--quiet", str(remote), name)
        (folder / "README").write_text("the project")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", "code")
        return HistoryBranch(folder, "origin", "history")

    return make


def files(remote):
    listed = git(remote, "ls-tree", "-r", "--name-only", "history").splitlines()
    return [name.removeprefix(".benchmarks/") for name in listed]


def write(folder, name, text):
    path = folder / ".benchmarks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def store(branch, name):
    with branch.checked_out() as folder:
        branch.publish(write(folder, name, name), name)


def test_the_first_session_makes_the_branch(clone, remote):
    with clone("a").checked_out() as folder:
        assert list(folder.iterdir()) == []
    store(clone("b"), "1.json")
    assert files(remote) == ["1.json"]


def test_the_next_finds_it_and_adds_to_it(clone, remote):
    store(clone("a"), "1.json")
    other = clone("b")
    with other.checked_out() as folder:
        assert (folder / ".benchmarks" / "1.json").read_text() == "1.json"
    store(other, "2.json")
    assert files(remote) == ["1.json", "2.json"]


@pytest.mark.parametrize("first", [(), ("0.json",)])
def test_a_push_that_was_overtaken_comes_on_top(clone, remote, first):
    a, b = clone("a"), clone("b")
    for name in first:
        store(a, name)
    with a.checked_out() as folder:
        mine = write(folder, "1.json", "mine")
        store(b, "2.json")
        a.publish(mine, "mine")
    assert files(remote) == [*first, "1.json", "2.json"]


def test_the_index_of_a_machine_is_not_shared(clone, remote):
    for name in ("1.json", "2.json"):
        branch = clone(name)
        with branch.checked_out() as folder:
            write(folder, INDEX_NAME, name)
            branch.publish(write(folder, name, name), name)
    assert files(remote) == ["1.json", "2.json"]


def test_the_hooks_of_the_project_are_left_aside(clone, remote):
    branch = clone("a")
    for name in ("pre-commit", "pre-push", "pre-rebase"):
        hook = branch._repository / ".git" / "hooks" / name
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
    with branch.checked_out() as folder:
        mine = write(folder, "1.json", "mine")
        store(clone("b"), "2.json")
        branch.publish(mine, "mine")
    assert files(remote) == ["1.json", "2.json"]


def test_the_project_is_left_as_it_was(clone):
    branch = clone("a")
    before = git(branch._repository, "status", "--branch", "--porcelain")
    store(branch, "1.json")
    assert git(branch._repository, "status", "--branch", "--porcelain") == before
    assert len(git(branch._repository, "worktree", "list").splitlines()) == 1


def test_a_remote_that_refuses_for_good(clone, remote):
    hook = remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho read only >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(HistoryError, match=r"cannot be pushed after 8 tries(.|\n)*read only"):
        store(clone("a"), "1.json")


def test_a_remote_that_is_none(clone, remote):
    branch = clone("a")
    remote.rename(remote.with_name("gone"))
    with (
        pytest.raises(HistoryError, match="branch history of origin: git ls-remote"),
        branch.checked_out(),
    ):
        raise AssertionError("there is nothing to check out")


def state(folder):
    """What of a clone, and of the refs of its remote, no night may change."""
    return [
        git(folder, "status", "--branch", "--porcelain"),
        git(folder, "for-each-ref", "refs/heads"),
        git(folder, "ls-files", "--stage"),
        git(folder, "worktree", "list"),
        (folder / ".git" / "config").read_text(),
    ]


@pytest.fixture
def pushed_code(clone, remote):
    """A clone whose code is on the remote's default branch."""
    branch = clone("a")
    folder = branch._repository
    git(folder, "branch", "--move", "main")
    git(folder, "push", "--quiet", "origin", "main")
    git(remote, "symbolic-ref", "HEAD", "refs/heads/main")
    return branch


@pytest.mark.parametrize("index", [True, False])
def test_started_by_a_hook_in_a_linked_work_tree(pushed_code, remote, monkeypatch, index):
    folder = pushed_code._repository
    git(folder, "worktree", "add", "--quiet", "../linked", "-b", "feature")
    linked = HistoryBranch(folder.parent / "linked", "origin", "history")
    git_dir = folder / ".git" / "worktrees" / "linked"
    monkeypatch.setenv("GIT_DIR", str(git_dir))
    if index:
        monkeypatch.setenv("GIT_INDEX_FILE", str(git_dir / "index"))
    with monkeypatch.context() as outside:
        outside.delenv("GIT_DIR")
        outside.delenv("GIT_INDEX_FILE", raising=False)
        before = state(folder)
    store(linked, "1.json")
    monkeypatch.undo()
    assert state(folder) == before
    assert files(remote) == ["1.json"]
    assert git(folder.parent / "linked", "status", "--porcelain") == ""


@pytest.mark.parametrize("name", ["GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"])
def test_a_variable_that_git_sets_for_hooks(clone, remote, tmp_path, monkeypatch, name):
    branch = clone("a")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    store(branch, "1.json")
    monkeypatch.undo()
    assert files(remote) == ["1.json"]
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_the_one_who_commits_is_the_night(clone, remote, monkeypatch):
    branch = clone("a")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "somebody")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "no date")
    store(branch, "1.json")
    assert git(remote, "log", "-1", "--format=%an, %cn", "history") == (
        "lowprec nightly, lowprec nightly"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("commit.gpgsign", "true"),
        ("push.gpgSign", "true"),
        ("core.excludesFile", "ignored"),
        ("core.attributesFile", "attributes"),
        ("core.autocrlf", "true"),
        ("core.sparseCheckout", "true"),
        ("core.hooksPath", "hooks"),
        ("diff.noprefix", "true"),
        ("diff.relative", "true"),
        ("push.followTags", "true"),
        ("push.recurseSubmodules", "only"),
        ("submodule.recurse", "true"),
        ("fetch.prune", "true"),
        ("i18n.commitEncoding", "utf-16"),
        ("core.quotePath", "true"),
    ],
)
def test_a_setting_of_the_clone(clone, remote, name, value):
    branch = clone("a")
    folder = branch._repository
    (folder / "ignored").write_text(".benchmarks/\n*.json\n")
    (folder / "attributes").write_text("*.json filter=none export-ignore eol=crlf\n")
    git(folder, "config", "filter.none.clean", "false")
    git(folder, "config", "filter.none.required", "true")
    git(
        folder, "config", name, str(folder / value) if value in ("ignored", "attributes") else value
    )
    (folder / ".git" / "info" / "sparse-checkout").write_text("/README\n")
    git(folder, "tag", "-a", "v1", "-m", "a tag")
    store(branch, "1\u00e4.json")
    with branch.checked_out() as checked:
        assert [path.name for path in checked.rglob("*.json")] == ["1\u00e4.json"]
    assert git(remote, "ls-tree", "-r", "-z", "--name-only", "history") == (
        ".benchmarks/1\u00e4.json\0"
    )
    assert git(remote, "cat-file", "blob", "history:.benchmarks/1\u00e4.json") == "1\u00e4.json"
    assert git(remote, "tag") == ""


def test_from_a_folder_within_the_clone(clone, remote):
    store(clone("a"), "1.json")
    folder = clone("b")._repository / "below"
    folder.mkdir()
    branch = HistoryBranch(folder, "origin", "history")
    store(branch, "2.json")
    assert files(remote) == ["1.json", "2.json"]
    with branch.checked_out() as checked:
        assert len(list(checked.rglob("*.json"))) == 2
    git(folder, "push", "--quiet", "origin", "HEAD:code")
    (folder.parent / "code.py").write_text("")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "--quiet", "-m", "code")
    git(folder.parent, "push", "--quiet", "origin", "HEAD:code")
    with pytest.raises(UsageError, match=r"holds 'code.py'"):
        store(HistoryBranch(folder, "origin", "code"), "1.json")


@pytest.mark.parametrize(
    "name",
    [
        "--upload-pack=touch ran;false",
        "--exec=touch ran",
        "-",
        "",
        "ext::sh -c touch% ran",
        "a\nb",
    ],
)
def test_a_remote_that_is_an_option_or_a_command(clone, monkeypatch, name):
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "ext:file")
    folder = clone("a")._repository
    branch = HistoryBranch(folder, name, "history")
    with pytest.raises(UsageError, match=r"--remote .*expected the name"), branch.checked_out():
        raise AssertionError("nothing to check out")
    assert not (folder / "ran").exists()


@pytest.mark.parametrize(
    "name", ["HEAD", "-d", "--force", "", "a b", "a..b", "@{-1}", "refs/heads/history", "a:b"]
)
def test_a_branch_that_is_none(clone, name):
    branch = HistoryBranch(clone("a")._repository, "origin", name)
    with pytest.raises(UsageError, match=r"--branch .*expected the name"), branch.checked_out():
        raise AssertionError("nothing to check out")


def test_the_default_branch_of_the_remote_is_refused(pushed_code, remote):
    before = git(remote, "for-each-ref")
    branch = HistoryBranch(pushed_code._repository, "origin", "main")
    with pytest.raises(UsageError, match="branch main of origin: is the remote's default"):
        store(branch, "1.json")
    assert git(remote, "for-each-ref") == before


def test_a_repository_of_a_history_alone_has_it_on_its_default_branch(clone, remote):
    git(remote, "symbolic-ref", "HEAD", "refs/heads/history")
    store(clone("a"), "1.json")
    store(clone("b"), "2.json")
    assert files(remote) == ["1.json", "2.json"]


@pytest.mark.parametrize("name", ["new.py", ".benchmarks.py"])
def test_a_default_branch_that_becomes_one_of_code_meanwhile_is_left_alone(
    clone, remote, tmp_path, name
):
    git(remote, "symbolic-ref", "HEAD", "refs/heads/history")
    a = clone("a")
    store(a, "1.json")
    with a.checked_out() as folder:
        mine = write(folder, "2.json", "mine")
        git(tmp_path, "clone", "--quiet", str(remote), "other")
        (tmp_path / "other" / name).write_text("")
        git(tmp_path / "other", "add", ".")
        git(tmp_path / "other", "commit", "--quiet", "-m", "new")
        git(tmp_path / "other", "push", "--quiet")
        with pytest.raises(HistoryError, match="is the remote's default"):
            a.publish(mine, "mine")
    assert git(remote, "ls-tree", "-r", "--name-only", "history").splitlines() == sorted(
        [".benchmarks/1.json", name]
    )


def test_a_branch_of_code_is_refused(pushed_code, remote):
    git(pushed_code._repository, "push", "--quiet", "origin", "main:feature")
    before = git(remote, "for-each-ref")
    (pushed_code._repository / "code.py").write_text("")
    git(pushed_code._repository, "add", ".")
    git(pushed_code._repository, "commit", "--quiet", "-m", "code")
    git(pushed_code._repository, "push", "--quiet", "origin", "main:code")
    branch = HistoryBranch(pushed_code._repository, "origin", "code")
    with pytest.raises(UsageError, match=r"holds 'code.py' and 0 more files that are no history"):
        store(branch, "1.json")
    assert git(remote, "for-each-ref").count("\n") == before.count("\n") + 1


def test_a_branch_that_becomes_one_of_code_meanwhile(pushed_code, remote):
    """What the night adds comes on top of it, and takes nothing away."""
    store(pushed_code, "1.json")
    with pushed_code.checked_out() as folder:
        mine = write(folder, "2.json", "mine")
        git(folder.parent, "clone", "--quiet", "--branch=history", str(remote), "other")
        (folder.parent / "other" / "new.py").write_text("")
        git(folder.parent / "other", "add", ".")
        git(folder.parent / "other", "commit", "--quiet", "-m", "new")
        git(folder.parent / "other", "push", "--quiet")
        pushed_code.publish(mine, "mine")
    assert files(remote) == ["1.json", "2.json", "new.py"]


def test_another_session_of_the_same_name_is_not_touched(clone, remote):
    store(clone("a"), "1.json")
    branch = clone("b")
    with branch.checked_out() as folder:
        mine = write(folder, "1.json", "another")
        with pytest.raises(HistoryError, match=r"has another \.benchmarks/1\.json already"):
            branch.publish(mine, "mine")
    assert git(remote, "cat-file", "blob", "history:.benchmarks/1.json") == "1.json"


def test_a_push_whose_answer_got_lost_is_not_made_twice(clone, remote):
    branch = clone("a")
    with branch.checked_out() as folder:
        mine = write(folder, "1.json", "mine")
        branch.publish(mine, "mine")
        branch.publish(mine, "mine")
    assert git(remote, "rev-list", "--count", "history") == "1"


def test_a_branch_whose_name_ends_alike_is_another(clone, remote):
    a = clone("a")
    store(HistoryBranch(a._repository, "origin", "x/refs/heads/history"), "1.json")
    with a.checked_out() as folder:
        assert list(folder.iterdir()) == []


def test_a_link_in_the_history_is_not_followed(clone, remote, tmp_path):
    (tmp_path / "secret.json").write_text("secret")
    store(clone("a"), "1.json")
    git(tmp_path, "clone", "--quiet", "--branch=history", str(remote), "other")
    (tmp_path / "other" / ".benchmarks" / "2.json").symlink_to(tmp_path / "secret.json")
    git(tmp_path / "other", "add", ".")
    git(tmp_path / "other", "commit", "--quiet", "-m", "link")
    git(tmp_path / "other", "push", "--quiet")
    with clone("b").checked_out() as folder:
        path = folder / ".benchmarks" / "2.json"
        assert not path.is_symlink()
        assert path.read_text() == str(tmp_path / "secret.json")


def test_passwords_are_not_shown(clone):
    branch = HistoryBranch(clone("a")._repository, "http://user:se@cret@127.0.0.1:1/x?t=key", "h")
    with pytest.raises(HistoryError, match=r"unable to access") as caught:
        store(branch, "1.json")
    assert "branch h of http://***@127.0.0.1:1/x?***: git ls-remote failed" in str(caught.value)
    assert "cret" not in str(caught.value)
    assert "key" not in str(caught.value)


def test_a_password_of_the_clones_own_remote_is_not_shown(clone):
    branch = clone("a")
    git(branch._repository, "remote", "set-url", "origin", "http://user:secret@127.0.0.1:1/x")
    with pytest.raises(HistoryError, match="unable to access") as caught:
        store(branch, "1.json")
    assert "secret" not in str(caught.value)


KILLED = """
import os, signal, sys
from pathlib import Path
from lowprec.history.branch import HistoryBranch
branch = HistoryBranch(Path.cwd(), "origin", "history")
with branch.checked_out() as folder:
    path = folder / ".benchmarks" / "Linux" / "2.json"
    path.parent.mkdir(parents=True)
    path.write_text("its session")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_night_left_is_handed_over_and_removed(clone, tmp_path, monkeypatch):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    branch = clone("a")
    store(branch, "1.json")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", KILLED]
    assert subprocess.run(command, cwd=branch._repository, env=environment).returncode == -9
    assert len(list((tmp_path / "tmp").glob(f"{PREFIX}*"))) == 1
    rescued = []
    with branch.checked_out(lambda path: rescued.append((path.name, path.read_text()))):
        assert len(list((tmp_path / "tmp").glob(f"{PREFIX}*"))) == 1  # the night that lives
        with branch.checked_out(rescued.append):  # to which no other does anything
            assert len(list((tmp_path / "tmp").glob(f"{PREFIX}*"))) == 2
    assert rescued == [("2.json", "its session")]
    assert list((tmp_path / "tmp").glob("*")) == []


def test_the_work_tree_of_an_older_night_is_forgotten_and_no_other(clone, tmp_path):
    branch = clone("a")
    for name in (f"{PREFIX}x", "mine"):
        git(branch._repository, "worktree", "add", "--quiet", "--detach", f"../{name}/branch")
        (tmp_path / name).rename(tmp_path / f"gone-{name}")
    store(branch, "1.json")
    listed = git(branch._repository, "worktree", "list")
    assert f"{PREFIX}x" not in listed
    assert "/mine/branch" in listed
