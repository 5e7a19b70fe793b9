"""A history on a branch of a bare repository, and pushes that overtake each other."""

import pytest

from lowprec.errors import HistoryError
from lowprec.history import branch as branch_module
from lowprec.history.branch import HistoryBranch
from lowprec.history.index import INDEX_NAME
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
    return git(remote, "ls-tree", "-r", "--name-only", "history").splitlines()


def store(branch, name):
    with branch.checked_out() as folder:
        (folder / name).write_text(name)
        branch.publish(name)


def test_the_first_session_makes_the_branch(clone, remote):
    with clone("a").checked_out() as folder:
        assert [path.name for path in folder.iterdir()] == [".git"]
    store(clone("b"), "1.json")
    assert files(remote) == ["1.json"]


def test_the_next_finds_it_and_adds_to_it(clone, remote):
    store(clone("a"), "1.json")
    other = clone("b")
    with other.checked_out() as folder:
        assert (folder / "1.json").read_text() == "1.json"
    store(other, "2.json")
    assert files(remote) == ["1.json", "2.json"]


@pytest.mark.parametrize("first", [(), ("0.json",)])
def test_a_push_that_was_overtaken_comes_on_top(clone, remote, first):
    a, b = clone("a"), clone("b")
    for name in first:
        store(a, name)
    with a.checked_out() as folder:
        (folder / "1.json").write_text("mine")
        store(b, "2.json")
        a.publish("mine")
    assert files(remote) == [*first, "1.json", "2.json"]


def test_the_index_of_a_machine_is_not_shared(clone, remote):
    for name in ("1.json", "2.json"):
        branch = clone(name)
        with branch.checked_out() as folder:
            (folder / INDEX_NAME).write_text(name)
            (folder / name).write_text(name)
            branch.publish(name)
    assert files(remote) == ["1.json", "2.json"]


def test_the_hooks_of_the_project_are_left_aside(clone, remote):
    branch = clone("a")
    for name in ("pre-commit", "pre-push", "pre-rebase"):
        hook = branch._repository / ".git" / "hooks" / name
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
    with branch.checked_out() as folder:
        (folder / "1.json").write_text("mine")
        store(clone("b"), "2.json")
        branch.publish("mine")
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
