"""The workers of a cluster, and whether their rounds may be put together."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lowprec import seeds
from lowprec.errors import ClusterError, LowprecError
from lowprec.record.data_info import DataInfo
from lowprec.record.seed_round import Maker
from lowprec.seeds.share import examined
from lowprec.training.own_code import own_code

__all__ = ["Worker", "examined_workers", "require_alike", "require_fit", "require_versions"]

PACKAGES = ("python", "dask", "distributed")
"""Whose versions must be those of this process, by the names that dask has for them."""


@dataclass(frozen=True)
class Worker:
    """A worker.

    Attributes:
        name: by which messages call it.
        maker: who it is, as far as that decides what comes of its rounds.
        data: what it would train models on, by their names.
    """

    name: str
    maker: Maker
    data: Mapping[str, DataInfo]


def require_fit(client: Any) -> None:
    """Require of the scheduler and all workers what a task of lowprec needs to run there at all.

    Raises:
        ClusterError: one of them has other versions, several threads, or no lowprec.
    """
    require_versions(client.get_versions())
    for address, threads in client.nthreads().items():
        if threads != 1:
            raise ClusterError(
                f"worker {address}: has {threads} threads, expected 1, as a training sets what "
                "holds for its whole process: start it with --nthreads 1"
            )
    # The scheduler reads tasks, too, before it hands them out.
    found = {"the scheduler": _found_by_scheduler(client)}
    answers = client.run(importlib.util.find_spec, seeds.__name__, on_error="return")
    found |= {f"worker {address}": answer for address, answer in answers.items()}
    for name, spec in found.items():
        if spec is None or isinstance(spec, Exception):  # of the package around it
            raise ClusterError(f"{name}: has not this lowprec; install it there")


def _found_by_scheduler(client: Any) -> Any:
    try:
        return client.run_on_scheduler(importlib.util.find_spec, seeds.__name__)
    except ModuleNotFoundError as error:
        return error


def examined_workers(client: Any, protocol: str, models: Sequence[str]) -> list[Worker]:
    """Return the workers of a cluster, which have the code of this process and are alike.

    Raises:
        ClusterError: one of them has no data, or would train something else than the first.
    """
    answers = _of_each(client, examined, protocol, models)
    workers = [Worker(address, *answer) for address, answer in answers.items()]
    for worker in workers:
        if worker.maker.code != own_code():
            raise ClusterError(
                f"worker {worker.name}: lowprec {worker.maker.code}, expected {own_code()} as "
                "here; install the same on both"
            )
    require_alike(workers)
    return workers


def require_versions(versions: Mapping[str, Any]) -> None:
    """Require of scheduler and workers the versions of this process.

    Args:
        versions: as `Client.get_versions` returns them.

    Raises:
        ClusterError: one of them has another.
    """
    here = _versions(versions["client"])
    others = {"the scheduler": versions["scheduler"]}
    others |= {f"worker {address}": found for address, found in versions["workers"].items()}
    for name, other in others.items():
        for package, found in _versions(other).items():
            if found != here[package]:
                raise ClusterError(
                    f"{name}: has {package} {found}, expected {here[package]} as here; install the "
                    "same on both"
                )


def _versions(of: Mapping[str, Any]) -> dict[str, str]:
    found = {package: str(of["packages"].get(package)) for package in PACKAGES}
    return found | {"python": ".".join(found["python"].split(".")[:2])}


def require_alike(workers: Iterable[Worker]) -> None:
    """Require that all workers would train the same as the first.

    Raises:
        ClusterError: one of them would not.
    """
    first, *others = workers
    for worker in others:
        if difference := worker.maker.difference(first.maker):
            raise ClusterError(
                f"worker {worker.name}: {difference} as worker {first.name} has; rows are for one "
                "framework and one kind of device: stop the workers of one kind"
            )
        for model, info in worker.data.items():
            if info != (expected := first.data[model]):
                raise ClusterError(
                    f"worker {worker.name}: {model} would be trained on {info.name} of the digest "
                    f"{info.sha256[:12]}, expected {expected.sha256[:12]} as worker {first.name} "
                    "has; prepare the same data on both: lowprec data prepare"
                )


def _of_each(client: Any, function: Any, *arguments: Any) -> dict[str, Any]:
    """Return what a function returns on each worker, by its address."""
    answers: dict[str, Any] = client.run(function, *arguments, on_error="return")
    for address, answer in answers.items():
        if isinstance(answer, Exception):
            kind = "" if isinstance(answer, LowprecError) else f"{type(answer).__name__}: "
            raise ClusterError(f"worker {address}: {kind}{answer}") from answer
    return answers
