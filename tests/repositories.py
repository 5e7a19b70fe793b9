"""Git, as the tests of the history's branch use it."""

import subprocess


def git(folder, *arguments):
    """Run git in a folder and return what it says; it must succeed."""
    return subprocess.run(
        ["git", "-c", "user.name=x", "-c", "user.email=x@y", *arguments],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
