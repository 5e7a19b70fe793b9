"""Quotas of control groups, from files as the kernel writes them."""

import pytest

from lowprec.training.cpu_quota import cpu_quota


@pytest.fixture
def system(tmp_path):
    """A function that writes /proc/self with these groups and mounts, and the groups' files.

    A mount is (its root, its folder below tmp_path, type, options); a file's name begins with that
    folder.
    """

    def write(groups, mounts, files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        process = tmp_path / "self"
        process.mkdir()
        (process / "cgroup").write_text("".join(f"{group}\n" for group in groups))
        lines = [
            f"{number} 23 0:{number} {root} {tmp_path}/{folder} rw,relatime shared:9 - {kind}\n"
            for number, (root, folder, kind) in enumerate(mounts, start=31)
        ]
        lines.insert(0, "23 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n")
        (process / "mountinfo").write_text("".join(lines))
        return process

    return write


V2 = [("/", "fs", "cgroup2 cgroup2 rw,nsdelegate")]
V1 = [
    ("/", "fs/cpuset", "cgroup cgroup rw,cpuset"),
    ("/", "fs/cpu", "cgroup cgroup rw,cpu,cpuacct"),
]
V1_GROUPS = ["5:cpuset:/", "4:cpu,cpuacct:/night/run", "1:name=systemd:/init.scope"]


def v1(quota_us, period_us="100000"):
    """The two files of the group /night/run."""
    return {
        "fs/cpu/night/run/cpu.cfs_quota_us": f"{quota_us}\n",
        "fs/cpu/night/run/cpu.cfs_period_us": f"{period_us}\n",
    }


@pytest.mark.parametrize(
    ("text", "quota"),
    [
        ("25000 100000\n", 0.25),
        ("150000 100000\n", 1.5),
        ("100000 300000\n", 0.333),
        ("1000 1000000\n", 0.001),
        ("max 100000\n", None),
        ("200000 100000\n", None),
        ("800000 100000\n", None),
        ("", None),
        ("25000\n", None),
        ("25000 0\n", None),
        ("a quarter\n", None),
    ],
)
def test_version_2_has_quota_and_period_in_one_file(system, text, quota):
    process = system(["0::/night"], V2, {"fs/night/cpu.max": text})
    assert cpu_quota(2, process) == quota


@pytest.mark.parametrize(
    ("quota_us", "quota"),
    [("25000", 0.25), ("-1", None), ("0", None), ("200000", None), ("", None), ("max", None)],
)
def test_version_1_has_quota_and_period_in_two(system, quota_us, quota):
    assert cpu_quota(2, system(V1_GROUPS, V1, v1(quota_us))) == quota


def test_without_a_period_there_is_no_quota(system):
    files = v1("25000")
    del files["fs/cpu/night/run/cpu.cfs_period_us"]
    assert cpu_quota(2, system(V1_GROUPS, V1, files)) is None


@pytest.mark.parametrize(
    ("quotas", "smallest"),
    [
        ({"": "max 100000", "/a": "50000 100000", "/a/b": "100000 100000"}, 0.5),
        ({"": "max 100000", "/a": "max 100000", "/a/b": "100000 100000"}, 1.0),
        ({"/a/b": "max 100000", "": "150000 100000"}, 1.5),
        ({"/a": "25000 100000", "/a/b": "max 100000", "/a/b/c": "1000 100000"}, 0.25),
        ({"/other": "25000 100000"}, None),
    ],
)
def test_the_smallest_quota_up_to_the_root_counts(system, quotas, smallest):
    files = {f"fs{group}/cpu.max": text for group, text in quotas.items()}
    assert cpu_quota(2, system(["0::/a/b"], V2, files)) == smallest


def test_where_both_versions_are_mounted_the_smaller_quota_counts(system):
    mounts = [*V1, ("/", "fs/unified", "cgroup2 cgroup2 rw")]
    files = v1("150000") | {"fs/unified/night/cpu.max": "100000 100000"}
    assert cpu_quota(2, system([*V1_GROUPS, "0::/night"], mounts, files)) == 1.0


def test_a_container_sees_its_own_group_where_the_root_would_be(system):
    mounts = [("/docker/1f2e", "fs", "cgroup cgroup rw,cpu")]
    files = {"fs/cpu.cfs_quota_us": "25000", "fs/cpu.cfs_period_us": "100000"}
    files |= {"fs/run/cpu.cfs_quota_us": "20000", "fs/run/cpu.cfs_period_us": "100000"}
    process = system(["4:cpu:/docker/1f2e/run"], mounts, files)
    assert cpu_quota(2, process) == 0.2


@pytest.mark.parametrize("group", ["/kubepods/pod1/1f2e", "/../1f2e", "/"])
def test_a_group_that_is_not_mounted_has_the_quota_of_what_is(system, group):
    mounts = [("/docker/1f2e", "fs", "cgroup2 cgroup rw")]
    assert cpu_quota(2, system([f"0::{group}"], mounts, {"fs/cpu.max": "25000 100000"})) == 0.25


def test_a_group_outside_of_the_mount_is_not_looked_for(system):
    files = {"fs/cpu.max": "25000 100000", "1f2e/cpu.max": "10000 100000"}
    assert cpu_quota(2, system(["0::/../1f2e"], V2, files)) == 0.25


def test_each_version_has_its_own_mounts(system):
    mounts = [
        ("/docker/1f2e", "fs/cpu", "cgroup cgroup rw,cpu"),
        ("/", "fs/unified", "cgroup2 cgroup2 rw"),
    ]
    files = {"fs/cpu/cpu.cfs_quota_us": "25000", "fs/cpu/cpu.cfs_period_us": "100000"}
    assert cpu_quota(2, system(["4:cpu:/night", "0::/night"], mounts, files)) == 0.25


def test_the_mount_of_another_group_is_left_aside(system):
    mounts = [*V2, ("/docker/1f2e", "other", "cgroup2 cgroup2 rw")]
    files = {"other/cpu.max": "25000 100000", "fs/night/cpu.max": "150000 100000"}
    assert cpu_quota(2, system(["0::/night"], mounts, files)) == 1.5


def test_the_quota_of_another_hierarchy_is_none_of_this_one(system):
    files = {"fs/cpuset/cpu.cfs_quota_us": "25000", "fs/cpuset/cpu.cfs_period_us": "100000"}
    assert cpu_quota(2, system(V1_GROUPS, V1, files)) is None


def test_a_folder_with_a_blank_is_found(system, tmp_path):
    mounts = [("/", r"c\040groups", "cgroup2 cgroup2 rw")]
    process = system(["0::/a night"], mounts, {"c groups/a night/cpu.max": "25000 100000"})
    assert cpu_quota(2, process) == 0.25


def test_a_file_that_cannot_be_read_is_no_quota(system, tmp_path):
    process = system(["0::/a/b"], V2, {"fs/a/cpu.max": "25000 100000"})
    (tmp_path / "fs/a/b/cpu.max").mkdir(parents=True)
    assert cpu_quota(2, process) == 0.25


@pytest.mark.parametrize("missing", ["cgroup", "mountinfo"])
def test_without_control_groups_there_is_none(system, missing):
    process = system(["0::/a"], V2, {"fs/a/cpu.max": "25000 100000"})
    (process / missing).unlink()
    assert cpu_quota(2, process) is None


def test_on_another_system_there_is_none(tmp_path):
    assert cpu_quota(2, tmp_path / "none") is None
