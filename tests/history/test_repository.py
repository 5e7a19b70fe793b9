"""What a clone tells of the commits between two sessions."""

import subprocess

import pytest

from lowprec.history.repository import commits_between, compare_url
from lowprec.record.commits import CommitRange


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b/compare/1...2"),
        ("https://me:secret@github.com/a/b", "https://github.com/a/b/compare/1...2"),
        ("git@github.com:a/b.git", "https://github.com/a/b/compare/1...2"),
        ("ssh://git@gitlab.com:22/g/s/b.git", "https://gitlab.com/g/s/b/-/compare/1...2"),
        ("https://codeberg.org/a/b/", "https://codeberg.org/a/b/compare/1...2"),
        ("git@bitbucket.org:a/b", "https://bitbucket.org/a/b/branches/compare/2%0D1"),
        ("https://git.example.com/a/b.git", None),
        ("https://github.com.evil.test/a/b", None),
        ("https://github.com/a/b?token=secret", None),
        ("/srv/git/b.git", None),
        ("ext::sh -c whoami", None),
        ("https://github.com/a/b](x", None),
    ],
)
def test_the_page_of_a_known_host(remote, url):
    assert compare_url(remote, "1", "2") == url


@pytest.fixture
def clone(tmp_path):
    """A repository of three commits."""

    def git(*arguments):
        identity = ("-c", "user.name=x", "-c", "user.email=x@x.test", "-c", "commit.gpgsign=false")
        command = ["git", "-C", tmp_path, *identity, *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    git("init", "--quiet")
    git("remote", "add", "origin", "git@github.com:a/b.git")
    names = []
    for number in range(3):
        git("commit", "--quiet", "--allow-empty", "--message", str(number))
        names.append(git("rev-parse", "HEAD"))
    return tmp_path, names


def test_commits_are_counted_and_shown_where_the_project_is(clone):
    folder, (first, _, last) = clone
    url = f"https://github.com/a/b/compare/{first}...{last}"
    assert commits_between(first, last, folder) == CommitRange(first, last, 2, url)


def test_a_shallow_clone_does_not_count_them(clone):
    folder, (_, _, last) = clone
    url = f"https://github.com/a/b/compare/{'0' * 40}...{last}"
    assert commits_between("0" * 40, last, folder) == CommitRange("0" * 40, last, None, url)


@pytest.mark.parametrize("remote", [None, b"git@github.com:a/\xff.git"])
def test_without_a_remote_that_can_be_read_there_is_no_page(clone, remote):
    folder, (first, _, last) = clone
    setting = ["--unset", "remote.origin.url"] if remote is None else ["remote.origin.url", remote]
    subprocess.run(["git", "-C", folder, "config", *setting], check=True)
    assert commits_between(first, last, folder) == CommitRange(first, last, 2)


def test_elsewhere_nothing_is_known_of_them(clone, tmp_path_factory):
    folder, (first, *_) = clone
    nowhere = tmp_path_factory.mktemp("nowhere")
    assert commits_between(first, "0" * 40, folder) == CommitRange(first, "0" * 40)
    assert commits_between("1" * 40, "0" * 40, nowhere) == CommitRange("1" * 40, "0" * 40)
