"""A pytest plugin that slows a pair down by hand: a Keras callback sleeps after every epoch.

    GATE_SLOW=NN-T-single:0.10 pytest -p lab.gate.slow_fit benchmarks/

makes every epoch of NN-T single take a tenth longer. `all` for the pair slows all pairs down.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from functools import wraps
from typing import Any
from unittest.mock import patch

import pytest

from lowprec import framework

PAIR, _, SHARE = os.environ["GATE_SLOW"].rpartition(":")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    if item.name != f"test_training[{PAIR}]" and PAIR != "all":
        return (yield)
    model = framework.keras_module().Model
    fit = model.fit

    @wraps(fit)
    def slow_fit(*arguments: Any, callbacks: list[Any], **options: Any) -> Any:
        return fit(*arguments, callbacks=[*callbacks, sleeper(float(SHARE))], **options)

    with patch.object(model, "fit", slow_fit):
        return (yield)


def sleeper(share: float) -> Any:
    """Return a callback that makes each epoch longer by a share of itself."""

    class Sleeper(framework.keras_module().callbacks.Callback):  # type: ignore[misc]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._start_s = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            time.sleep(share * (time.perf_counter() - self._start_s))

    return Sleeper()
