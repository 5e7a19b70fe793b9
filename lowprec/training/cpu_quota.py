"""The processor time that Linux' control groups allow this process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

__all__ = ["cpu_quota"]


@dataclass(frozen=True)
class _Mount:
    """A mounted hierarchy of groups.

    Attributes:
        version: 1 or 2 of control groups.
        root: the group that is mounted.
        point: the folder it is mounted on.
    """

    version: int
    root: PurePosixPath
    point: Path


def cpu_quota(processors: int, process: Path = Path("/proc/self")) -> float | None:
    """Return how many processors' time the groups of this process allow it, to a thousandth.

    The smallest quota from its group up to the root counts, of both versions of control groups.
    What cannot be read is taken for no quota: a container may hide the groups above its own.

    Args:
        processors: that the process may run on.
        process: the folder in which Linux tells of it.

    Returns:
        None without a quota, with one that is not below `processors`, and on other systems.
    """
    mounts = list(_mounts(process / "mountinfo"))
    quotas = [
        quota
        for version, group in _groups(process / "cgroup")
        for folder in _folders([m for m in mounts if m.version == version], group)
        if (quota := _quota(folder, version)) is not None
    ]
    smallest = round(min(quotas, default=processors), 3)
    return smallest if smallest < processors else None


def _groups(cgroup: Path) -> Iterator[tuple[int, PurePosixPath]]:
    """Yield version and group of each hierarchy that can limit processors (cgroups(7))."""
    for line in _lines(cgroup):  # "4:cpu,cpuacct:/group"; "0::/group" in version 2
        number, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if number == "0":
            yield 2, PurePosixPath(group)
        elif "cpu" in controllers.split(","):
            yield 1, PurePosixPath(group)


def _mounts(mountinfo: Path) -> Iterator[_Mount]:
    """Yield what is mounted of hierarchies that can limit processors (proc_pid_mountinfo(5))."""
    for line in _lines(mountinfo):
        fields, _, rest = line.partition(" - ")
        kind, _, options = rest.partition(" ")
        controllers = options.rpartition(" ")[2].split(",")
        if kind == "cgroup2" or (kind == "cgroup" and "cpu" in controllers):
            root, point = map(_unescaped, fields.split(" ")[3:5])
            yield _Mount(2 if kind == "cgroup2" else 1, PurePosixPath(root), Path(point))


def _folders(mounts: Sequence[_Mount], group: PurePosixPath) -> list[Path]:
    """Return the folders of a group and of those above it, as far up as they are mounted.

    A container may name the group as the host sees it; what is mounted is its own group then.
    """
    folders = [folder for mount in mounts for folder in _upwards(mount, group)]
    return folders or [mount.point for mount in mounts]


def _upwards(mount: _Mount, group: PurePosixPath) -> list[Path]:
    """Return the folders of a group and of those above it in one mount, if it is in there."""
    if not group.is_relative_to(mount.root) or ".." in group.parts:
        return []
    below = group.relative_to(mount.root)
    return [mount.point / path for path in (below, *below.parents)]


def _quota(folder: Path, version: int) -> float | None:
    """Return a group's own quota in processors, None where it has none or cannot be read."""
    names = ("cpu.max",) if version == 2 else ("cpu.cfs_quota_us", "cpu.cfs_period_us")
    words = " ".join(line for name in names for line in _lines(folder / name)).split()
    try:
        quota_us, period_us = map(int, words)  # "max" is no number, and -1 is no quota
    except ValueError:
        return None
    return quota_us / period_us if quota_us > 0 and period_us > 0 else None


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return []


def _unescaped(path: str) -> str:
    r"""Return a path with the blanks that mountinfo writes as "\040"."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), path)
