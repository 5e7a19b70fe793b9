"""All rounds of one pair, each under its precision and from fresh weights."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType

from lowprec import framework
from lowprec.data.inputs import load_inputs
from lowprec.errors import UnsupportedError
from lowprec.record.record import DtypeReport, Record, Round, Unsupported
from lowprec.rows.matrix import Pair
from lowprec.rows.models import Model
from lowprec.rows.protocols import Protocol
from lowprec.rows.schemes import Scheme
from lowprec.training.precision import precision
from lowprec.training.round import Training

__all__ = ["OnEpoch", "PairTrainer", "Plan"]

OnEpoch = Callable[[int, int], None]
"""Called after each epoch with the numbers of round and epoch, both from 1, warm-ups included."""


@dataclass(frozen=True)
class Plan:
    """What is trained: a pair under a protocol, one seed a round.

    The first `warmups` rounds are not kept. They last one epoch, in which kernels are loaded, tuned
    and traced and memory is taken: the rest of a warm-up would only train.
    """

    model: Model
    scheme: Scheme
    protocol: Protocol
    seeds: tuple[int, ...]
    warmups: int = 0

    @property
    def pair(self) -> Pair:
        """Names of model and scheme."""
        return Pair(self.model.name, self.scheme.name)

    @property
    def epochs(self) -> tuple[int, ...]:
        """Epochs of each round, warm-ups included."""
        full = self.protocol.budgets[self.model.name].epochs
        return (1,) * self.warmups + (full,) * (len(self.seeds) - self.warmups)


class PairTrainer:
    """Trains the rounds of a plan: `start`, `fit`, `finish` for each, then `record`.

    A context manager: whatever happens inside, the global precision state is restored.
    """

    def __init__(self, plan: Plan, on_epoch: OnEpoch | None = None) -> None:
        self._plan = plan
        self._on_epoch = on_epoch
        self._stack = ExitStack()
        self._training: Training | None = None
        self._started = 0
        self._rounds: list[Round] = []
        self._dtypes: DtypeReport | None = None
        self._jit_compile: bool | None = None
        self._peak_memory_bytes: int | None = None
        self._unsupported: Unsupported | None = None
        self._inputs = load_inputs(plan.model, plan.protocol)
        _freeze_what_is_loaded()

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

    def start(self) -> None:
        """Enter the scheme's precision and build the next round's model."""
        plan = self._plan
        seed, epochs = plan.seeds[self._started], plan.epochs[self._started]
        self._started += 1
        self._stack.enter_context(precision(plan.scheme, seed))
        self._training = Training(plan.model, plan.scheme, self._inputs, epochs)

    def fit(self) -> None:
        """Train the model that `start` built: the timed region."""
        assert self._training is not None
        self._training.fit(self._epoch_done)

    def finish(self) -> None:
        """Evaluate the trained model, keep the round, and leave the precision."""
        training, self._training = self._training, None
        assert training is not None
        self._dtypes = training.dtypes
        self._jit_compile = bool(training.net.jit_compile)
        peak_bytes = framework.peak_memory_bytes()
        if peak_bytes is not None:
            self._peak_memory_bytes = max(peak_bytes, self._peak_memory_bytes or 0)
        if self._started > self._plan.warmups:
            self._rounds.append(training.evaluate(self._plan.seeds[self._started - 1]))
        self._stack.close()

    def train_all(self) -> None:
        """Train every round of the plan, one after the other."""
        for _ in self._plan.seeds:
            self.start()
            self.fit()
            self.finish()

    def record(self) -> Record:
        """Return what came of the pair."""
        plan = self._plan
        return Record(
            model=plan.model,
            scheme=plan.scheme,
            protocol=plan.protocol,
            data=self._inputs.info,
            rounds=tuple(self._rounds),
            dtypes=self._dtypes,
            unsupported=self._unsupported,
            jit_compile=self._jit_compile,
            peak_memory_bytes=self._peak_memory_bytes,
        )

    def _epoch_done(self, epoch: int) -> None:
        if self._on_epoch:
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
