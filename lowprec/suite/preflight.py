"""What is looked at before a session trains anything, as all the training would be in vain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from lowprec import framework
from lowprec.errors import LowprecError, UsageError
from lowprec.history.storage import storage_of
from lowprec.masking import masked
from lowprec.suite.against_history import AgainstHistory
from lowprec.suite.options import option_name
from lowprec.whole_files import require_room

__all__ = [
    "require_clean_timing",
    "require_devices",
    "require_gpu",
    "require_keras",
    "require_timing",
    "require_writable",
    "stored_history",
]

OWN_FIXTURE = "pytest_benchmark.plugin"


@dataclass(frozen=True)
class _Unfit:
    """An option under which a training takes another time than it is stored for.

    Attributes:
        option: its name under `config.option`, and in the mark `benchmark` after "benchmark_".
        does: what it does to a training.
        instead: what to do.
    """

    option: str
    does: str
    instead: str

    @property
    def flag(self) -> str:
        """As it is given."""
        return f"--{self.option.replace('_', '-')}"

    @property
    def mark(self) -> str:
        """As an argument of `@pytest.mark.benchmark`."""
        return self.option.removeprefix("benchmark_")


_UNFIT = (
    _Unfit(
        "benchmark_cprofile",
        "trains each pair once more, under a profiler, and would store that time, too",
        "`lowprec profile` tells what a training spends its time on",
    ),
    _Unfit(
        "benchmark_disable_gc",
        "trains without Python's garbage collection, of which a record says nothing",
        "leave it out",
    ),
    _Unfit(
        "memray",
        "follows each allocation, which slows what is timed",
        "add --benchmark-disable, or leave it out",
    ),
    _Unfit(
        "forked",
        "trains in a process that is forked, whose timings do not come back",
        "leave it out",
    ),
)


def require_clean_timing(timed: bool, training: Sequence[pytest.Item]) -> None:
    """Raise UsageError where something takes pytest-benchmark's place, or slows what it times.

    Args:
        timed: whether anything is timed.
        training: the tests that are to train.
    """
    for item in training:
        if source := _others_benchmark(item):
            raise UsageError(
                f"{item.nodeid}: its fixture `benchmark` is that of {source}, expected "
                f"pytest-benchmark's, by which lowprec times and stores; leave out {source} where "
                "models are trained"
            )
    if not timed:
        return
    options = vars(training[0].config.option)
    for row in _UNFIT:
        marked = next((item for item in training if _mark(item).get(row.mark)), None)
        if options.get(row.option) or marked:
            where = f"{marked.nodeid}: the mark benchmark({row.mark}=...)" if marked else row.flag
            raise UsageError(f"{where}: {row.does}; {row.instead}")


def _mark(item: pytest.Item) -> Mapping[str, Any]:
    mark = item.get_closest_marker("benchmark")
    return mark.kwargs if mark else {}


def _others_benchmark(item: pytest.Item) -> str | None:
    """Return the module whose fixture `benchmark` a test takes; None where it is the right one.

    The test may ask for it only while it runs, so that the fixture's manager has to be asked.
    """
    found = item.session._fixturemanager.getfixturedefs("benchmark", item) or ()
    modules = [str(definition.func.__module__) for definition in found[-1:]]
    return None if modules == [OWN_FIXTURE] else "".join(modules) or "no plugin"


def require_keras() -> None:
    """Import TensorFlow and Keras.

    Raises:
        FrameworkError: they cannot be imported, or compute with something else than TensorFlow.
    """
    framework.keras_module()


FREE_BYTES = 4_000_000
"""Room that is asked for besides the session's own."""

PAIR_BYTES = 40_000
"""Of a pair in the file."""


def require_writable(benchmarks: Any, pairs: int) -> None:
    """Raise UsageError where the session is to be saved to a place that cannot be written, or full.

    pytest-benchmark would find out after all the training. It is tried, since rights tell nothing
    of a quota, of a file system that is read-only, or of what root may do.

    Args:
        benchmarks: pytest-benchmark's session.
        pairs: how many it is to train.
    """
    places = {}
    folder = getattr(benchmarks.storage, "path", None)
    if folder is not None and (benchmarks.save or benchmarks.autosave):
        own = folder / benchmarks.machine_id
        places["--benchmark-storage"] = own if own.exists() else folder
    if benchmarks.json and (benchmarks.json.is_file() or not benchmarks.json.exists()):
        places["--benchmark-json"] = benchmarks.json.parent
    size = FREE_BYTES + PAIR_BYTES * pairs
    shared = getattr(benchmarks.storage, "shared", None)
    if shared is not None and (benchmarks.save or benchmarks.autosave):
        try:
            shared.require_writable()
        except OSError as error:
            raise UsageError(
                f"--benchmark-storage {shared}: cannot be written to ({error}), expected a store "
                "that takes new objects and replaces none; check its address and the rights there"
            ) from None
    for option, place in places.items():
        try:
            require_room(place, size)
        except OSError as error:
            raise UsageError(
                masked(
                    f"{option} {place}: cannot be written to ({error.strerror}), expected a folder "
                    f"with {size / 1e6:.0f} MB free; name another one, or make room"
                )
            ) from None


def require_timing(timed: bool, option: str) -> None:
    """Raise UsageError where nothing is timed, so that no slowdown could fail the session.

    Args:
        timed: whether anything is.
        option: by which slowdowns fail it.
    """
    if not timed:
        raise UsageError(
            f"{option}: nothing is timed under --benchmark-disable, so no pair could be judged; "
            "leave out one of the two"
        )


def stored_history(benchmarks: Any) -> AgainstHistory | None:
    """Return the sessions in pytest-benchmark's storage; None where there can be none yet."""
    storage = storage_of(benchmarks.storage)
    return AgainstHistory(storage) if storage else None


def require_devices(config: pytest.Config, count: int) -> None:
    """Make sure of so many devices; nothing in the session has used TensorFlow by then.

    Raises:
        UsageError: something else that was asked for trains on one device, or there are fewer GPUs.
        FrameworkError: TensorFlow was used before.
    """
    options, asked_for = vars(config.option), f"{option_name(config, 'devices')} {count}"
    for other, why in _ONE_DEVICE.items():
        if options.get(other) not in (None, "no"):
            raise UsageError(f"{asked_for}: {why}; leave out one of the two")
    try:
        framework.make_devices(count)
    except LowprecError as error:
        raise type(error)(f"{asked_for}: {error}") from None


_ONE_DEVICE = {
    "dist": "workers of pytest-xdist (-n, --dist) share out the same devices",
    "lowprec_calibrate": "--lowprec-calibrate measures what holds for one device",
    "lowprec_doctor": "--lowprec-doctor examines a training on one device",
}
"""Options that do not go together with several devices, under their names in `config.option`."""


def require_gpu(option: str) -> None:
    """Raise UsageError where TensorFlow sees no GPU, which an option asks for."""
    if framework.device().kind != "gpu":
        raise UsageError(
            f"{option}: TensorFlow {framework.tensorflow_version()} sees no GPU, expected at "
            "least one; check `nvidia-smi`, and that lowprec was installed with its extra: "
            "pip install -e '.[gpu]'"
        )
