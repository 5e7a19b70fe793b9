"""The matrix: every (model, scheme) pair is trained, timed and judged."""

from itertools import product


def pytest_generate_tests(metafunc):
    option = metafunc.config.option
    pairs = list(product(option.models, option.schemes))
    metafunc.parametrize(("model", "scheme"), pairs, ids=["-".join(pair) for pair in pairs])


def test_training(model, scheme, train_pair):
    verdict = train_pair(model, scheme)
    assert verdict.passed, verdict.message
