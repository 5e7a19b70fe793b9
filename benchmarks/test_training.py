"""The matrix: every (model, scheme) pair is trained, timed and judged."""

import warnings
from itertools import product

import pytest

from lowprec.errors import RegressionWarning

# A deprecation in a new TensorFlow is worth a line in the summary, but is no outcome of a training.
pytestmark = pytest.mark.filterwarnings("default")


def pytest_generate_tests(metafunc):
    option = metafunc.config.option
    pairs = list(product(option.models, option.schemes))
    metafunc.parametrize(("model", "scheme"), pairs, ids=["-".join(pair) for pair in pairs])


def test_training(model, scheme, train_pair):
    """The pair does what lowprec/expectations.csv expects of it."""
    verdict = train_pair(model, scheme)
    if not verdict.passed:
        pytest.fail(verdict.message, pytrace=False)


def test_history(model, scheme, regression, pytestconfig):
    """The pair is neither slower nor less accurate than in earlier sessions."""
    told = regression(model, scheme)
    if told and pytestconfig.option.slowdown == "fail":
        pytest.fail(told, pytrace=False)
    if told:
        warnings.warn(told, RegressionWarning, stacklevel=1)
