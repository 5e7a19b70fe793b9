"""Which workers' rounds may be put together, and what is said of the first that may not."""

import dataclasses

import msgspec
import pytest

pytest.importorskip("distributed", reason="needs the extra cluster: pip install -e '.[cluster]'")

from lowprec.errors import ClusterError, DataError
from lowprec.seeds import workers as module
from lowprec.seeds.workers import (
    Worker,
    examined_workers,
    require_alike,
    require_fit,
    require_versions,
)
from tests.literals import INFO
from tests.seeds.rounds import MAKER, environment

FIRST = Worker("tcp://a:1", MAKER, {"NN-I": INFO})


def packages(python="3.11.7.final.0", dask="2026.8.0", distributed="2026.8.0"):
    return {"packages": {"python": python, "dask": dask, "distributed": distributed}}


class Client:
    """Stands for dask's, of two workers; `answers` are theirs to `examined`."""

    def __init__(self, threads=1, found="spec", answers=((MAKER, {"NN-I": INFO}),) * 2):
        self.threads, self.found, self.answers = threads, found, answers

    by_scheduler = "spec"

    def get_versions(self):
        here = packages()
        workers = {"tcp://a:1": here, "tcp://b:1": here}
        return {"client": here, "scheduler": here, "workers": workers}

    def nthreads(self):
        return {"tcp://a:1": 1, "tcp://b:1": self.threads}

    def run_on_scheduler(self, function, name):
        if isinstance(self.by_scheduler, Exception):
            raise self.by_scheduler
        return self.by_scheduler

    def run(self, function, *arguments, on_error):
        if arguments == ("lowprec.seeds",):
            return {"tcp://a:1": "spec", "tcp://b:1": self.found}
        assert arguments == ("quick", ["NN-I"])
        return dict(zip(("tcp://a:1", "tcp://b:1"), self.answers, strict=True))


@pytest.fixture(autouse=True)
def _code_of_here(monkeypatch):
    monkeypatch.setattr(module, "own_code", lambda: MAKER.code)


def test_workers_that_are_alike():
    require_fit(Client())
    assert examined_workers(Client(), "quick", ["NN-I"]) == [
        FIRST,
        Worker("tcp://b:1", MAKER, {"NN-I": INFO}),
    ]


@pytest.mark.parametrize(
    ("client", "message"),
    [
        (Client(threads=4), "has 4 threads, expected 1, .*: start it with --nthreads 1"),
        (Client(found=None), "has not this lowprec; install it there"),
        (Client(found=ImportError("lowprec")), "has not this lowprec; install it there"),
    ],
)
def test_a_worker_that_is_not_fit_is_named(client, message):
    with pytest.raises(ClusterError, match=f"^worker tcp://b:1: {message}$"):
        require_fit(client)


@pytest.mark.parametrize("found", [None, ModuleNotFoundError("lowprec")])
def test_a_scheduler_without_lowprec_is_told(found):
    client = Client()
    client.by_scheduler = found
    with pytest.raises(ClusterError, match=r"^the scheduler: has not this lowprec; install it"):
        require_fit(client)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (DataError("imdb_reviews: not there"), "imdb_reviews: not there"),
        (OSError("lost"), "OSError: lost"),
        (
            (msgspec.structs.replace(MAKER, code="0.2.0-code"), {}),
            "lowprec 0.2.0-code, expected 0.1.0-code as here; install the same on both",
        ),
    ],
)
def test_a_worker_with_other_code_or_without_data_is_named(answer, message):
    with pytest.raises(ClusterError, match=f"^worker tcp://b:1: {message}$"):
        examined_workers(Client(answers=((MAKER, {}), answer)), "quick", ["NN-I"])


@pytest.mark.parametrize(
    ("changes", "difference"),
    [
        ({"keras": "2.15.0"}, "keras 2.15.0, expected 3.15.1"),
        ({"tensorflow": "2.15.0"}, "tensorflow 2.15.0, expected 2.21.0"),
        ({"device": "gpu"}, "device gpu, expected cpu"),
    ],
)
def test_a_worker_of_another_framework_or_device_is_named(changes, difference):
    other = Worker(
        "tcp://b:1", msgspec.structs.replace(MAKER, environment=environment(**changes)), {}
    )
    with pytest.raises(ClusterError, match=f"^worker tcp://b:1: {difference} as worker tcp://a:1"):
        require_alike([FIRST, FIRST, other])


def test_a_worker_with_other_data_is_named():
    other = Worker("tcp://b:1", MAKER, {"NN-I": dataclasses.replace(INFO, sha256="1" * 64)})
    with pytest.raises(
        ClusterError,
        match=r"^worker tcp://b:1: NN-I would be trained on fashion_mnist of the digest "
        "111111111111, expected 000000000000 as worker tcp://a:1 has; prepare the same data",
    ):
        require_alike([FIRST, other])


@pytest.mark.parametrize(
    ("scheduler", "worker", "message"),
    [
        (
            packages(distributed="2024.8.0"),
            packages(),
            "the scheduler: has distributed 2024.8.0, expected 2026.8.0 as here; install the same",
        ),
        (
            packages(),
            packages(python="3.12.1.final.0"),
            "worker tcp://b:1: has python 3.12, expected 3.11 as here",
        ),
    ],
)
def test_versions_that_do_not_match_are_told(scheduler, worker, message):
    versions = {"client": packages(), "scheduler": scheduler, "workers": {"tcp://b:1": worker}}
    with pytest.raises(ClusterError, match=f"^{message}"):
        require_versions(versions)


def test_a_later_python_of_the_same_minor_version_is_no_matter():
    other = packages(python="3.11.9.final.0")
    require_versions({"client": packages(), "scheduler": other, "workers": {"b": other}})
