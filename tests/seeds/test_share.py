"""The share that a worker of a cluster takes, by its name among those of its host."""

import asyncio
import os
from types import SimpleNamespace

import pytest

pytest.importorskip("distributed", reason="needs the extra cluster: pip install -e '.[cluster]'")

from lowprec import framework
from lowprec.seeds import share as module
from lowprec.seeds.share import SharePlugin

HOSTS = {"tcp://a:1": ("a", "0"), "tcp://a:2": ("a", "1"), "tcp://b:1": ("b", "0")}


@pytest.fixture
def taken(monkeypatch):
    """Shares that are taken on a machine of four cores, of which this process may use all."""
    taken = []
    for owner, name, stand_in in (
        (module, "take_share", lambda index, count: taken.append((index, count))),
        (module, "draw_by_thread", lambda: taken.append("randoms")),
        (framework, "prefer_repeatable_results", lambda: taken.append("repeatable")),
        (os, "cpu_count", lambda: 4),
    ):
        monkeypatch.setattr(owner, name, stand_in)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "6")
    return taken


def set_up(share, name, host="a"):
    """Let a worker of a scheduler with three workers on two hosts take it."""

    async def identity():
        return {"workers": {a: {"host": h, "name": n} for a, (h, n) in HOSTS.items()}}

    scheduler = SimpleNamespace(identity=identity)
    worker = SimpleNamespace(name=name, host=host, scheduler=scheduler)
    asyncio.run(share.setup(worker))


@pytest.mark.parametrize(
    ("name", "host", "share"), [(0, "a", (0, 2)), ("1", "a", (1, 2)), ("0", "b", (0, 1))]
)
def test_workers_of_a_host_share_it(taken, name, host, share):
    set_up(SharePlugin(always=False), name, host)
    assert taken == ["repeatable", "randoms", share]


def test_what_was_shared_out_stays(taken, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1}, raising=False)
    set_up(SharePlugin(always=False), 0)
    assert taken == ["repeatable", "randoms"]


def test_a_gpu_that_was_given_stays(taken, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    set_up(SharePlugin(always=False), 0)
    assert taken == ["repeatable", "randoms"]


def test_processes_that_were_started_here_share_what_there_is(taken, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1}, raising=False)
    set_up(SharePlugin(always=True), 0)
    assert taken[-1] == (0, 2)


def test_a_round_has_as_many_threads_as_here(taken, monkeypatch):
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "3")
    share = SharePlugin(always=False)
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS")
    set_up(share, 0)
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "3"


def test_without_a_setting_these_are_the_processors_of_this_process(taken, monkeypatch):
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS")
    set_up(SharePlugin(always=False), 0)
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "4"


def test_the_workers_own_setting_stays(taken):
    set_up(SharePlugin(always=False), 0)
    assert os.environ["TF_NUM_INTRAOP_THREADS"] == "6"
