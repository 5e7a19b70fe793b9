"""What is stored of a trained pair, and its strict JSON form.

Times are seconds, accuracies are shares from 0 to 1, memory is bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lowprec.datasets import DataInfo
from lowprec.outcomes import OUTCOMES, Finding, Score, kind_of
from lowprec.protocols import PROTOCOLS

__all__ = ["SCHEMA", "DtypeReport", "LayerDtypes", "Record", "Round", "Unsupported"]

SCHEMA = 1
"""Version of the stored fields. Later versions only add fields."""


@dataclass(frozen=True)
class LayerDtypes:
    """Dtypes read back from one built layer; `weights` lists those of its own variables."""

    name: str
    layer: str
    variable: str
    compute: str
    weights: tuple[str, ...]


@dataclass(frozen=True)
class DtypeReport:
    """Dtypes read back from a built model: of its inputs, its loss, and layer by layer."""

    inputs: tuple[str, ...]
    loss: str
    layers: tuple[LayerDtypes, ...]

    @property
    def variable(self) -> str:
        """Dtype of the variables; several are joined by "+"."""
        return _joined(dtype for layer in self.layers for dtype in layer.weights)

    @property
    def compute(self) -> str:
        """Dtype of the computation; several are joined by "+"."""
        return _joined(layer.compute for layer in self.layers)

    def to_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return {
            "variable": self.variable,
            "compute": self.compute,
            "loss": self.loss,
            "inputs": list(self.inputs),
            "layers": [asdict(layer) | {"weights": list(layer.weights)} for layer in self.layers],
        }


def _joined(dtypes: Iterable[str]) -> str:
    return "+".join(sorted(set(dtypes)))


@dataclass(frozen=True)
class Round:
    """One complete training from fresh weights; `train` scores a front part of the training set."""

    seed: int
    fit_s: float
    epoch_s: tuple[float, ...]
    loss: tuple[float, ...]
    train: Score
    test: Score
    finding: Finding

    @property
    def outcome(self) -> str:
        """Outcome of this round."""
        return self.finding.outcome

    def to_json(self) -> dict[str, Any]:
        """Return the stored form: a loss that is not finite is null, its kind beside it."""
        kinds = [kind_of(loss) for loss in self.loss]
        return {
            "seed": self.seed,
            "fit_s": self.fit_s,
            "epoch_s": list(self.epoch_s),
            "loss": [
                x if kind == "finite" else None for x, kind in zip(self.loss, kinds, strict=True)
            ],
            "loss_kind": kinds,
            "train_accuracy": self.train.accuracy,
            "test_accuracy": self.test.accuracy,
            "train_hits": self.train.hits,
            "train_total": self.train.total,
            "test_hits": self.test.hits,
            "test_total": self.test.total,
            **asdict(self.finding),
        }


@dataclass(frozen=True)
class Unsupported:
    """The framework has no kernel: which op, for which dtype."""

    op: str
    dtype: str


@dataclass(frozen=True)
class Record:
    """A pair as trained in one session: its rounds, or why it has none."""

    model: str
    scheme: str
    protocol: str
    data: DataInfo
    rounds: tuple[Round, ...]
    dtypes: DtypeReport | None = None
    unsupported: Unsupported | None = None
    jit_compile: bool | None = None
    peak_memory_bytes: int | None = None

    def __post_init__(self) -> None:
        if bool(self.rounds) == bool(self.unsupported):
            raise ValueError(f"{self.pair}: a record has rounds or an unsupported op, not both")

    @property
    def pair(self) -> str:
        """Name of the pair for messages, such as "CNN-I half"."""
        return f"{self.model} {self.scheme}"

    @property
    def outcome(self) -> str:
        """The most severe outcome of the rounds: one divergence in three is a divergence."""
        if self.unsupported:
            return "unsupported"
        return max((r.outcome for r in self.rounds), key=OUTCOMES.index)

    @property
    def accuracy(self) -> float | None:
        """Right answers of all rounds' tests among all; None without rounds."""
        if not self.rounds:
            return None
        return sum(r.test.hits for r in self.rounds) / sum(r.test.total for r in self.rounds)

    def to_json(self, judgement: Mapping[str, Any]) -> dict[str, Any]:
        """Return the stored form, `judgement` (expected, verdict) included."""
        return {
            "schema": SCHEMA,
            "model": self.model,
            "scheme": self.scheme,
            "protocol": self.protocol,
            # A protocol may change with a later version; the numbers then tell.
            "budget": asdict(PROTOCOLS[self.protocol].budgets[self.model]),
            "data": asdict(self.data),
            "dtypes": self.dtypes.to_json() if self.dtypes else None,
            "jit_compile": self.jit_compile,
            "rounds": [r.to_json() for r in self.rounds],
            "outcome": self.outcome,
            "accuracy": self.accuracy,
            "unsupported": asdict(self.unsupported) if self.unsupported else None,
            "peak_memory_bytes": self.peak_memory_bytes,
            **judgement,
        }
