"""The fixture `train`: a user's own model, trained and judged in a test."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lowprec.errors import LowprecError
from lowprec.rows.schemes import SCHEMES
from lowprec.suite.items import pair_of

if TYPE_CHECKING:
    from lowprec.suite.hooks import SuiteHooks
    from lowprec.training.own_task import Builder, ScoreFunction

__all__ = ["TABLE_NAME", "Train"]

TABLE_NAME = "expectations.csv"
"""Of the table beside the tests."""


class Train:
    """Trains the test's model in the test's scheme, once in a test."""

    def __init__(self, request: pytest.FixtureRequest, suite: SuiteHooks) -> None:
        self._request, self._suite = request, suite

    def __call__(
        self,
        builder: Builder,
        train: Any,
        test: Any,
        *,
        epochs: int,
        batch_size: int | None = 32,
        score: ScoreFunction | None = None,
        float32_layers: Collection[str] = (),
        callbacks: Sequence[Any] = (),
        data_id: str | None = None,
    ) -> None:
        """Train, time and judge; the test fails where the model does not do what is expected of it.

        Args:
            builder: takes `keras` and the dtype of each layer (None where the scheme sets Keras'
                global policy) and returns a compiled model with fresh weights. It is called within
                the scheme's precision, once a round.
            train: data to train on, as `(x, y)`, arrays of shape (n, ...) or nests of these; or a
                `tf.data.Dataset` or `keras.utils.PyDataset` of batches; or a function that returns
                one of the latter, called for each training, after the round's seed is set.
            test: data to score on, likewise; in the same order in each pass.
            epochs: of each round.
            batch_size: examples a step, where the data is arrays.
            score: takes predictions and labels of the test set and returns a number, of which 0 is
                as good as the best constant answer and 1 perfect. Without one right answers count.
            float32_layers: names of layers that may stay in float32 under any scheme.
            callbacks: of Keras, given to each `fit`.
            data_id: name of data that is not the same in each pass.
        """
        from lowprec.data.own import own_inputs
        from lowprec.training.own_task import own_task

        item = self._request.node
        pair = pair_of(item)
        if pair is None:
            pytest.fail(
                f"{item.nodeid}: `train` found no scheme to train in; put @lowprec.schemes() above "
                "the test, and `scheme` among its arguments",
                pytrace=False,
            )
        try:
            inputs = own_inputs(pair.model, train, test, data_id)
            task = own_task(
                pair.model, builder, inputs, epochs, batch_size, score, float32_layers, callbacks
            )
        except LowprecError as error:
            pytest.fail(str(error), pytrace=False)
        table = Path(item.path).with_name(TABLE_NAME)
        self._suite.trainings.own(self._request, task, SCHEMES[pair.scheme], table)
