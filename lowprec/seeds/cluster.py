"""Rounds that are trained by the workers of a dask cluster, a task each."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from distributed import Client, Future, KilledWorker, LocalCluster, as_completed
from distributed.utils import silence_logging_cmgr
from distributed.versions import VersionMismatchWarning

from lowprec.errors import ClusterError
from lowprec.record.data_info import DataInfo
from lowprec.record.seed_round import Maker, SeedRound, Work
from lowprec.seeds.gathering import Keep
from lowprec.seeds.overall import OverallLine
from lowprec.seeds.share import SharePlugin
from lowprec.seeds.workers import Worker, examined_workers, require_alike, require_fit
from lowprec.training.one_seed import train_round

__all__ = ["Cluster", "local_cluster", "named_cluster"]

ANSWER_S = 6.0
"""How long a scheduler may take to answer, and then its first worker to be there."""

RETRIES = 2
"""Of a round that raised, in case it was its worker's fault. Rounds of workers that were lost are
trained again without being counted, by dask's own `allowed-failures`."""

Train = Callable[[Work], SeedRound]


class Cluster:
    """The workers of a cluster, as a place where rounds are trained."""

    def __init__(
        self, client: Client, workers: Sequence[Worker], train: Train = train_round
    ) -> None:
        """Take workers that are alike, and what trains a round on one."""
        self._client, self._workers, self._train = client, workers, train

    @property
    def maker(self) -> Maker:
        """Any of the workers: they are alike."""
        return self._workers[0].maker

    def data(self, model: str) -> DataInfo:
        """Return what all workers train a model on."""
        return self._workers[0].data[model]

    def train(self, works: Sequence[Work], keep: Keep) -> Iterator[SeedRound]:
        """Train rounds; each is yielded when it comes.

        Raises:
            ClusterError: the scheduler is gone; a worker that came later is not like the others;
                or a round has cost worker after worker, which is told after all others.
        """
        futures = {self._submitted(work): work for work in works}
        deadly: list[Work] = []
        with OverallLine.over(works, len(self._workers)) as line:
            for future in as_completed(list(futures), loop=self._client.loop):
                work = futures.pop(future)
                try:
                    trained = self._result(future)
                except KilledWorker:
                    deadly.append(work)
                    continue
                self._require_like_the_others(trained)
                keep(trained)
                line.advance(trained)
                yield trained
        if deadly:
            raise ClusterError(
                f"{', '.join(map(str, deadly))}: each worker that trained this died over it; its "
                "log says why (too little memory?)"
            )

    def _submitted(self, work: Work) -> Future:
        return self._client.submit(self._train, work, pure=False, retries=RETRIES)

    def _result(self, future: Future) -> SeedRound:
        if future.status == "cancelled":
            address = self._client.scheduler.address if self._client.scheduler else "the scheduler"
            raise ClusterError(f"{address}: the scheduler is gone")
        result: SeedRound = future.result()
        return result

    def _require_like_the_others(self, trained: SeedRound) -> None:
        worker = Worker(trained.maker.host, trained.maker, {trained.work.model: trained.data})
        require_alike([self._workers[0], worker])


@contextmanager
def named_cluster(address: str, protocol: str, models: Sequence[str]) -> Iterator[Cluster]:
    """Yield the cluster of a scheduler, once its workers are known to be alike.

    Raises:
        ClusterError: it does not answer, or has no workers, or none that are alike.
    """
    with _quiet(), _client(address) as client:
        yield _checked(client, SharePlugin(always=False), protocol, models)
        # Workers that join later are others' again.
        client.unregister_worker_plugin(SharePlugin.name)


@contextmanager
def local_cluster(count: int, protocol: str, models: Sequence[str]) -> Iterator[Cluster]:
    """Yield a cluster of this many processes of this machine, which ends with the context."""
    with (
        _quiet(),
        LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            # A training takes what it takes; on a GPU much of it is no memory of the machine.
            memory_limit=0,
            dashboard_address=":0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        _client(cluster) as client,
    ):
        yield _checked(client, SharePlugin(always=True), protocol, models)


def _checked(client: Client, share: SharePlugin, protocol: str, models: Sequence[str]) -> Cluster:
    require_fit(client)
    client.register_plugin(share)
    return Cluster(client, examined_workers(client, protocol, models))


@contextmanager
def _client(address: Any) -> Iterator[Client]:
    try:
        client = Client(address, timeout=ANSWER_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: no dask scheduler answers there: {error}") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=ANSWER_S)
        except TimeoutError as error:
            raise ClusterError(
                f"{address}: the scheduler has no worker; start one with: "
                f"dask worker {address} --nthreads 1"
            ) from error
        yield client


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep dask's own log off the terminal: what is to be told of it is told in one line."""
    with silence_logging_cmgr(logging.CRITICAL + 1), warnings.catch_warnings():
        warnings.simplefilter("ignore", VersionMismatchWarning)
        yield
