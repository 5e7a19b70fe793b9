"""One round: fit, which alone is timed, and evaluate."""

from __future__ import annotations

from typing import Any

import numpy as np

from lowprec import framework
from lowprec.data.inputs import Feed, Inputs
from lowprec.errors import UsageError
from lowprec.record.outcomes import round_outcome
from lowprec.record.record import Round
from lowprec.record.timing import Timing
from lowprec.rows.schemes import Scheme
from lowprec.training.clock import FitClock, OnEpochEnd
from lowprec.training.dtypes import check_dtypes, read_dtypes
from lowprec.training.evaluation import bad_prediction, bad_weight, unread_weight
from lowprec.training.missing_kernels import naming_missing_kernels
from lowprec.training.task import Task

__all__ = ["Training"]


class Training:
    """One round of a pair. Make it inside `precision`; then `fit` once, then `evaluate`.

    Attributes:
        net: the model, with fresh weights until `fit`.
        dtypes: read back from it.
        timing: of `fit`; None before.
    """

    def __init__(self, net: Any, task: Task, scheme: Scheme, inputs: Inputs, epochs: int) -> None:
        """Make ready to train a compiled model.

        Raises:
            PrecisionError: a built layer does not have the scheme's dtypes.
        """
        self.net = net
        self.timing: Timing | None = None
        self._task, self._inputs, self._epochs = task, inputs, epochs
        self._losses: tuple[float, ...] = ()
        self.dtypes = read_dtypes(net, inputs.train.example())
        check_dtypes(self.dtypes, task.name, scheme, task.float32_layers)
        self._fit_arguments = inputs.train.fit_arguments(task.batch_size)
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
                **self._fit_arguments,
                epochs=self._epochs,
                verbose=0,
                callbacks=[*self._task.callbacks, clock.callback],
            )
        self.timing = clock.stop()
        self._losses = tuple(float(loss) for loss in history.history["loss"])
        if len(self._losses) != self._epochs:
            raise UsageError(
                f"{self._task.name}: trained {len(self._losses)} epochs, expected {self._epochs}; "
                "times of trainings that end early cannot be compared: leave out the callback that "
                "ends them"
            )

    def evaluate(self, seed: int) -> Round:
        """Score the trained model on both sets and decide the round's outcome.

        Of the training set the first examples count, as many as the test set has.

        Args:
            seed: that the model was built and trained with.
        """
        assert self.timing is not None, "evaluate before fit"
        task, test = self._task, self._inputs.test
        train = self._inputs.train.front(self._inputs.info.test_size)
        predictions = self._predict(test)
        test_score = task.metric.score(self.net, predictions, test.labels)
        unread = unread_weight(self.net, lambda: self._predict(test), predictions)
        return Round.of(
            seed=seed,
            timing=self.timing,
            losses=self._losses,
            train=task.metric.score(self.net, self._predict(train), train.labels)
            if train
            else None,
            test=test_score,
            outcome=round_outcome(
                self._losses,
                bad_weight(self.net),
                bad_prediction(predictions),
                test_score,
                task.metric.guess(test.labels),
            ),
            unread=unread,
        )

    def _predict(self, feed: Feed) -> np.ndarray:
        predictions: np.ndarray = self.net.predict(
            **feed.predict_arguments(self._task.batch_size), verbose=0
        )
        return predictions
