"""The optimizers that schemes name, made for one training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from lowprec import framework

__all__ = ["optimizer_of"]


def optimizer_of(name: str) -> Any:
    """Return a new optimizer by the name that a scheme has for it."""
    return _MAKERS[name]()


def _adam() -> Any:
    return framework.keras_module().optimizers.Adam()


def _adam_epsilon() -> Any:
    return framework.keras_module().optimizers.Adam(epsilon=1e-4)


def _adam_epsilon_scaled() -> Any:
    return framework.with_loss_scale(_adam_epsilon())


def _safe_adam() -> Any:
    from lowprec.training.safe_adam import SafeAdam

    return framework.with_loss_scale(SafeAdam())


_MAKERS: Mapping[str, Callable[[], Any]] = MappingProxyType(
    {
        "adam": _adam,
        "adam-epsilon": _adam_epsilon,
        "adam-epsilon-scaled": _adam_epsilon_scaled,
        "safe-adam": _safe_adam,
    }
)
