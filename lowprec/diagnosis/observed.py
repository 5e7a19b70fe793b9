"""What the doctor sees of a training, as plain numbers; also the form of its JSON. Pure."""

from __future__ import annotations

from typing import Literal

import msgspec

__all__ = ["Constant", "Numbers", "Observed", "Operation", "Phase", "Run", "Step", "VariableStep"]

Phase = Literal["forward", "loss", "backward"]
"""Of a step, in their order."""


class Numbers(msgspec.Struct, frozen=True):
    """The values of a tensor.

    Attributes:
        dtype: of the tensor.
        size: how many values.
        largest: absolute value among the finite ones; 0 where there are none.
        smallest: absolute value among those that are finite and not 0; None where there are none.
        middle: half of the absolute values that are finite and not 0 are below it; None where there
            are none.
        not_finite: share of values.
        zero: share of values.
        negative: share of values.
    """

    dtype: str
    size: int
    largest: float
    smallest: float | None
    middle: float | None
    not_finite: float
    zero: float
    negative: float


class Operation(msgspec.Struct, frozen=True):
    """The first operation of a step with a result that is not finite and that is in the twin.

    Attributes:
        phase: of the step.
        kind: TensorFlow's name of it, such as "MatMul".
        scope: the layer that it is of, or what TensorFlow calls it; "" where that is not known.
        operands: its floating-point ones.
        result: its first one.
        twin_operands, twin_result: of the same operation in float64; None where it has none.
        given: place of an operand that came from no operation and is not finite: a constant.
    """

    phase: Phase
    kind: str
    scope: str
    operands: tuple[Numbers, ...]
    result: Numbers
    twin_operands: tuple[Numbers, ...] | None = None
    twin_result: Numbers | None = None
    given: int | None = None


class VariableStep(msgspec.Struct, frozen=True):
    """A trainable variable in one step, beside a step of the twin from the same state.

    Attributes:
        name: full name.
        weights: before the step.
        gradient: as backpropagation left it, the loss scale still in it.
        twin_gradient: without any.
        lost: share of the twin's gradients that are not 0 and are 0 here.
        moment_lost: share of the gradients that are not 0 whose second moment is 0 after the step;
            None where the optimizer keeps none.
        moment: second moments after the step; None where the optimizer keeps none.
        update: weights after the step less those before.
        twin_update: by the same optimizer in float64, from the same state.
        stuck: share of the weights that the twin moves and that did not move here.
        rounded_away: those among them whose twin moves by less than half the distance to the next
            number, as share of the weights that the twin moves.
        repeated: largest ratio of the twin's update to that of the same gradient with its repeated
            rows summed first; None where no row is repeated.
    """

    name: str
    weights: Numbers
    gradient: Numbers
    twin_gradient: Numbers
    lost: float
    moment_lost: float | None
    moment: Numbers | None
    update: Numbers
    twin_update: Numbers
    stuck: float
    rounded_away: float
    repeated: float | None = None
    bad_rows: tuple[int, ...] = ()
    rows: int = 0

    @property
    def leap(self) -> float:
        """Largest update as a multiple of the twin's largest; 0 where the twin does not move."""
        return self.update.largest / self.twin_update.largest if self.twin_update.largest else 0.0


class Step(msgspec.Struct, frozen=True):
    """One step under instruments.

    Attributes:
        number: from 1.
        loss: as the training reported it.
        twin_loss: of the twin with the same weights on the same batch.
        loss_scale: at its beginning; None where there is none.
        applied: whether any trainable weight changed.
        weights_finite: whether all trainable weights are after it.
        first_bad: see `Operation`; None where everything is finite.
        layers: largest absolute finite value of each layer's results, by its name.
        variables: the trainable ones.
    """

    number: int
    loss: float | None
    twin_loss: float | None
    loss_scale: float | None
    applied: bool
    weights_finite: bool
    first_bad: Operation | None
    layers: dict[str, float]
    variables: tuple[VariableStep, ...]


class Run(msgspec.Struct, frozen=True):
    """A training as a whole.

    Attributes:
        scheme: name.
        steps: that were trained, skipped ones included.
        skipped: steps in which no trainable weight changed.
        losses: of the steps.
        outcome: "learns", "chance" or "diverged".
        score: on the test set.
        moved: share of the trainable weights that are not as they began.
        first_bad_loss: number of the first step whose reported loss is not finite.
        last_bad_loss: of the last one.
        bad_variable: name of the first variable that is not finite at the end.
        bad_trained: whether that is a trainable one.
        least_scale, last_scale: of the loss; None where there is none.
    """

    scheme: str
    steps: int
    skipped: int
    losses: tuple[float | None, ...]
    outcome: str
    score: float
    moved: float
    first_bad_loss: int | None = None
    last_bad_loss: int | None = None
    bad_variable: str | None = None
    bad_trained: bool = False
    least_scale: float | None = None
    last_scale: float | None = None

    @property
    def learns(self) -> bool:
        """Whether it learnt."""
        return self.outcome == "learns"


class Constant(msgspec.Struct, frozen=True):
    """A constant of the optimizer, as the format of the weights holds it."""

    name: str
    value: float
    held: float


class Observed(msgspec.Struct, frozen=True):
    """All that is seen of a training.

    Attributes:
        model, scheme: names.
        keras: version.
        variable_dtype, compute_dtype: of the scheme.
        metric: what the score is of.
        guess: score of the best constant answer.
        optimizer: class.
        learning_rate: at the start.
        constants: of the optimizer.
        inputs: what the model is given; None where it is no floating-point number.
        labels: likewise.
        low, twin: the training, and the same in float64.
        steps: under instruments.
        tries: what else was trained to tell causes apart, by a name.
    """

    model: str
    scheme: str
    keras: str
    variable_dtype: str
    compute_dtype: str
    metric: str
    guess: float
    optimizer: str
    learning_rate: float
    constants: tuple[Constant, ...]
    inputs: Numbers | None
    labels: Numbers | None
    low: Run
    twin: Run
    steps: tuple[Step, ...]
    tries: dict[str, Run] = {}
