"""Rounds on dask's own cluster: what is lost with a worker or the scheduler, and what is not."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from functools import partial
from types import SimpleNamespace

import msgspec
import pytest

pytest.importorskip("distributed", reason="needs the extra cluster: pip install -e '.[cluster]'")

from distributed import Client, KilledWorker, LocalCluster

from lowprec.errors import ClusterError
from lowprec.seeds.cluster import Cluster, _client, named_cluster
from lowprec.seeds.workers import Worker
from tests.literals import INFO
from tests.seeds.rounds import MAKER, environment, finished, works

pytestmark = pytest.mark.filterwarnings("default")  # of dask's, at its end

WORKERS = [Worker("first", MAKER, {"NN-I": INFO}), Worker("second", MAKER, {"NN-I": INFO})]
WORK = works(6)


@pytest.fixture(scope="module")
def threads():
    """A client of two workers in this process."""
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0"
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def trained(client, train, work=WORK):
    """The rounds that are kept, by seed, and the error that ended them."""
    kept, error = [], None
    try:
        yielded = list(Cluster(client, WORKERS, train).train(work, kept.append))
        assert yielded == kept
    except ClusterError as raised:
        error = str(raised)
    return sorted(kept, key=lambda each: each.work.seed), error


def test_every_round_is_kept_and_yielded(threads):
    assert trained(threads, finished) == ([finished(work) for work in WORK], None)


def fails_once(folder, work):
    """Raises in the first try of one round."""
    tried = folder / str(work.seed)
    if work.seed == 1002 and not tried.exists():
        tried.touch()
        raise RuntimeError("of this worker")
    return finished(work)


def test_a_round_that_raises_once_is_trained_again(threads, tmp_path):
    rounds, error = trained(threads, partial(fails_once, tmp_path))
    assert (len(rounds), error) == (6, None)
    assert (tmp_path / "1002").exists()


def costs_workers(work):
    """Is, for one round, what dask says of a task that workers died over."""
    if work.seed == 1001:
        raise KilledWorker("task", SimpleNamespace(address="tcp://last"), 3)
    return finished(work)


def test_a_round_that_costs_worker_after_worker_is_told_after_all_others(threads):
    rounds, error = trained(threads, costs_workers)
    assert [each.work.seed for each in rounds] == [1000, 1002, 1003, 1004, 1005]
    assert error.startswith("NN-I half seed 1001: each worker that trained this died over it")


def other_keras(work):
    """Is trained by another Keras for one round, as by a worker that came later."""
    keras_2 = msgspec.structs.replace(MAKER, host="late", environment=environment(keras="2.15.0"))
    return finished(work, maker=keras_2 if work.seed == 1003 else MAKER)


def test_a_round_of_another_framework_is_refused_and_not_kept(threads):
    rounds, error = trained(threads, other_keras)
    assert 1003 not in [each.work.seed for each in rounds]
    assert error.startswith("worker late: keras 2.15.0, expected 3.15.1 as worker first has")


def takes_a_moment(folder, work):
    """Leaves the number of its process each time it is tried."""
    tries = len(list(folder.glob(f"{work.seed}-*")))
    (folder / f"{work.seed}-{tries}").write_text(str(os.getpid()))
    time.sleep(0.3)
    return finished(work)


def in_the_middle(folder, kept):
    """Wait for a process that has begun a round that is not kept yet, and return its number."""
    while True:
        begun = [path for path in folder.iterdir() if int(path.name.split("-")[0]) not in kept]
        if numbers := [number for path in begun if (number := path.read_text())]:
            return int(numbers[0])
        time.sleep(0.01)


def test_a_killed_worker_costs_its_own_round_only(tmp_path):
    kept = []

    def keep(one):
        kept.append(one.work.seed)
        if len(kept) == 2:
            os.kill(in_the_middle(tmp_path, kept), signal.SIGKILL)

    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=60
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        place = Cluster(client, WORKERS, partial(takes_a_moment, tmp_path))
        rounds = list(place.train(WORK, keep))
    assert sorted(rounds, key=lambda each: each.work.seed) == [finished(work) for work in WORK]
    assert sorted(kept) == [1000, 1001, 1002, 1003, 1004, 1005]
    tries = Counter(int(path.name.split("-")[0]) for path in tmp_path.iterdir())
    assert all(tries[seed] == 1 for seed in kept[:2])
    assert 7 <= tries.total() <= 8  # the killed one's, and one that was sent to it ahead


@pytest.fixture
def scheduler():
    """Address and process of a scheduler with one worker, each a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    dask = [sys.executable, "-m", "distributed.cli"]
    address = f"tcp://127.0.0.1:{port}"
    commands = (
        [f"{dask[2]}.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
        [f"{dask[2]}.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"],
    )
    processes = [
        subprocess.Popen([*dask[:2], *command], stderr=subprocess.DEVNULL) for command in commands
    ]
    deadline_s = time.monotonic() + 60
    with socket.socket() as asked:
        while asked.connect_ex(("127.0.0.1", port)) and time.monotonic() < deadline_s:
            time.sleep(0.1)
    yield address, processes[0]
    for process in processes:
        process.kill()
        process.wait()


def test_a_scheduler_that_dies_is_told_and_what_was_finished_is_kept(scheduler, tmp_path):
    address, process = scheduler
    kept = []

    def keep(one):
        kept.append(one.work.seed)
        if len(kept) == 2:
            process.kill()

    with (
        _client(address) as client,
        pytest.raises(ClusterError, match=f"{address}: the scheduler is gone"),
    ):
        list(Cluster(client, WORKERS, partial(takes_a_moment, tmp_path)).train(WORK, keep))
    assert 2 <= len(kept) < 6


def test_a_scheduler_that_does_not_answer_is_told_within_ten_seconds():
    started_s = time.monotonic()
    with (
        pytest.raises(ClusterError, match=r"tcp://127\.0\.0\.1:1: no dask scheduler answers there"),
        named_cluster("tcp://127.0.0.1:1", "quick", ["NN-I"]),
    ):
        pass
    assert time.monotonic() - started_s < 10


def test_what_is_no_address_is_told():
    with (
        pytest.raises(ClusterError, match="ftp://here: no dask scheduler answers there"),
        named_cluster("ftp://here", "quick", ["NN-I"]),
    ):
        pass
