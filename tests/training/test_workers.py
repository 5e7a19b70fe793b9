"""The share of cores and GPUs that each worker takes; this process keeps all of its own."""

import os
import sys
import uuid

import pytest

from lowprec.training import workers
from lowprec.training.workers import Share, free_place, take_share

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

    def pretend(cores, gpus=(), visible=None):
        def nvidia_smi(field):
            assert field == "uuid"
            return list(gpus)

        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(cores), raising=False)
        monkeypatch.setattr(
            os, "sched_setaffinity", lambda pid, mask: taken.append((pid, mask)), raising=False
        )
        monkeypatch.setattr(workers, "nvidia_smi", nvidia_smi)
        if visible is not None:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
        return taken

    return pretend


@pytest.mark.parametrize(
    ("cores", "count", "shares"),
    [
        ([0, 1, 2, 3], 2, [[0, 2], [1, 3]]),
        ([4, 7], 2, [[4], [7]]),
        ([0, 1, 2], 2, [[0], [1]]),
        ([0, 1, 2], 1, [[0, 1, 2]]),
        ([0, 1], 5, [[0], [1], [0], [1], [0]]),
    ],
)
def test_each_worker_has_as_many_cores_as_the_others(machine, cores, count, shares):
    taken = machine(cores)
    for index in range(count):
        take_share(index, count)
    assert taken == [(0, share) for share in shares]


def test_what_a_worker_has_is_told(machine):
    machine([0, 1])
    assert take_share(0, 2) == Share(2)
    machine([0, 1], ["GPU-a", "GPU-b"])
    assert take_share(1, 2) == Share(2)


def test_how_many_share_a_gpu_is_told(machine):
    machine([0, 1], ["GPU-a", "GPU-b"])
    assert take_share(0, 3) == Share(3, workers_a_gpu=2)


@pytest.fixture
def places(monkeypatch):
    """Those that are taken, which this process gives back at the end of a test."""
    taken = []
    monkeypatch.setattr(workers, "_PLACES", taken)
    yield taken
    for place in taken:
        os.close(place)


@pytest.mark.skipif(sys.platform != "linux", reason="needs sockets without a file")
def test_the_successor_of_a_dead_worker_has_its_share(places):
    run = uuid.uuid4().hex
    assert [free_place(index, 3, run) for index in range(3)] == [0, 1, 2]
    os.close(places.pop(1))
    assert free_place(3, 3, run) == 1
    assert free_place(0, 3, uuid.uuid4().hex) == 0  # of another session


def test_elsewhere_the_number_of_a_worker_decides(monkeypatch, places):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert [free_place(index, 2, "run") for index in (0, 1, 2)] == [0, 1, 0]


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
        "no GPU",
    ],
)
def test_gpus_go_round_among_the_workers(machine, monkeypatch, gpus, visible, shares):
    variables = []
    for index in range(3):
        machine([0], gpus, visible)
        take_share(index, 3)
        variables.append(os.environ.get("CUDA_VISIBLE_DEVICES"))
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert variables == shares


@pytest.mark.parametrize(
    ("gpus", "count", "growth"),
    [(["GPU-a"], 1, None), (["GPU-a", "GPU-b"], 2, None), (["GPU-a"], 2, "true"), ([], 2, None)],
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


def test_without_affinities_gpus_are_still_shared(machine, monkeypatch):
    machine([0], ["GPU-a", "GPU-b"])
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.delattr(os, "sched_setaffinity")
    take_share(1, 2)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-b"
