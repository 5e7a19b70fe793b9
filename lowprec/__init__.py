"""Regression suite for low-precision training with TensorFlow/Keras.

Data flows one way, and no folder imports one further down this list:

    rows          choices as frozen tables: models, schemes, protocols, the matrix
    record        what came of a training, as it is stored; the table of verdict words
    data          where data comes from, and the form that `fit` takes
    training      precision, one round, all rounds of a pair
    expectations, history, judging      beside each other: what must come out, where it is kept,
                  and what is said of it
    report        tables, figures, the page
    suite, commands      the two ways in: pytest and `lowprec`

For tests of one's own: `schemes` marks a test, the fixture `train` trains its model
(`lowprec.suite.own.Train`), and `explained` scores a regression. docs/own-models.md shows them.

PYTEST_DONT_REWRITE: pytest warns of a plugin's package that is imported before it can rewrite its
asserts, as it is where pytest-benchmark's command or a second session in one process begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt
    import pytest

__all__ = ["SafeAdam", "__version__", "explained", "schemes"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Return what needs TensorFlow, and is imported when it is asked for: `SafeAdam`."""
    if name == "SafeAdam":
        from lowprec.training.safe_adam import SafeAdam

        return SafeAdam
    raise AttributeError(f"module 'lowprec' has no attribute {name!r}")


def schemes(*names: str) -> pytest.MarkDecorator:
    """Mark a test that is trained once in each of these precision schemes, its argument `scheme`.

    Args:
        names: of the schemes, such as "single" and "mixed"; without any the paper's four. The
            option `--lowprec-schemes` chooses among them.
    """
    import pytest

    return pytest.mark.lowprec_schemes(*names)


def explained(predictions: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Return the share of the labels' variance that predictions explain, R squared: a `score`.

    1 - sum of squared errors / sum of squares around the mean, over all values, in float64. 0 is
    what the mean of the labels scores, 1 is perfect.

    Args:
        predictions: of shape (n, ...), in any float dtype.
        labels: of the same shape.

    Raises:
        ValueError: their shapes differ, or the labels are all the same.
    """
    import numpy as np

    predicted, wanted = (np.asarray(a, dtype=np.float64) for a in (predictions, labels))
    if predicted.shape != wanted.shape:
        raise ValueError(f"predictions have shape {predicted.shape}, labels {wanted.shape}")
    around_mean = float(((wanted - wanted.mean(axis=0)) ** 2).sum())
    if around_mean == 0:
        raise ValueError("all labels are the same, so there is nothing to explain")
    return 1 - float(((predicted - wanted) ** 2).sum()) / around_mean
