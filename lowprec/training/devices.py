"""The one place where a model is put on several devices, and where that is looked at afterwards."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from lowprec import framework
from lowprec.errors import FrameworkError, UsageError
from lowprec.rows.matrix import Pair

__all__ = ["check_devices", "over_devices", "require_full_devices"]


def over_devices(count: int | None) -> AbstractContextManager[Any]:
    """Let the models that are built meanwhile be trained over so many devices; None for plainly.

    Keras keeps the strategy under which a model was built, and enters it in `fit` and `predict`.
    The devices must be there (`framework.make_devices`).
    """
    if count is None:
        return nullcontext()
    scope: AbstractContextManager[Any] = framework.strategy(count).scope()
    return scope


def require_full_devices(
    model: str, train_size: int, batch_size: int | None, count: int | None
) -> None:
    """Raise UsageError where a batch leaves a device without any example.

    Keras 2 then takes a smaller step than on one device, as the mean over the devices counts those
    without examples, and Keras 3 may end with an error of TensorFlow's. TensorFlow gives each
    device the same number, rounded up, as far as they reach: of 9 for four devices 3, 3, 3, 0.

    Args:
        model: its name.
        train_size: examples of an epoch.
        batch_size: examples a step, of all devices together; None where the data comes in
            batches, whose sizes are not known.
        count: of devices; None for no strategy.
    """
    if not count or not batch_size:
        return
    for size in (min(batch_size, train_size), train_size % batch_size):
        if size and -(-size // count) * (count - 1) >= size:
            raise UsageError(
                f"{model}: of a batch of {size} ({train_size} examples, {batch_size} a step) not "
                f"each of {count} devices gets an example, expected at least one for each; train "
                "over fewer devices"
            )


def check_devices(net: Any, pair: Pair, count: int | None) -> None:
    """Raise FrameworkError where a trained model is not on all devices, or differs among them.

    Args:
        net: the trained model.
        pair: which it is.
        count: of devices that it was to be trained over; None for no strategy.
    """
    for weight in net.trainable_weights if count else ():
        values = framework.replicas_of(weight)
        name = framework.weight_name(weight)
        if len(values) != count:
            raise FrameworkError(
                f"{pair}: weight {name} is on {len(values)} device{'s' * (len(values) > 1)} after "
                f"the training, expected {count}; build the model in the builder, which is called "
                "within the strategy"
            )
        # Bits, as NaN is not equal to itself.
        if any(value.tobytes() != values[0].tobytes() for value in values):
            raise FrameworkError(
                f"{pair}: weight {name} differs among the {count} devices after the training, "
                "expected the same on all; this Keras does not keep them in step"
            )
