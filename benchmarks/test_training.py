"""The matrix: every (model, scheme) pair is trained, timed and judged."""

import warnings
from itertools import product

import pytest

from lowprec.errors import RegressionWarning
from lowprec.rows.schemes import PAPER_SCHEMES
from lowprec.suite.options import options_of

# A deprecation in a new TensorFlow is worth a line in the summary, but is no outcome of a training.
pytestmark = pytest.mark.filterwarnings("default")


def pytest_generate_tests(metafunc):
    options = options_of(metafunc.config)
    pairs = list(product(options.models, options.schemes or PAPER_SCHEMES))
    metafunc.parametrize(("model", "scheme"), pairs, ids=["-".join(pair) for pair in pairs])


def test_training(model, scheme, train_pair):
    """The pair does what lowprec/expectations/expectations.csv expects of it."""
    judgement = train_pair(model, scheme)
    if not judgement.passed:
        pytest.fail(judgement.message, pytrace=False)


def test_history(model, scheme, regression, pytestconfig):
    """The pair is neither slower nor less accurate than in earlier sessions."""
    regressed = regression(model, scheme)
    if regressed and options_of(pytestconfig).slowdown == "fail":
        pytest.fail(regressed, pytrace=False)
    if regressed:
        warnings.warn(regressed, RegressionWarning, stacklevel=1)
