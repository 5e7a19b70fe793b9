"""Literal observations: a sound training in half precision, and what a test makes of it."""

from msgspec import structs

from lowprec.diagnosis.observed import (
    Constant,
    Numbers,
    Observed,
    Operation,
    Run,
    Step,
    VariableStep,
)


def numbers(largest=1.0, smallest=0.1, dtype="float16", **shares):
    shares = {"not_finite": 0.0, "zero": 0.0, "negative": 0.0, "middle": smallest} | shares
    return Numbers(dtype=dtype, size=100, largest=largest, smallest=smallest, **shares)


NOT_FINITE = numbers(0.0, None, not_finite=1.0)


def variable(name="dense/kernel", **changes):
    """A variable whose update is that of float64."""
    sound = VariableStep(
        name=name,
        weights=numbers(),
        gradient=numbers(1e-2, 1e-3),
        twin_gradient=numbers(1e-2, 1e-3, "float64"),
        lost=0.0,
        moment_lost=0.0,
        moment=numbers(1e-4, 1e-6),
        update=numbers(1e-3, 1e-3),
        twin_update=numbers(1e-3, 1e-3, "float64"),
        stuck=0.0,
        rounded_away=0.0,
    )
    return structs.replace(sound, **changes)


def operation(kind, *operands, twin=(), result=NOT_FINITE, twin_result=None, **changes):
    """An operation with a result that is not finite."""
    return Operation(
        phase=changes.pop("phase", "forward"),
        kind=kind,
        scope=changes.pop("scope", "net/layer"),
        operands=operands,
        result=result,
        twin_operands=tuple(twin) or None,
        twin_result=twin_result,
        **changes,
    )


def step(number=1, *variables, **changes):
    """A step of a sound training."""
    sound = Step(
        number=number,
        loss=1.0,
        twin_loss=1.0,
        loss_scale=None,
        applied=True,
        weights_finite=True,
        first_bad=None,
        layers={"dense": 2.0},
        variables=variables or (variable(),),
    )
    return structs.replace(sound, **changes)


def bad_step(bad, number=1, **changes):
    """A step with a result that is not finite, and a loss that is not."""
    return step(number, **({"first_bad": bad, "loss": None} | changes))


def run(scheme="half", **changes):
    """A training that learns."""
    sound = Run(
        scheme=scheme,
        steps=100,
        skipped=0,
        losses=(1.0, 0.1),
        outcome="learns",
        score=0.9,
        moved=1.0,
    )
    return structs.replace(sound, **changes)


DIVERGED = run(
    outcome="diverged",
    score=0.1,
    bad_variable="dense/kernel",
    bad_trained=True,
    first_bad_loss=2,
    last_bad_loss=100,
)
CHANCE = run(outcome="chance", score=0.1)


def observed(*steps, low=DIVERGED, constants=(), **changes):
    """What is seen of a training that fails in half precision."""
    made = Observed(
        model="NN-I",
        scheme="half",
        keras="3.15.1",
        variable_dtype="float16",
        compute_dtype="float16",
        metric="accuracy",
        guess=0.1,
        optimizer="Adam",
        learning_rate=1e-3,
        constants=tuple(Constant(*constant) for constant in constants),
        inputs=numbers(),
        labels=None,
        low=low,
        twin=run("float64"),
        steps=steps or (step(),),
    )
    return structs.replace(made, **changes)
