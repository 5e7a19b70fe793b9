"""One round: build, fit (the only timed part), evaluate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from lowprec import framework
from lowprec.errors import PrecisionError, UnsupportedError
from lowprec.inputs import Feed, Inputs
from lowprec.models import Model
from lowprec.outcomes import Score, finding, kind_of
from lowprec.records import DtypeReport, LayerDtypes, Round
from lowprec.schemes import Scheme

__all__ = ["Training", "read_dtypes"]

PROBABILITY_FLOOR = 1e-7
"""Keras' cross-entropies clip probabilities to [1e-7, 1 - 1e-7]."""

OnEpoch = Callable[[int, float], None]
"""Called after each epoch with its number (from 1) and its seconds."""


class Training:
    """One round of a pair. Make it inside `precision`; then `fit` once, then `evaluate`.

    Raises:
        PrecisionError: a built layer does not have the scheme's dtypes.
        UnsupportedError: TensorFlow has no kernel for an operation of this scheme.
    """

    def __init__(
        self, model: Model, scheme: Scheme, inputs: Inputs, epochs: int, seed: int
    ) -> None:
        self._model, self._inputs, self._epochs, self._seed = model, inputs, epochs, seed
        self.epoch_s: list[float] = []
        with _naming_missing_kernels():
            self.net = build(model, scheme)
        self.dtypes = read_dtypes(self.net, model)
        check_dtypes(self.dtypes, model, scheme)
        self._fit_arguments = inputs.train.fit_arguments(model.batch_size)
        framework.reset_peak_memory()
        framework.synchronize()

    def fit(self, on_epoch: OnEpoch | None = None) -> None:
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
        self._loss = tuple(float(loss) for loss in history.history["loss"])

    def evaluate(self) -> Round:
        """Score the trained model on both sets and decide the round's outcome.

        Of the training set the first examples count, as many as the test set has.
        """
        test, train = self._inputs.test, self._inputs.train.front(len(self._inputs.test.labels))
        predictions = self._predict(test)
        test_score = score(predictions, test.labels)
        return Round(
            seed=self._seed,
            fit_s=self.fit_s,
            epoch_s=tuple(self.epoch_s),
            loss=self._loss,
            train=score(self._predict(train), train.labels),
            test=test_score,
            finding=finding(
                self._loss,
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


def _epoch_clock(epoch_s: list[float], on_epoch: OnEpoch | None) -> Any:
    """Return a callback that appends each epoch's seconds; it has no per-batch hook."""

    class EpochClock(framework.keras_module().callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._start_s = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            epoch_s.append(time.perf_counter() - self._start_s)
            if on_epoch:
                on_epoch(epoch + 1, epoch_s[-1])

    return EpochClock()


@contextmanager
def _naming_missing_kernels() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if missing := framework.missing_kernel(error):
            raise UnsupportedError(*missing) from error
        raise


def score(predictions: np.ndarray, labels: np.ndarray) -> Score:
    """Count the right answers.

    Args:
        predictions: probabilities, (n, classes) or (n, 1), in any float dtype. NaN counts as
            the first class, as in Keras' accuracy.
        labels: int labels, (n,).
    """
    if predictions.shape[1] == 1:
        answers = (predictions[:, 0] > 0.5).astype(labels.dtype)
    else:
        answers = predictions.argmax(axis=1)
    return Score(hits=int((answers == labels).sum()), total=len(labels))


def cross_entropy(predictions: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean cross-entropy in float64, clipped as Keras clips; NaN where a prediction
    is not finite. Shapes as in `score`.
    """
    wide = predictions.astype(np.float64)
    if not np.isfinite(wide).all():
        return float("nan")
    if wide.shape[1] == 1:
        wide = np.hstack([1 - wide, wide])
    right = wide[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(right, PROBABILITY_FLOOR, 1 - PROBABILITY_FLOOR)).mean())


def bad_weight(net: Any) -> tuple[str, str] | None:
    """Return (name, kind) of the first weight with a value that is not finite, or None."""
    for weight in net.weights:
        values = weight.numpy().astype(np.float64)
        if not np.isfinite(values).all():
            return framework.weight_name(weight), kind_of(values[~np.isfinite(values)][0])
    return None


def read_dtypes(net: Any, model: Model) -> DtypeReport:
    """Read dtypes back from a built model, wrapped layers and recurrent cells included.

    The loss dtype is that of a loss computed on a prediction of the model's output dtype.
    """
    tf = framework.import_tensorflow()
    width = model.classes if model.classes > 2 else 1
    prediction = tf.fill((1, width), tf.constant(0.5, net.outputs[0].dtype))
    loss = net.loss(tf.zeros((1, 1), tf.int64), prediction)
    return DtypeReport(
        inputs=tuple(_name(tensor.dtype) for tensor in net.inputs),
        loss=_name(loss.dtype),
        layers=tuple(
            _layer_dtypes(layer)
            for layer in framework.layers(net)
            if type(layer).__name__ != "InputLayer"  # it computes nothing
        ),
    )


def _layer_dtypes(layer: Any) -> LayerDtypes:
    inner = {id(w) for sub in framework.layers(layer) for w in sub.weights}
    own = [w for w in layer.weights if id(w) not in inner]
    return LayerDtypes(
        name=layer.name,
        layer=type(layer).__name__,
        variable=_name(layer.variable_dtype),
        compute=_name(layer.compute_dtype),
        weights=tuple(sorted({_name(w.dtype) for w in own})),
    )


def _name(dtype: Any) -> str:
    return str(getattr(dtype, "name", dtype))


def check_dtypes(report: DtypeReport, model: Model, scheme: Scheme) -> None:
    """Raise PrecisionError where a layer's variables or computation are not the scheme's."""
    for layer in report.layers:
        variable, compute = scheme.variable_dtype, scheme.compute_dtype
        if scheme.layer_dtype and layer.layer in model.float32_layers:
            variable = compute = "float32"
        found = (layer.variable, layer.compute, *layer.weights)
        if found != (variable, compute, *(variable for _ in layer.weights)):
            raise PrecisionError(
                f"{model.name} {scheme.name}: layer {layer.name} has variables in "
                f"{', '.join(layer.weights) or layer.variable} and computes in {layer.compute}, "
                f"expected {variable} and {compute}; this Keras treats dtypes in another way "
                "than lowprec knows"
            )
