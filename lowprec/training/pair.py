"""All rounds of one pair, each under its precision and from fresh weights."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from types import TracebackType

from lowprec import framework
from lowprec.errors import UnsupportedError
from lowprec.record.record import DtypeReport, Record, Round, Unsupported
from lowprec.record.timing import Timing
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import Protocol
from lowprec.rows.schemes import Scheme
from lowprec.training.devices import check_devices, over_devices, require_full_devices
from lowprec.training.precision import precision
from lowprec.training.round import Training
from lowprec.training.shared_model import SharedModel
from lowprec.training.task import Task

__all__ = ["OnEpoch", "PairTrainer", "Plan"]

OnEpoch = Callable[[int, int], None]
"""Called after each epoch with the numbers of round and epoch, both from 1, warm-ups included."""


MAX_TRAININGS = 40
"""Of a pair, however short they are: what a training needs besides, to renew the model and to begin
its epochs, is not in `least_training_s`."""


@dataclass(frozen=True)
class Plan:
    """What is trained: a pair under a protocol, one seed a round.

    The first `warmups` rounds are not kept. They last one epoch, in which kernels are loaded, tuned
    and traced and memory is taken: the rest of a warm-up would only train.

    Where trainings are short, more of them are timed after the rounds, which repeat their seeds:
    until `least_training_s` seconds were trained, and as long as the pair took to start.

    Over several `devices` the batch of a step stays what it is: each device gets its part of it.
    """

    task: Task
    scheme: Scheme
    protocol: Protocol
    seeds: tuple[int, ...]
    warmups: int = 0
    least_training_s: float = 0.0
    devices: int | None = None

    @property
    def pair(self) -> Pair:
        """Names of model and scheme."""
        return Pair(self.task.name, self.scheme.name)

    @property
    def epochs(self) -> tuple[int, ...]:
        """Epochs of each round, warm-ups included."""
        return (1,) * self.warmups + (self.task.budget.epochs,) * self.rounds

    @property
    def rounds(self) -> int:
        """Rounds that are kept."""
        return len(self.seeds) - self.warmups


class PairTrainer:
    """Trains a plan: `warm_up`, then `start`, `fit`, `finish` for each training, then `record`.

    A context manager: whatever happens inside, the global precision state is restored.
    """

    def __init__(
        self, plan: Plan, on_epoch: OnEpoch | None = None, model: SharedModel | None = None
    ) -> None:
        """Load the plan's data.

        Args:
            plan: what is trained.
            on_epoch: called after each epoch.
            model: of the same pair, from rounds that were trained before.
        """
        self._plan = plan
        self._on_epoch = on_epoch
        self._stack = ExitStack()
        self._model = model or SharedModel(partial(plan.task.build, plan.scheme))
        self._training: Training | None = None
        self._started = 0
        self._rounds: list[Round] = []
        self._timings: list[Timing] = []
        self._startup: Timing | None = None
        self._dtypes: DtypeReport | None = None
        self._jit_compile: bool | None = None
        self._peak_memory_bytes: int | None = None
        self._unsupported: Unsupported | None = None
        self._inputs = plan.task.load()
        size = self._inputs.info.train_size
        require_full_devices(plan.task.name, size, plan.task.batch_size, plan.devices)
        _freeze_what_is_loaded()
        gc.collect()  # what is left of the pair before is none of this one's
        self._memory_before = framework.memory_bytes()

    def __enter__(self) -> PairTrainer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        """Restore the globals; take in an UnsupportedError, which is an outcome."""
        self._training = None
        self._stack.close()
        if isinstance(error, UnsupportedError):
            self._unsupported = Unsupported(error.op, error.dtype)
            self._rounds.clear()
            return True
        return False

    def warm_up(self) -> int:
        """Train the warm-ups; return how many trainings are to be timed after them.

        A missing kernel is left to the first round, which meets it again.
        """
        plan, epoch_s = self._plan, 0.0
        with suppress(UnsupportedError):
            for _ in range(plan.warmups):
                epoch_s = self._train().train_s
        self._stack.close()
        self._started = plan.warmups
        if not plan.least_training_s or not epoch_s:
            return plan.rounds
        wanted_s = max(plan.least_training_s, self._startup.start_s if self._startup else 0.0)
        trainings = math.ceil(wanted_s / (epoch_s * plan.epochs[-1]))
        return min(max(trainings, plan.rounds), MAX_TRAININGS)

    def _train(self) -> Timing:
        self.start()
        self.fit()
        return self.finish()

    def start(self) -> None:
        """Enter the scheme's precision and make the model ready for the next training."""
        plan, place = self._plan, self._place
        seed, epochs = plan.seeds[place], plan.epochs[place]
        self._started += 1
        self._stack.enter_context(precision(plan.scheme, seed))
        with over_devices(plan.devices):
            net = self._model.renewed(seed)
        self._training = Training(net, plan.task, plan.scheme, self._inputs, epochs)

    @property
    def _place(self) -> int:
        """Place in the plan of the training that is to be started; after all the rounds again."""
        warmups = self._plan.warmups
        if self._started < warmups:
            return self._started
        return warmups + (self._started - warmups) % self._plan.rounds

    def fit(self) -> None:
        """Train the model that `start` made ready: the timed region."""
        assert self._training is not None
        self._training.fit(self._epoch_done)

    def finish(self) -> Timing:
        """Keep what the training left, evaluate a round, and leave the precision."""
        training, self._training = self._training, None
        assert training is not None
        assert training.timing is not None
        check_devices(training.net, self._plan.pair, self._plan.devices)
        self._dtypes = training.dtypes
        self._jit_compile = bool(training.net.jit_compile)
        self._startup = self._startup or training.timing
        if (memory := framework.memory_bytes()) and self._memory_before:
            own_bytes = memory[1] - self._memory_before[0]
            self._peak_memory_bytes = max(own_bytes, self._peak_memory_bytes or 0)
        if self._started > self._plan.warmups:
            self._timings.append(training.timing)
            if len(self._rounds) < self._plan.rounds:
                self._rounds.append(training.evaluate(self._plan.seeds[self._started - 1]))
        self._stack.close()
        return training.timing

    def train_all(self) -> None:
        """Train every round of the plan, one after the other."""
        for _ in range(self.warm_up()):
            self._train()

    def record(self) -> Record:
        """Return what came of the pair."""
        plan, trained = self._plan, bool(self._rounds)
        startup = self._startup if trained else None
        return Record(
            pair=plan.pair,
            protocol=plan.protocol,
            budget=plan.task.budget,
            data=self._inputs.info,
            rounds=tuple(self._rounds),
            dtypes=self._dtypes,
            unsupported=self._unsupported,
            jit_compile=self._jit_compile,
            peak_memory_bytes=self._peak_memory_bytes,
            startup_s=startup.start_s if startup else None,
            startup_cpu_s=startup.start_cpu_s if startup else None,
            timings=tuple(self._timings) if trained else (),
            shared_model=self._model.is_shared if trained else None,
            metric=plan.task.metric.name,
            guess=plan.task.metric.guess(self._inputs.test.labels),
        )

    def _epoch_done(self, epoch: int) -> None:
        if self._on_epoch and self._started <= len(self._plan.seeds):
            self._on_epoch(self._started, epoch)


@lru_cache(maxsize=1)
def _freeze_what_is_loaded() -> None:
    """Keep the garbage collector off TensorFlow's own objects, once in a process.

    They never become garbage, but every full collection walks them, and the tracing of each round
    and the clearing between rounds bring many: 0.2 to 0.5 s a round.
    """
    framework.keras_module()
    gc.collect()
    gc.freeze()
