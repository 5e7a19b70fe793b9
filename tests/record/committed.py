"""The stored sessions that belong to the repository; whoever runs the suite adds others."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def committed_sessions():
    """Return their files; none where there is no git checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "--", ".benchmarks/*/*.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return [ROOT / name for name in listed.stdout.splitlines()]
