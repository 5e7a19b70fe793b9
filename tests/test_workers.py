"""The share of cores and GPUs that each worker takes; this process keeps all of its own."""

import os
import subprocess

import pytest

from lowprec import workers
from lowprec.workers import take_share

GROWTH = "TF_FORCE_GPU_ALLOW_GROWTH"


@pytest.fixture
def machine(monkeypatch):
    """A function that sets cores and GPUs of a pretended machine; `taken` gathers affinities."""
    taken = []
    # Set first, so that what `take_share` puts there is undone.
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    monkeypatch.setenv(GROWTH, "")
    monkeypatch.delenv(GROWTH)

    def pretend(cores, gpus=None, visible=None):
        def run(command, **options):
            assert command[:2] == ["nvidia-smi", "--query-gpu=uuid"]
            if gpus is None:
                raise FileNotFoundError(command[0])
            return subprocess.CompletedProcess(command, 0, stdout="".join(f"{g}\n" for g in gpus))

        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(cores), raising=False)
        monkeypatch.setattr(
            os, "sched_setaffinity", lambda pid, mask: taken.append((pid, mask)), raising=False
        )
        monkeypatch.setattr(workers.subprocess, "run", run)
        if visible is not None:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        return taken

    return pretend


@pytest.mark.parametrize(
    ("cores", "count", "shares"),
    [
        ([0, 1, 2, 3], 2, [[0, 2], [1, 3]]),
        ([4, 7], 2, [[4], [7]]),
        ([0, 1, 2], 2, [[0, 2], [1]]),
        ([0, 1, 2], 1, [[0, 1, 2]]),
        ([0, 1], 5, [[0], [1], [0], [1], [0]]),
    ],
)
def test_cores_are_split_among_the_workers(machine, cores, count, shares):
    taken = machine(cores)
    for index in range(count):
        take_share(index, count)
    assert taken == [(0, share) for share in shares]


@pytest.mark.parametrize(
    ("gpus", "visible", "shares"),
    [
        (["GPU-a", "GPU-b"], None, ["GPU-a", "GPU-b", "GPU-a"]),
        (["GPU-a"], None, ["GPU-a"] * 3),
        (["GPU-a", "GPU-b"], "1,0", ["1", "0", "1"]),
        (["GPU-a", "GPU-b"], "1", ["1", "1", "1"]),
        (["GPU-a", "GPU-b"], "1,", ["1", "1", "1"]),
        (["GPU-a", "GPU-b"], "", ["", "", ""]),
        (["GPU-a", "GPU-b"], "-1", ["-1", "-1", "-1"]),
        (None, None, [None, None, None]),
        ([], None, [None, None, None]),
    ],
    ids=[
        "two",
        "one",
        "two named",
        "one named",
        "a comma too many",
        "none visible",
        "hidden",
        "no driver",
        "no GPU",
    ],
)
def test_gpus_go_round_among_the_workers(machine, monkeypatch, gpus, visible, shares):
    found = []
    for index in range(3):
        machine([0], gpus, visible)
        take_share(index, 3)
        found.append(os.environ.get("CUDA_VISIBLE_DEVICES"))
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert found == shares


@pytest.mark.parametrize(
    ("gpus", "count", "growth"),
    [(["GPU-a"], 1, None), (["GPU-a", "GPU-b"], 2, None), (["GPU-a"], 2, "true"), (None, 2, None)],
)
def test_workers_that_share_a_gpu_leave_each_other_memory(machine, gpus, count, growth):
    machine([0], gpus)
    take_share(0, count)
    assert os.environ.get(GROWTH) == growth


def test_the_users_own_memory_setting_stays(machine, monkeypatch):
    machine([0], ["GPU-a"])
    monkeypatch.setenv(GROWTH, "false")
    take_share(0, 2)
    assert os.environ[GROWTH] == "false"


@pytest.mark.parametrize(
    "error", [subprocess.CalledProcessError(9, "nvidia-smi"), subprocess.TimeoutExpired("x", 60)]
)
def test_a_driver_that_does_not_answer_is_no_gpu(machine, monkeypatch, error):
    def run(command, **options):
        raise error

    machine([0])
    monkeypatch.setattr(workers.subprocess, "run", run)
    take_share(0, 2)
    assert "CUDA_VISIBLE_DEVICES" not in os.environ


def test_without_affinities_gpus_are_still_shared(machine, monkeypatch):
    machine([0], ["GPU-a", "GPU-b"])
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.delattr(os, "sched_setaffinity")
    take_share(1, 2)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-b"
