"""One round: build, fit (the only timed part), evaluate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.data.inputs import Feed, Inputs
from lowprec.errors import UnsupportedError
from lowprec.record.outcomes import round_outcome
from lowprec.record.record import Round
from lowprec.rows.models import Model
from lowprec.rows.schemes import Scheme
from lowprec.training.dtypes import check_dtypes, read_dtypes
from lowprec.training.evaluation import bad_weight, cross_entropy, score

__all__ = ["Training"]

OnEpochEnd = Callable[[int], None]
"""Called after each epoch with its number, from 1."""


class Training:
    """One round of a pair. Make it inside `precision`; then `fit` once, then `evaluate`.

    Raises:
        PrecisionError: a built layer does not have the scheme's dtypes.
        UnsupportedError: TensorFlow has no kernel for an operation of this scheme.
    """

    def __init__(self, model: Model, scheme: Scheme, inputs: Inputs, epochs: int) -> None:
        self._model, self._inputs, self._epochs = model, inputs, epochs
        self._losses: tuple[float, ...] = ()
        self.fit_s: float | None = None
        self.epoch_s: list[float] = []
        with _naming_missing_kernels():
            self.net = build(model, scheme)
        self.dtypes = read_dtypes(self.net, model)
        check_dtypes(self.dtypes, model, scheme)
        self._fit_arguments = inputs.train.fit_arguments(model.batch_size)
        framework.reset_peak_memory()
        framework.synchronize()

    def fit(self, on_epoch: OnEpochEnd | None = None) -> None:
        """Train; this is the timed region, from the call of Keras' `fit` to idle devices."""
        start_s = time.perf_counter()
        with _naming_missing_kernels():
            history = self.net.fit(
                **self._fit_arguments,
                epochs=self._epochs,
                verbose=0,
                callbacks=[_epoch_clock(self.epoch_s, on_epoch)],
            )
        framework.synchronize()
        self.fit_s = time.perf_counter() - start_s
        self._losses = tuple(float(loss) for loss in history.history["loss"])

    def evaluate(self, seed: int) -> Round:
        """Score the trained model on both sets and decide the round's outcome.

        Of the training set the first examples count, as many as the test set has.

        Args:
            seed: that the model was built and trained with.
        """
        assert self.fit_s is not None, "evaluate before fit"
        test, train = self._inputs.test, self._inputs.train.front(len(self._inputs.test.labels))
        predictions = self._predict(test)
        test_score = score(predictions, test.labels)
        return Round.of(
            seed=seed,
            fit_s=self.fit_s,
            epoch_s=self.epoch_s,
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
        )

    def _predict(self, feed: Feed) -> np.ndarray:
        predictions: np.ndarray = self.net.predict(
            **feed.predict_arguments(self._model.batch_size), verbose=0
        )
        return predictions


def build(model: Model, scheme: Scheme) -> Any:
    """Return the compiled Keras model of a pair, with fresh weights.

    A model whose batches differ in length is never compiled with XLA, which Keras 3 does on a GPU
    by default and Keras 2 did not: XLA compiles anew for each length, which takes many times
    longer than the training.
    """
    keras = framework.keras_module()
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


def _epoch_clock(epoch_s: list[float], on_epoch: OnEpochEnd | None) -> Any:
    """Return a callback that appends each epoch's seconds; it has no per-batch hook."""

    class EpochClock(framework.keras_module().callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._start_s = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            epoch_s.append(time.perf_counter() - self._start_s)
            if on_epoch:
                on_epoch(epoch + 1)

    return EpochClock()


@contextmanager
def _naming_missing_kernels() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if missing := framework.missing_kernel(error):
            raise UnsupportedError(*missing) from error
        raise
