"""One compiled model for all rounds of a pair, which is as good as new in each.

Tracing, compiling and tuning then happen once. All that training changes is copied from a twin that
was built anew for the round, under its seed: weights, the states of random generators, and all of
the optimizer, its loss scale among it. A model that keeps anything else is built anew itself.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from lowprec import framework
from lowprec.training.dropout import ResettableDropout, own_dropouts

__all__ = ["SharedModel"]


class SharedModel:
    """The model of a pair; call `renewed` inside `precision`, once a round."""

    def __init__(self, build: Callable[[], Any]) -> None:
        """Take what builds a compiled Keras model with fresh weights."""
        self._build = build
        self._net: Any = None
        self._dropouts: tuple[ResettableDropout, ...] = ()

    @property
    def is_shared(self) -> bool:
        """Whether the last model that was handed out will be handed out again."""
        return self._net is not None

    def renewed(self, seed: int) -> Any:
        """Return the model with fresh weights and a fresh optimizer, as built under this seed.

        Args:
            seed: that `precision` was entered with.
        """
        twin = self._build()
        if self._net is None:
            dropouts = own_dropouts(twin)
            if dropouts is None:
                return twin
            self._net, self._dropouts = twin, dropouts
        framework.build_optimizer(twin)
        if twin is not self._net:
            _copy(framework.state_variables(twin), framework.state_variables(self._net))
            del twin
            gc.collect()  # its weights are no part of the pair's peak memory
        for dropout in self._dropouts:
            dropout.reset(seed)
        return self._net


def _copy(source: list[Any], target: list[Any]) -> None:
    for of, to in zip(source, target, strict=True):
        to.assign(of)
