"""Sessions of pytest-xdist: its workers train, and the controller puts their pairs together.

What comes of it is stored as if one process had trained all pairs, with the number of workers among
the fields of its environment, so that it is judged by sessions of as many workers only.
"""

from __future__ import annotations

import json
import os
from types import SimpleNamespace
from typing import Any

import msgspec
from pytest_benchmark.stats import Metadata
from pytest_benchmark.utils import safe_dumps

from lowprec.record.environment import FIELDS, Environment
from lowprec.record.machine_load import MachineLoad, ProcessorTimes
from lowprec.training.environment import cpu_name
from lowprec.training.machine_load import processor_times
from lowprec.training.workers import Share, free_place, take_share

__all__ = ["FromWorker", "Workers", "in_parallel", "is_worker", "own_share", "times"]


def is_worker(config: Any) -> bool:
    """Whether this process is one of xdist's workers."""
    return hasattr(config, "workerinput")


def in_parallel(config: Any) -> bool:
    """Whether this process belongs to a session with workers."""
    return is_worker(config) or getattr(config.option, "dist", "no") != "no"


def times(config: Any) -> bool:
    """Whether trainings are timed: in workers, too, where pytest-benchmark would not."""
    option = vars(config.option)
    return not option.get("benchmark_disable") or bool(option.get("benchmark_enable"))


def own_share() -> Share | None:
    """Let a worker take its share of the machine; None in another process."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        return None
    count = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    run = os.environ["PYTEST_XDIST_TESTRUNUID"]
    return take_share(free_place(int(worker.removeprefix("gw")), count, run), count)


class FromWorker(msgspec.Struct):
    """What a worker sends of a training, beside its record.

    Attributes:
        worker: its name.
        environment: without the processor, which is the controller's own.
        own_s: processors' time that the worker has used, in seconds; None where nobody tells.
        entry: what pytest-benchmark would store of the training; None where nothing was timed.
    """

    worker: str
    environment: Environment
    own_s: float | None
    entry: dict[str, Any] | None

    @classmethod
    def text(cls, entry: Any, environment: Environment) -> str:
        """Return it as text, of the training that ended last."""
        now = processor_times()
        stored = json.loads(safe_dumps(entry.as_dict(include_data=True))) if entry else None
        sent = cls(
            os.environ["PYTEST_XDIST_WORKER"],
            environment,
            now.own_s if now else None,
            stored,
        )
        return msgspec.json.encode(sent).decode()

    def metadata(self) -> Any:
        """Return pytest-benchmark's own form of the entry; None without one."""
        if self.entry is None:
            return None
        names = ("name", "fullname", "group", "param", "params", "extra_info")
        fixture = SimpleNamespace(
            **{name: self.entry[name] for name in names}, cprofile_stats=None, has_error=False
        )
        metadata: Any = Metadata
        made = metadata(fixture, self.entry["stats"]["iterations"], self.entry["options"])
        for seconds in self.entry["stats"]["data"]:
            made.stats.update(seconds)
        return made


class Workers:
    """What the workers of a session have told so far."""

    def __init__(self) -> None:
        self._environments: dict[str, Environment] = {}
        self._own_s: dict[str, float] = {}

    def take(self, text: str) -> Any:
        """Take what came with a training; return its entry, None where nothing was timed."""
        sent = msgspec.json.decode(text, type=FromWorker)
        self._environments[sent.worker] = sent.environment
        if sent.own_s is not None:
            self._own_s[sent.worker] = sent.own_s
        return sent.metadata()

    def environment(self, cpu: Any) -> Environment | None:
        """Return the environment of the workers on this processor; None where none has trained."""
        if not self._environments:
            return None
        environment = next(iter(self._environments.values()))
        fields = {name: getattr(environment, name) for name in FIELDS}
        return Environment.named(**fields | {"cpu": cpu_name(cpu)})

    def differences(self) -> list[str]:
        """Return in which fields the workers' environments differ, as "gpu: A, B"."""
        lines = []
        for name in FIELDS:
            values = dict.fromkeys(str(getattr(e, name)) for e in self._environments.values())
            if len(values) > 1:
                lines.append(f"{name}: {', '.join(values)}")
        return lines

    def load(self, before: ProcessorTimes, now: ProcessorTimes) -> MachineLoad:
        """Return what others took of the machine; the workers are none of them."""
        own_s = now.own_s + sum(self._own_s.values())
        together = ProcessorTimes(now.busy_s, now.stolen_s, now.all_s, own_s)
        return MachineLoad.between(before, together, os.cpu_count() or 1)
