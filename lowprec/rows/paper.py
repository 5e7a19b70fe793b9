"""The paper's own results, as published.

Source: R. Mahinpei, "Low Precision Training of Deep Learning Models", 2024, Tables 1 and 2: one
Tesla T4, Keras 2, seed 12. Times are means of three trainings, accuracies those of the last one.
The notebooks kept RNN-T's LSTM in float32 under schemes 1 to 3, so its figures belong to the row
`RNN-T-published` here; `single` and `mixed` are the same training in both rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["PUBLISHED", "Published"]


@dataclass(frozen=True)
class Published:
    """One cell of Table 1 and of Table 2.

    Attributes:
        fit_s: mean seconds of the three trainings.
        accuracy: share of the test set answered rightly, 0 to 1.
        diverged: the loss was NaN from the first epoch on.
    """

    fit_s: float
    accuracy: float
    diverged: bool = False


PUBLISHED: Mapping[tuple[str, str], Published] = MappingProxyType(
    {
        ("NN-I", "double"): Published(38.44, 0.8724),
        ("NN-I", "single"): Published(30.81, 0.8707),
        ("NN-I", "half"): Published(36.62, 0.8089),
        ("NN-I", "mixed"): Published(34.08, 0.8728),
        ("CNN-I", "double"): Published(73.51, 0.9017),
        ("CNN-I", "single"): Published(39.51, 0.9026),
        ("CNN-I", "half"): Published(40.64, 0.1000, diverged=True),
        ("CNN-I", "mixed"): Published(59.07, 0.9001),
        ("NN-T", "double"): Published(63.01, 0.8342),
        ("NN-T", "single"): Published(31.27, 0.8342),
        ("NN-T", "half"): Published(270.66, 0.7747),
        ("NN-T", "mixed"): Published(42.06, 0.8330),
        ("RNN-T-published", "double"): Published(203.32, 0.8587),
        ("RNN-T-published", "single"): Published(159.53, 0.8617),
        ("RNN-T-published", "half"): Published(180.96, 0.7753),
        ("RNN-T-published", "mixed"): Published(161.47, 0.8634),
        ("RNN-T", "single"): Published(159.53, 0.8617),
        ("RNN-T", "mixed"): Published(161.47, 0.8634),
    }
)
"""(model, scheme) -> what the paper reports. RNN-T double and half are not in it: no LSTM computed
in double or half there."""
