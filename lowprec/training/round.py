"""One round: fit, which alone is timed, and evaluate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.data.inputs import Feed, Inputs
from lowprec.errors import UnsupportedError
from lowprec.record.outcomes import round_outcome
from lowprec.record.record import Round
from lowprec.record.timing import Timing
from lowprec.rows.models import Model
from lowprec.rows.schemes import Scheme
from lowprec.training.clock import FitClock, OnEpochEnd
from lowprec.training.dtypes import check_dtypes, read_dtypes
from lowprec.training.evaluation import bad_weight, cross_entropy, score, unread_weight

__all__ = ["Training", "build"]


class Training:
    """One round of a pair. Make it inside `precision`; then `fit` once, then `evaluate`.

    Attributes:
        net: the model, with fresh weights until `fit`.
        dtypes: read back from it.
        timing: of `fit`; None before.
    """

    def __init__(self, net: Any, model: Model, scheme: Scheme, inputs: Inputs, epochs: int) -> None:
        """Make ready to train a compiled model.

        Raises:
            PrecisionError: a built layer does not have the scheme's dtypes.
        """
        self.net = net
        self.timing: Timing | None = None
        self._model, self._inputs, self._epochs = model, inputs, epochs
        self._losses: tuple[float, ...] = ()
        self.dtypes = read_dtypes(net, model)
        check_dtypes(self.dtypes, model, scheme)
        self._fit_arguments = inputs.train.fit_arguments(model.batch_size)
        framework.reset_peak_memory()

    def fit(self, on_epoch: OnEpochEnd | None = None) -> None:
        """Train; this is the timed region, from the call of Keras' `fit` to idle devices.

        Raises:
            UnsupportedError: TensorFlow has no kernel for an operation of this scheme.
        """
        clock = FitClock(self.net, on_epoch)
        with naming_missing_kernels():
            clock.start()
            history = self.net.fit(
                **self._fit_arguments, epochs=self._epochs, verbose=0, callbacks=[clock.callback]
            )
        self.timing = clock.stop()
        self._losses = tuple(float(loss) for loss in history.history["loss"])

    def evaluate(self, seed: int) -> Round:
        """Score the trained model on both sets and decide the round's outcome.

        Of the training set the first examples count, as many as the test set has.

        Args:
            seed: that the model was built and trained with.
        """
        assert self.timing is not None, "evaluate before fit"
        test, train = self._inputs.test, self._inputs.train.front(len(self._inputs.test.labels))
        predictions = self._predict(test)
        test_score = score(predictions, test.labels)
        unread = unread_weight(self.net, lambda: self._predict(test), predictions)
        return Round.of(
            seed=seed,
            timing=self.timing,
            losses=self._losses,
            train=score(self._predict(train), train.labels),
            test=test_score,
            outcome=round_outcome(
                self._losses,
                bad_weight(self.net),
                cross_entropy(predictions, test.labels),
                test_score,
                self._model.classes,
            ),
            unread=unread,
        )

    def _predict(self, feed: Feed) -> np.ndarray:
        predictions: np.ndarray = self.net.predict(
            **feed.predict_arguments(self._model.batch_size), verbose=0
        )
        return predictions


def build(model: Model, scheme: Scheme) -> Any:
    """Return the compiled Keras model of a pair, with fresh weights.

    Raises:
        UnsupportedError: TensorFlow has no kernel that the building needs.

    A model whose batches differ in length is never compiled with XLA, which Keras 3 does on a GPU
    by default and Keras 2 did not: XLA compiles anew for each length, which takes many times
    longer than the training.
    """
    keras = framework.keras_module()
    with naming_missing_kernels():
        net = keras.Sequential(model.layers(keras, scheme))
    losses = keras.losses
    varying_length = None in tuple(net.inputs[0].shape)[1:]
    net.compile(
        optimizer=keras.optimizers.Adam(),
        loss=losses.SparseCategoricalCrossentropy()
        if model.classes > 2
        else losses.BinaryCrossentropy(),
        metrics=["accuracy"],
        **({"jit_compile": False} if varying_length else {}),
    )
    return net


@contextmanager
def naming_missing_kernels() -> Iterator[None]:
    """Raise TensorFlow's refusal for want of a kernel as the UnsupportedError that names it."""
    try:
        yield
    except Exception as error:
        if missing := framework.missing_kernel(error):
            raise UnsupportedError(*missing) from error
        raise
