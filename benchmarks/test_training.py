"""The matrix: every (model, scheme) pair is trained, timed and judged."""

from itertools import product

import pytest

# A deprecation in a new TensorFlow is worth a line in the summary, but is no outcome of a training.
pytestmark = pytest.mark.filterwarnings("default")


def pytest_generate_tests(metafunc):
    option = metafunc.config.option
    pairs = list(product(option.models, option.schemes))
    metafunc.parametrize(("model", "scheme"), pairs, ids=["-".join(pair) for pair in pairs])


def test_training(model, scheme, train_pair):
    verdict = train_pair(model, scheme)
    if not verdict.passed:
        pytest.fail(verdict.message, pytrace=False)
