"""What a training leaves: its rounds, and the dtypes read back from the model it built.

Rounds and dtypes have the form in which they are stored. Times are seconds, accuracies are shares
from 0 to 1, memory is bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Annotated

import msgspec

from lowprec.record.data_info import DataInfo
from lowprec.record.outcomes import Outcome, RoundOutcome, Score, Skill, kind_of, worst
from lowprec.record.timing import Seconds, Timing
from lowprec.rows.matrix import Pair
from lowprec.rows.protocols import Budget, Protocol

__all__ = ["ACCURACY", "DtypeReport", "LayerDtypes", "Record", "Round", "Share", "Unsupported"]

ACCURACY = "accuracy"
"""The metric where no score of one's own is given: right answers among all."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
MOST = 2**63 - 1
Count = Annotated[int, msgspec.Meta(ge=0, le=MOST)]


class LayerDtypes(msgspec.Struct, frozen=True):
    """Dtypes read back from one built layer; `weights` lists those of its own variables.

    `rounded` says to what it rounds them, emulated in its compute dtype; unset where it does not.
    """

    name: str
    layer: str
    variable: str
    compute: str
    weights: tuple[str, ...]
    rounded: str | msgspec.UnsetType = msgspec.UNSET


class DtypeReport(msgspec.Struct, frozen=True):
    """Dtypes read back from a built model; several are joined by "+".

    Attributes:
        variable: of the variables.
        compute: of the computation.
        loss: of the loss.
        inputs: of the model's inputs.
        layers: layer by layer.
    """

    variable: str
    compute: str
    loss: str
    inputs: tuple[str, ...]
    layers: tuple[LayerDtypes, ...]

    @classmethod
    def of(cls, inputs: tuple[str, ...], loss: str, layers: tuple[LayerDtypes, ...]) -> DtypeReport:
        """Return the report of a model with these layers."""
        variable = _joined(dtype for layer in layers for dtype in layer.weights)
        compute = _joined(layer.compute for layer in layers)
        return cls(variable, compute, loss, inputs, layers)


def _joined(dtypes: Iterable[str]) -> str:
    return "+".join(sorted(set(dtypes)))


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One complete training from fresh weights.

    What a session stored before a field existed lacks has the field's default.

    Attributes:
        seed: that it was trained with.
        fit_s: seconds of `fit`.
        epoch_s: seconds of each epoch.
        loss: training loss of each epoch, None where it is not finite.
        loss_kind: of each epoch "finite", "nan", "+inf" or "-inf".
        test_accuracy, test_hits, test_total: on the test set.
        train_accuracy, train_hits, train_total: on as many examples of the training set.
        outcome, kind, epoch, weight, sum_overflowed: as in `RoundOutcome`.
        unread: name of an embedding whose masked padding is not finite, which the predictions do
            not depend on; left out where there is none.
    """

    seed: Count
    fit_s: Seconds
    epoch_s: tuple[float, ...] = ()
    loss: tuple[float | None, ...] = ()
    loss_kind: tuple[str, ...] = ()
    train_accuracy: Share | None = None
    test_accuracy: Share
    train_hits: Count | None = None
    train_total: Count | None = None
    test_hits: Count | None = None
    test_total: Annotated[int, msgspec.Meta(gt=0, le=MOST)]
    outcome: Outcome
    kind: str | None = None
    epoch: Count | None = None
    weight: str | None = None
    sum_overflowed: bool = False
    unread: str | msgspec.UnsetType = msgspec.UNSET

    @classmethod
    def of(
        cls,
        seed: int,
        timing: Timing,
        losses: Sequence[float],
        train: Score | Skill | None,
        test: Score | Skill,
        outcome: RoundOutcome,
        unread: str | None = None,
    ) -> Round:
        """Return a round from what was measured; `losses` may be NaN or infinite."""
        kinds = tuple(map(kind_of, losses))
        return cls(
            seed=seed,
            fit_s=timing.fit_s,
            epoch_s=timing.epoch_s,
            loss=tuple(
                x if kind == "finite" else None for x, kind in zip(losses, kinds, strict=True)
            ),
            loss_kind=kinds,
            train_accuracy=train.accuracy if train else None,
            test_accuracy=test.accuracy,
            train_hits=train.hits if train else None,
            train_total=train.total if train else None,
            test_hits=test.hits,
            test_total=test.total,
            **asdict(outcome),
            unread=unread or msgspec.UNSET,
        )


class Unsupported(msgspec.Struct, frozen=True):
    """The framework has no kernel: which op, for which dtype."""

    op: str
    dtype: str


@dataclass(frozen=True)
class Record:
    """A pair as trained in one session: its rounds, or why it has none.

    Attributes:
        pair: what was trained.
        protocol: how.
        budget: how much one round trained.
        data: what it was trained on.
        rounds: trainings from fresh weights; empty where it is unsupported.
        dtypes: read back from the built model; None where none was built.
        unsupported: the operation that has no kernel, or None.
        jit_compile: whether Keras compiled the model with XLA; None where none was built.
        peak_memory_bytes: of the GPU; None where unknown.
        startup_s: seconds from the call of the pair's first `fit`, a warm-up's where there is one,
            to the end of its first step; None without rounds.
        startup_cpu_s: processors' time of that.
        timings: of every timed training, the rounds first.
        shared_model: whether one compiled model served all of them; None without rounds.
        metric: what the accuracies are: "accuracy", or the name of a score of the user's own.
        guess: accuracy of the best constant answer.
    """

    pair: Pair
    protocol: Protocol
    budget: Budget
    data: DataInfo
    rounds: tuple[Round, ...]
    dtypes: DtypeReport | None = None
    unsupported: Unsupported | None = None
    jit_compile: bool | None = None
    peak_memory_bytes: int | None = None
    startup_s: float | None = None
    startup_cpu_s: float | None = None
    timings: tuple[Timing, ...] = ()
    shared_model: bool | None = None
    metric: str = ACCURACY
    guess: float = 0.0

    def __post_init__(self) -> None:
        if bool(self.rounds) == bool(self.unsupported):
            raise ValueError(f"{self.pair}: a record has rounds or an unsupported op, not both")

    @property
    def outcome(self) -> Outcome:
        """The most severe outcome of the rounds."""
        return "unsupported" if self.unsupported else worst(r.outcome for r in self.rounds)

    @property
    def accuracy(self) -> float | None:
        """Right answers of all rounds' tests among all, or their mean score; None without any."""
        if not self.rounds:
            return None
        hits = [r.test_hits for r in self.rounds if r.test_hits is not None]
        if len(hits) == len(self.rounds):
            return sum(hits) / sum(r.test_total for r in self.rounds)
        return fmean(r.test_accuracy for r in self.rounds)
